import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { TarKind } from './layer-entries.ts';

/** One entry of a tar, with its contents still to be read. */
export interface TarEntry {
  readonly header: Header;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * The entries of a tar as they come. Each must be read to its end before the next one is given.
 * An error of the stream ends the iteration with it.
 */
export async function* tarEntries(stream: NodeJS.ReadableStream): AsyncGenerator<TarEntry, void, undefined> {
  const tar = extract();
  const sink = new Writable({
    write(chunk: Buffer, _encoding, written) {
      if (tar.write(chunk)) written();
      else tar.once('drain', written);
    },
    final(ended) {
      tar.end(null);
      ended();
    },
  });
  // A stream that is cut off without an error is one for `pipeline` too; else the iteration would wait for ever.
  pipeline(stream, sink).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const entry of tar) yield { header: entry.header, body: buffers(entry) };
  } finally {
    tar.destroy(null);
    sink.destroy();
  }
}

async function* buffers(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk;
}

export function kindOf(entry: TarEntry): TarKind {
  const { type } = entry.header;
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'link' || type === 'symlink') return 'link';
  return type === 'directory' ? 'directory' : 'other';
}

/** Hex sha-256 of the rest of a stream. */
export async function sha256Of(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

/** Hex sha-256 of the rest of a stream, with its first `textBytes` bytes as text. */
export async function sha256AndText(
  stream: AsyncIterable<Buffer>,
  textBytes: number,
): Promise<{ readonly sha256: string; readonly text: string }> {
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  for await (const chunk of stream) {
    hash.update(chunk);
    if (start.length < textBytes) start = Buffer.concat([start, chunk]).subarray(0, textBytes);
  }
  return { sha256: hash.digest('hex'), text: start.toString('utf8') };
}

/** The rest of a stream as text. @throws Error above `mostBytes`. */
export async function textOfStream(stream: AsyncIterable<Buffer>, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`a file of the image store is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads the rest of an entry without looking at it. */
export async function skip(stream: AsyncIterable<Buffer>): Promise<void> {
  for await (const _chunk of stream);
}
