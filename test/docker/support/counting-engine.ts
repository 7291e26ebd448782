import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, createServer, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import { connectEngine } from '../../../src/adapters/docker/engine.ts';

/** Stands before an engine and counts what is asked of it: on the wire, whoever asks and however. */
export interface CountingEngine extends AsyncDisposable {
  readonly docker: Docker;
  /** What was asked since the last time, a row for each kind of call, for example `GET /containers/*\/json`. */
  take(): ReadonlyMap<string, number>;
}

/** @param host `unix:///…` or `tcp://host:port` of the engine behind it. */
export async function countingEngine(host: string): Promise<CountingEngine> {
  const url = new URL(host);
  const engine =
    url.protocol === 'unix:'
      ? { socketPath: url.pathname }
      : { host: url.hostname, port: Number(url.port || 2375) };
  const folder = await mkdtemp(join(tmpdir(), 'counting-engine-'));
  const open = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket));
  };
  let counts = new Map<string, number>();
  const count = (asked: IncomingMessage): void => {
    const kind = kindOf(asked.method ?? '', asked.url ?? '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  };

  /** An attached stream: once both heads are through, bytes go both ways. */
  const joinStreams = async (asked: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    const first = Buffer.concat([headOf(asked), await withBody(asked, client, head)]);
    const upstream: Socket = connect(
      'socketPath' in engine ? { path: engine.socketPath } : { host: engine.host, port: engine.port },
    );
    keep(upstream);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    upstream.write(first);
    client.pipe(upstream).pipe(client);
  };

  const server = createServer((asked, answer) => {
    count(asked);
    const { method, url: path, headers } = asked;
    const forwarded = request({ ...engine, method, path, headers, agent: false }, (received) => {
      answer.writeHead(received.statusCode ?? 502, received.headers);
      answer.flushHeaders();
      received.on('error', () => answer.destroy()).pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    // Who hangs up here hangs up there: that is how the engine is told to stop a build.
    answer.once('close', () => forwarded.destroy());
    asked.on('error', () => forwarded.destroy()).pipe(forwarded);
  });
  server.on('upgrade', (asked: IncomingMessage, client: Duplex, head: Buffer) => {
    count(asked);
    void joinStreams(asked, client, head).catch(() => client.destroy());
  });
  server.on('connection', keep);
  server.listen(join(folder, 'engine.sock'));
  await once(server, 'listening');

  return {
    docker: connectEngine(`unix://${join(folder, 'engine.sock')}`),
    take() {
      const taken = counts;
      counts = new Map();
      return new Map([...taken].sort(([one], [other]) => one.localeCompare(other)));
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The body that dockerode sends before it uses the stream. The engine drops it only where it comes with the head; what
 * comes later is for the container.
 */
async function withBody({ headers }: IncomingMessage, client: Duplex, head: Buffer): Promise<Buffer> {
  const length = Number(headers['content-length'] ?? 0);
  let bytes = head;
  while (bytes.byteLength < length) {
    const [more] = z.tuple([z.instanceof(Buffer)]).parse(await once(client, 'data'));
    bytes = Buffer.concat([bytes, more]);
  }
  client.pause();
  return bytes;
}

function headOf({ method, url, rawHeaders }: IncomingMessage): Buffer {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : [],
  );
  return Buffer.from([`${method ?? ''} ${url ?? ''} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
}

/** Names a call by its route: what is asked of which container, image, network or volume is left out. */
function kindOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://engine');
  const route = pathname
    .replace(/^\/v[\d.]+(?=\/)/, '')
    .replace(
      /^\/(containers|images|networks|volumes)\/(?!json$|create$|prune$).+?(?=\/(?:json|history|get|start|stop|wait|logs|attach|archive|connect|kill|exec)$|$)/,
      '/$1/*',
    );
  return `${method} ${route}${searchParams.get('size') === 'true' ? '?size' : ''}`;
}
