import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BuildLog } from '../../../src/adapters/docker/build/build-log.ts';
import { readBuildStream } from '../../../src/adapters/docker/build/build-stream.ts';
import { BuildTrace } from '../../../src/adapters/docker/build/build-trace.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';
import { DONE, STEPS, TRACE_MESSAGE, encoded, from, traceLine } from './hostile-traces.ts';

describe('a trace of any content', () => {
  it('is read to steps and a log that are bounded and printable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(TRACE_MESSAGE, { maxLength: 6 }), async (messages) => {
        const { trace, lines } = await read(messages.map((each) => traceLine(encoded(each))));

        const steps = trace.steps('FROM base AS builder\nRUN a\nFROM base\nRUN b\n');
        expect(steps.length).toBeLessThanOrEqual(STEPS.length * 3);
        for (const { durationMs } of steps) expect(Number.isFinite(durationMs)).toBe(true);
        for (const line of lines) expect(line).not.toMatch(/[\0-\x08\x0b-\x1f\x7f]/);
      }),
      { numRuns: 50 },
    );
  });

  it('that is broken anywhere is read, or is a fault of ours, and nothing else', async () => {
    const hit = fc.record({ at: fc.nat(), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(TRACE_MESSAGE, fc.array(hit, { maxLength: 4 }), fc.nat(), async (each, hits, cut) => {
        const bytes = Buffer.from(encoded(each));
        for (const { at, byte } of hits) if (bytes.length > 0) bytes[at % bytes.length] = byte;

        const outcome = await read([traceLine(bytes.subarray(0, cut % (bytes.length + 1)))]).catch(
          (error: unknown) => error,
        );

        expect(outcome instanceof Error).toBe(outcome instanceof GraderFault);
      }),
      { numRuns: 200 },
    );
  });

  it('whose lines are any bytes or any JSON is read, or is a fault of ours, wherever it is cut', async () => {
    const known = fc.constantFrom('moby.buildkit.trace', 'moby.image.id', 'else');
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: known, aux: fc.jsonValue() }),
      fc.record({ error: fc.jsonValue(), errorDetail: fc.jsonValue() }),
    );
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      json.map((value) => Buffer.from(`${JSON.stringify(value)}\n`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (chunks) => {
        const end = await readBuildStream(from(chunks), new BuildTrace(), newLog([])).catch(
          (error: unknown) => error,
        );

        expect(end instanceof Error).toBe(end instanceof GraderFault);
      }),
      { numRuns: 200 },
    );
  });
});

function newLog(lines: string[]): BuildLog {
  return new BuildLog(4_000, (line) => lines.push(line));
}

async function read(documents: readonly string[]): Promise<{ trace: BuildTrace; lines: readonly string[] }> {
  const lines: string[] = [];
  const trace = new BuildTrace();
  const log = newLog(lines);
  await readBuildStream(from([Buffer.from([...documents, DONE].join('\n'))]), trace, log);
  log.end();
  return { trace, lines };
}
