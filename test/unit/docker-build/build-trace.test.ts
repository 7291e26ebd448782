import { describe, expect, it } from 'vitest';
import { BuildLog } from '../../../src/adapters/docker/build/build-log.ts';
import { readBuildStream, type BuildEnd } from '../../../src/adapters/docker/build/build-stream.ts';
import { BuildTrace } from '../../../src/adapters/docker/build/build-trace.ts';
import { StatusResponseType } from '../../../src/adapters/docker/build/status-response.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';

interface Message {
  readonly vertexes?: readonly {
    readonly digest: string;
    readonly name: string;
    readonly cached?: boolean;
    readonly started?: { readonly seconds: number; readonly nanos?: number };
    readonly completed?: { readonly seconds: number; readonly nanos?: number };
    readonly error?: string;
  }[];
  readonly logs?: readonly { readonly vertex: string; readonly stream: number; readonly msg: Uint8Array }[];
}

const IMAGE = `sha256:${'a'.repeat(64)}`;
const DONE = JSON.stringify({ id: 'moby.image.id', aux: { ID: IMAGE } });
const DOCKERFILE = 'FROM base AS builder\nRUN make\nFROM base\nCOPY . .\nRUN test\n';

describe('the trace of a build', () => {
  it('folds vertices that arrive out of order and several times, sorted by stage and position', async () => {
    const { trace } = await read([
      {
        vertexes: [
          { digest: 'd', name: '[stage-1 3/3] RUN test' },
          { digest: 'f', name: '[builder 1/2] FROM base' },
        ],
      },
      { vertexes: [{ digest: 'd', name: '[stage-1 3/3] RUN test', started: { seconds: 10 } }] },
      { vertexes: [{ digest: 'c', name: '[stage-1 2/3] COPY . .', cached: true, started: { seconds: 9 } }] },
      { vertexes: [{ digest: 'i', name: '[internal] load build context', cached: true }] },
      {
        vertexes: [
          { digest: 'b', name: '[builder 2/2] RUN make', started: { seconds: 1 }, completed: { seconds: 3 } },
        ],
      },
      { vertexes: [{ digest: 'e', name: 'exporting to image', started: { seconds: 12 } }] },
      {
        vertexes: [
          {
            digest: 'd',
            name: '[stage-1 3/3] RUN test',
            started: { seconds: 10 },
            completed: { seconds: 10, nanos: 250_000_000 },
          },
        ],
      },
    ]);

    const ran = { cached: false, exitCode: 0 };
    expect(trace.steps(DOCKERFILE)).toEqual([
      {
        name: '[builder 2/2] RUN make',
        stage: 'builder',
        index: 2,
        instruction: 'RUN make',
        durationMs: 2_000,
        ...ran,
      },
      {
        name: '[stage-1 2/3] COPY . .',
        stage: 'stage-1',
        index: 2,
        instruction: 'COPY . .',
        durationMs: 0,
        cached: true,
        exitCode: null,
      },
      {
        name: '[stage-1 3/3] RUN test',
        stage: 'stage-1',
        index: 3,
        instruction: 'RUN test',
        durationMs: 250,
        ...ran,
      },
    ]);
  });

  it('names the step that failed, not those stopped because of it', async () => {
    const { trace } = await read([
      {
        vertexes: [
          {
            digest: 'a',
            name: '[builder 2/2] RUN sleep 9',
            error: 'process "sleep" did not complete: context canceled',
          },
          {
            digest: 'b',
            name: '[stage-1 2/3] RUN false',
            error: 'process "/bin/sh -c false" did not complete successfully: exit code: 1',
          },
        ],
      },
    ]);

    expect(trace.failed()?.step).toMatchObject({ name: '[stage-1 2/3] RUN false', exitCode: 1 });
    expect(trace.failed()?.digest).toBe('b');
  });

  it('names the step that was under way', async () => {
    const { trace } = await read([
      {
        vertexes: [
          { digest: 'a', name: '[1/2] RUN true', started: { seconds: 1 }, completed: { seconds: 2 } },
          { digest: 'b', name: '[2/2] RUN sleep 9', started: { seconds: 2 } },
        ],
      },
    ]);

    expect(trace.underWay()?.step.name).toBe('[2/2] RUN sleep 9');
  });

  it('keeps an instruction of several lines whole', async () => {
    const { trace } = await read([
      { vertexes: [{ digest: 'a', name: '[2/2] RUN <<EOF\necho a\nEOF', cached: true }] },
    ]);

    expect(trace.steps('FROM base\n')[0]?.instruction).toBe('RUN <<EOF\necho a\nEOF');
  });
});

describe("the builder's answer", () => {
  it('ends with the image', async () => {
    expect((await read([])).end).toEqual({ imageId: IMAGE });
  });

  it('ends with an error in the words of the builder, whatever follows', async () => {
    const lines = [JSON.stringify({ errorDetail: { message: 'exit code: 1' }, error: 'exit' }), DONE];

    expect((await readLines(lines)).end).toEqual({ error: 'exit code: 1' });
  });

  it.each([
    ['no end', []],
    ['a line that is not JSON', ['{"id":']],
    ['a trace that is not one', [JSON.stringify({ id: 'moby.buildkit.trace', aux: 'AAECAwQF/w==' })]],
  ])('with %s is a fault', async (_, lines) => {
    await expect(readLines(lines)).rejects.toThrow(GraderFault);
  });

  it('is the same however it is cut into chunks', async () => {
    const messages = [
      { vertexes: [{ digest: 'a', name: '[2/2] RUN echo', started: { seconds: 1 } }] },
      { logs: [{ vertex: 'a', stream: 1, msg: Buffer.from('hällo wörld ✓\n') }] },
    ];

    const whole = await read(messages);
    const bytewise = await read(messages, 1);

    expect(bytewise).toEqual(whole);
    expect(whole.lines).toEqual(['[2/2] RUN echo', 'hällo wörld ✓']);
  });

  it('announces each step once, as cached or as begun', async () => {
    const { lines } = await read([
      {
        vertexes: [
          { digest: 'a', name: '[2/3] RUN one' },
          { digest: 'b', name: '[3/3] RUN two', cached: true },
        ],
      },
      { vertexes: [{ digest: 'a', name: '[2/3] RUN one', started: { seconds: 1 } }] },
      {
        vertexes: [
          { digest: 'a', name: '[2/3] RUN one', started: { seconds: 1 }, completed: { seconds: 2 } },
        ],
      },
    ]);

    expect(lines).toEqual(['[3/3] RUN two (cached)', '[2/3] RUN one']);
  });
});

interface Read {
  readonly trace: BuildTrace;
  readonly lines: string[];
  readonly end: BuildEnd;
}

function read(messages: readonly Message[], chunkBytes?: number): Promise<Read> {
  const lines = messages.map((message) => {
    const aux = StatusResponseType.encode(StatusResponseType.fromObject(message)).finish();
    return JSON.stringify({ id: 'moby.buildkit.trace', aux: Buffer.from(aux).toString('base64') });
  });
  return readLines([...lines, DONE], chunkBytes);
}

async function readLines(documents: readonly string[], chunkBytes = 1_000_000): Promise<Read> {
  const lines: string[] = [];
  const trace = new BuildTrace();
  const log = new BuildLog(100_000, (line) => lines.push(line));
  const bytes = Buffer.from(documents.map((document) => `${document}\r\n`).join(''));
  const end = await readBuildStream(chunks(bytes, chunkBytes), trace, log);
  log.end();
  return { trace, lines, end };
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
