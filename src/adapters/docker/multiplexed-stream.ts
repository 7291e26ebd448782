import type { Writable } from 'node:stream';

/** A frame of the engine's multiplexed stream begins with a byte of stream, three of nothing and four of length. */
const HEADER_BYTES = 8;
const STDERR = 2;

export interface Frame {
  readonly isStderr: boolean;
  readonly payload: Buffer;
}

/** Cuts the whole frames from the beginning of `raw`; `rest` is what follows them. */
export function framesOf(raw: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= raw.length) {
    const end = at + HEADER_BYTES + raw.readUInt32BE(at + 4);
    if (end > raw.length) break;
    frames.push({ isStderr: raw[at] === STDERR, payload: raw.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return { frames, rest: raw.subarray(at) };
}

/** Writes each stream's bytes to where it belongs, as they come. */
export function demultiplex(source: NodeJS.ReadableStream, stdout: Writable, stderr: Writable): void {
  let pending: Buffer = Buffer.alloc(0);
  source.on('data', (chunk: Buffer) => {
    const { frames, rest } = framesOf(pending.length === 0 ? chunk : Buffer.concat([pending, chunk]));
    pending = rest;
    for (const { isStderr, payload } of frames) (isStderr ? stderr : stdout).write(payload);
  });
}
