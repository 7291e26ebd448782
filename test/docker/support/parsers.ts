import { readdir, readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { z } from 'zod';
import { AgentConnection } from '../../../src/adapters/docker/agents/agent-connection.ts';

const AGENTS = new URL('../../../src/prober/', import.meta.url);
const ANSWER_MS = 20_000;
const START = [
  'import runpy, sys',
  'sys.path.insert(0, "/agent")',
  'runpy.run_path("/agent/parsers.py", run_name="__main__")',
].join('\n');

/** The Python that reads what learners can write, where it runs: in a base image, asked as the agents are. */
export class Parsers implements AsyncDisposable {
  readonly #container: Docker.Container;
  readonly #connection: AgentConnection;

  private constructor(container: Docker.Container, connection: AgentConnection) {
    this.#container = container;
    this.#connection = connection;
  }

  static async start(docker: Docker, image: string): Promise<Parsers> {
    const container = await docker.createContainer({
      Image: image,
      Entrypoint: ['python3', '-I', '-u', '-B', '-c', START],
      Cmd: [],
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} }, AutoRemove: true },
    });
    try {
      await container.putArchive(await sources(), { path: '/' });
      const stream = await container.attach({
        stream: true,
        hijack: true,
        stdin: true,
        stdout: true,
        stderr: true,
      });
      const connection = new AgentConnection('parsers', stream);
      await container.start();
      await connection.ready(ANSWER_MS);
      return new Parsers(container, connection);
    } catch (error) {
      await container.remove({ force: true });
      throw error;
    }
  }

  /** @throws GraderFault when the reader throws, hangs, or ends the process that it runs in. */
  read<Schema extends z.ZodType>(
    reader: 'status' | 'startTicks' | 'arguments' | 'sockets',
    text: Uint8Array,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    return this.#connection.ask(reader, { text: Buffer.from(text).toString('base64') }, schema, ANSWER_MS);
  }

  /** Bytes that the process holds. */
  held(): Promise<number> {
    return this.#connection.ask('held', {}, z.number(), ANSWER_MS);
  }

  /** Asks over HTTP a service that says that. @throws GraderFault as `read` does. */
  http<Schema extends z.ZodType>(
    said: Uint8Array,
    method: string,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const parameters = { said: Buffer.from(said).toString('base64'), method };
    return this.#connection.ask('http', parameters, schema, ANSWER_MS);
  }

  /** Sends that to the resolver. @throws GraderFault as `read` does. */
  dns<Schema extends z.ZodType>(packet: Uint8Array, schema: Schema): Promise<z.output<Schema>> {
    return this.#connection.ask('dns', { packet: Buffer.from(packet).toString('base64') }, schema, ANSWER_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    await this.#container.remove({ force: true }).catch(() => undefined);
  }
}

async function sources(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'agent/', type: 'directory', mode: 0o755 });
  for (const name of (await readdir(AGENTS)).filter((each) => each.endsWith('.py')))
    archive.entry({ name: `agent/${name}` }, await readFile(new URL(name, AGENTS)));
  archive.entry({ name: 'agent/parsers.py' }, await readFile(new URL('parsers.py', import.meta.url)));
  archive.finalize();
  return buffer(archive);
}
