import type Docker from 'dockerode';
import { z } from 'zod';
import { runToEnd } from '../../src/machine/run-command.ts';

/**
 * Somebody on the network that people come in by, and on no other. An engine of its own namespaces publishes ports that
 * this process can't reach, so requests are made from a container there.
 */
export interface Visitor extends AsyncDisposable {
  /** Asks the API; its answer's body where the status is below 400. @throws Error otherwise */
  ask(method: 'GET' | 'POST', path: string, token?: string, body?: unknown): Promise<unknown>;
  /** Which of those addresses a TCP connection can be made to within ten seconds. */
  reached(addresses: readonly string[]): Promise<readonly string[]>;
}

const Answer = z.object({ status: z.number(), body: z.string() });
const Reached = z.array(z.string());

const ASK = `
const { method, path, token, body } = JSON.parse(process.argv[1]);
const headers = { ...(token && { authorization: 'Bearer ' + token }), ...(body && { 'content-type': 'application/json' }) };
fetch('http://api:8080' + path, { method, headers, body, signal: AbortSignal.timeout(20000) })
  .then(async (answer) => console.log(JSON.stringify({ status: answer.status, body: await answer.text() })))
  .catch((error) => console.log(JSON.stringify({ status: 599, body: String(error.cause ?? error) })));
`;
const REACH = `
const net = require('node:net');
const tries = JSON.parse(process.argv[1]).map((address) => new Promise((resolve) => {
  const at = address.lastIndexOf(':');
  const socket = net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: 10000 });
  const end = (found) => { socket.destroy(); resolve(found ? [address] : []); };
  socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
}));
Promise.all(tries).then((all) => { console.log(JSON.stringify(all.flat())); process.exit(0); });
`;

/** Starts it from our own image, which has a Node. */
export async function openVisitor(
  docker: Docker,
  where: { readonly image: string; readonly network: string; readonly engine: string },
  signal: AbortSignal,
): Promise<Visitor> {
  const container = await docker.createContainer({
    Image: where.image,
    Cmd: ['node', '-e', 'setInterval(() => undefined, 1e9)'],
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: where.network, Init: true },
  });
  await container.start();
  const run = async (program: string, argument: unknown): Promise<unknown> => {
    const args = [
      '--host',
      where.engine,
      'exec',
      container.id,
      'node',
      '-e',
      program,
      JSON.stringify(argument),
    ];
    let last = '';
    const options = {
      timeoutMs: 60_000,
      onLine: (line: string) => {
        last = line;
      },
    };
    const end = await runToEnd('docker', args, options, signal);
    if (end.exitCode !== 0) throw new Error(`the visitor could not ask: ${end.tail.join('\n')}`);
    return parse(last);
  };
  return {
    async ask(method, path, token, body) {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const { status, body: text } = Answer.parse(await run(ASK, { method, path, token, body: content }));
      if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
      return text === '' ? null : parse(text);
    },
    reached: async (addresses) => Reached.parse(await run(REACH, addresses)),
    async [Symbol.asyncDispose]() {
      await container.remove({ force: true });
    },
  };
}

function parse(text: string): unknown {
  return JSON.parse(text);
}
