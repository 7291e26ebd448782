import fc from 'fast-check';
import { StatusResponseType } from '../../../src/adapters/docker/build/status-response.ts';

export const STEPS = [
  '[1/2] RUN a',
  '[builder 2/2] COPY . .',
  '[internal] load',
  '[999999999/1] x',
  '[a 1/1] ',
  '',
];

const time = fc.option(fc.record({ seconds: fc.integer(), nanos: fc.integer() }), { nil: undefined });
const word = fc.oneof(fc.constantFrom(...STEPS), fc.string({ unit: 'binary', maxLength: 40 }));
export const TRACE_MESSAGE = fc.record({
  vertexes: fc.array(
    fc.record(
      {
        digest: fc.constantFrom('a', 'b', 'c'),
        name: word,
        cached: fc.boolean(),
        started: time,
        completed: time,
        error: word,
      },
      { requiredKeys: ['digest', 'name'] },
    ),
    { maxLength: 5 },
  ),
  logs: fc.array(
    fc.record({
      vertex: fc.constantFrom('a', 'b', 'never-told'),
      stream: fc.integer(),
      msg: fc.uint8Array({ maxLength: 200 }),
    }),
    { maxLength: 5 },
  ),
});

/** What ends the stream of a build that succeeded. */
export const DONE = JSON.stringify({ id: 'moby.image.id', aux: { ID: `sha256:${'a'.repeat(64)}` } });

export function encoded(content: object): Uint8Array {
  return StatusResponseType.encode(StatusResponseType.fromObject(content)).finish();
}

export function traceLine(bytes: Uint8Array): string {
  return JSON.stringify({ id: 'moby.buildkit.trace', aux: Buffer.from(bytes).toString('base64') });
}

/** A stream of those chunks. */
export async function* from(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
