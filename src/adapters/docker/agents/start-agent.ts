import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { engineCall } from '../engine.ts';
import { LABEL } from '../labels.ts';
import { AgentConnection } from './agent-connection.ts';

const SOURCES = new URL('../../../prober/', import.meta.url);
const START_TIMEOUT_MS = 30_000;

export interface AgentSpec {
  /** `prober` or `inspector`: the script's name in `src/prober/`. */
  readonly name: 'prober' | 'inspector';
  /** Local reference of an image with Python 3. */
  readonly image: string;
  readonly arguments: readonly string[];
  readonly pool: string;
  readonly bench: string;
  readonly host: Docker.HostConfig;
  readonly networking?: NonNullable<Docker.ContainerCreateOptions['NetworkingConfig']>;
}

export interface Agent extends AsyncDisposable {
  readonly connection: AgentConnection;
  readonly containerId: string;
}

/**
 * Starts one of the grader's own containers and waits until it listens. It ends when its stdin does.
 * @throws GraderFault when it can't be started.
 */
export async function startAgent(docker: Docker, spec: AgentSpec): Promise<Agent> {
  const container = await engineCall(
    `create the ${spec.name}`,
    docker.createContainer({
      Image: spec.image,
      Entrypoint: ['python3', '-I', '-u', '-B', '-c', START, `/agent/${spec.name}.py`, ...spec.arguments],
      Cmd: [],
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Labels: { [LABEL.agent]: spec.name, [LABEL.pool]: spec.pool, [LABEL.bench]: spec.bench },
      HostConfig: {
        // Docker would give an engine's own log file every line of the protocol otherwise.
        LogConfig: { Type: 'none', Config: {} },
        ...spec.host,
      },
      ...(spec.networking && { NetworkingConfig: spec.networking }),
    }),
  );
  const dispose = async (): Promise<void> => {
    await engineCall(
      `remove the ${spec.name}`,
      container.remove({ force: true, v: true }).catch(() => undefined),
    );
  };
  try {
    await engineCall('fill the agent', container.putArchive(await sources(), { path: '/' }));
    const stream = await engineCall(
      'attach',
      container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true }),
    );
    const connection = new AgentConnection(spec.name, stream);
    await engineCall(`start the ${spec.name}`, container.start());
    await connection.ready(START_TIMEOUT_MS);
    return {
      connection,
      containerId: container.id,
      async [Symbol.asyncDispose]() {
        connection.close();
        await dispose();
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** With `-I` Python looks for no module beside a script, so the folder is named. */
const START =
  'import runpy,sys; sys.path.insert(0,"/agent"); sys.argv=sys.argv[1:]; runpy.run_path(sys.argv[0],run_name="__main__")';

let packed: Promise<Buffer> | undefined;

function sources(): Promise<Buffer> {
  packed ??= packSources();
  return packed;
}

async function packSources(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'agent/', type: 'directory', mode: 0o755 });
  for (const name of ['agent.py', 'http_probe.py', 'proc_text.py', 'prober.py', 'inspector.py']) {
    archive.entry({ name: `agent/${name}`, mode: 0o644 }, await readFile(new URL(name, SOURCES)));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
