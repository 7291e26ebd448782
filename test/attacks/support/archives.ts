import { buffer } from 'node:stream/consumers';
import { crc32, gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** A gzipped tar of entries, as hostile as they come. */
export async function tarGz(
  entries: readonly (Partial<Header> & { readonly name: string; readonly text?: string })[],
): Promise<Uint8Array> {
  const archive = pack();
  for (const { text, ...header } of entries) {
    if (text === undefined) archive.entry(header);
    else archive.entry(header, text);
  }
  archive.finalize();
  return gzipSync(await buffer(archive));
}

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly text?: string;
  /** Unix mode with its file type. */
  readonly mode?: number;
  /** What the index says of the size, where it lies. */
  readonly claimedBytes?: number;
}

/** A zip of stored entries; nothing in it is checked. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const bodies: Buffer[] = [];
  const index: Buffer[] = [];
  let offset = 0;
  for (const { name, text = 'x', mode = 0o100644, claimedBytes } of entries) {
    const path = Buffer.from(name);
    const data = Buffer.from(text);
    const size = claimedBytes ?? data.byteLength;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(claimedBytes === undefined ? size : data.byteLength, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(path.byteLength, 22);
    const body = Buffer.concat([word(0x04034b50), common, path, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode * 65_536, 6);
    tail.writeUInt32LE(offset, 10);
    index.push(Buffer.concat([word(0x02014b50), Buffer.from([20, 3]), common, tail, path]));
    bodies.push(body);
    offset += body.byteLength;
  }
  const indexBytes = index.reduce((sum, part) => sum + part.byteLength, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(indexBytes, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, ...index, word(0x06054b50), end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
