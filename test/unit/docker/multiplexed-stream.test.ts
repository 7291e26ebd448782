import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demultiplex, framesOf } from '../../../src/adapters/docker/multiplexed-stream.ts';

function frame(stream: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

describe('framesOf', () => {
  it('keeps a frame that has not come whole for later', () => {
    const raw = Buffer.concat([frame(1, 'out'), frame(2, 'error').subarray(0, 10)]);
    const { frames, rest } = framesOf(raw);

    expect(frames.map(({ isStderr, payload }) => [isStderr, payload.toString()])).toEqual([[false, 'out']]);
    expect(rest).toHaveLength(10);
  });
});

describe('demultiplex', () => {
  it('gives each stream its own bytes, however they were cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ minLength: 1, maxLength: 30 })), {
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 9 }),
        async (frames, size) => {
          const source = new PassThrough();
          const stdout = new PassThrough();
          const stderr = new PassThrough();
          demultiplex(source, stdout, stderr);
          const raw = Buffer.concat(frames.map(([stream, text]) => frame(stream, text)));
          for (let at = 0; at < raw.length; at += size) source.write(raw.subarray(at, at + size));
          await new Promise((resolve) => source.end(resolve));
          await new Promise(setImmediate);

          const textOf = (wanted: number) =>
            frames.filter(([stream]) => stream === wanted).map(([, text]) => text);
          expect(String(stdout.read() ?? '')).toBe(textOf(1).join(''));
          expect(String(stderr.read() ?? '')).toBe(textOf(2).join(''));
        },
      ),
    );
  });
});
