import type { Readable } from 'node:stream';
import { GraderFault } from '../../core/grader-fault.ts';

export interface CgiHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

const MAX_HEAD_BYTES = 16 * 1024;

/** Reads the head of a CGI answer; what follows stays in the stream. @throws GraderFault when there is none */
export async function readCgiHead(output: Readable): Promise<CgiHead> {
  let read = Buffer.alloc(0);
  for (;;) {
    const chunk = await nextChunk(output);
    if (chunk === null) throw new GraderFault('git ended without an answer');
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\r\n\r\n');
    if (end >= 0) {
      output.unshift(read.subarray(end + 4));
      return parseHead(read.subarray(0, end).toString('latin1'));
    }
    if (read.byteLength > MAX_HEAD_BYTES) throw new GraderFault('git answered with no head');
  }
}

async function nextChunk(output: Readable): Promise<Buffer | null> {
  for (;;) {
    const chunk: unknown = output.read();
    if (Buffer.isBuffer(chunk)) return chunk;
    if (output.readableEnded || output.destroyed) return null;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        output.off('readable', go);
        output.off('end', go);
        output.off('close', go);
        resolve();
      };
      output.once('readable', go);
      output.once('end', go);
      output.once('close', go);
    });
  }
}

function parseHead(text: string): CgiHead {
  const headers = new Map<string, string>();
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers.set(name, value);
  }
  return { status: Number.isInteger(status) && status >= 200 && status <= 599 ? status : 500, headers };
}
