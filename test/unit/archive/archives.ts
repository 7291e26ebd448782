import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { readArchive } from '../../../src/adapters/archive/read-archive.ts';
import type { FileSet } from '../../../src/core/file-set.ts';
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from '../../../src/core/intake-limits.ts';
import { Refusal } from '../../../src/core/refusal.ts';

export interface Entry {
  readonly name: string;
  readonly text?: string;
  readonly type?: 'file' | 'symlink' | 'link' | 'fifo' | 'character-device' | 'directory';
  readonly mode?: number;
}

/** A gzipped tar of just these entries, well-formed or not. */
export async function tarGz(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, text = '', type = 'file', mode = 0o644 } of entries) {
    const linkname = type === 'symlink' || type === 'link' ? { linkname: '/etc/passwd' } : {};
    archive.entry({ name, type, mode, ...linkname }, type === 'file' ? text : '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

export async function read(bytes: Buffer, limits: Partial<IntakeLimits> = {}): Promise<FileSet> {
  return readArchive(Readable.from([bytes]), { ...DEFAULT_INTAKE_LIMITS, ...limits });
}

/** Rule and file of the refusal; fails where it was taken. */
export async function refusalOf(
  bytes: Buffer,
  limits: Partial<IntakeLimits> = {},
): Promise<{ rule?: string; file?: string }> {
  try {
    await read(bytes, limits);
  } catch (error) {
    if (error instanceof Refusal) return error.details;
    throw error;
  }
  throw new Error('it was taken');
}

/** A zip with stored entries; `size` can lie about what an entry unpacks to. */
export function zip(
  entries: readonly { name: string; text: string; mode?: number; size?: number }[],
): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text, mode = 0o100644, size } of entries) {
    const data = Buffer.from(text);
    const title = Buffer.from(name);
    const sizes = { packed: data.byteLength, unpacked: size ?? data.byteLength };
    const local = Buffer.concat([header(0x04034b50, title, data, sizes), title, data]);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE((3 << 8) | 20, 4);
    header(0x04034b50, title, data, sizes).copy(entry, 6, 4, 30);
    entry.writeUInt32LE((mode << 16) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, title);
    locals.push(local);
    offset += local.byteLength;
  }
  const index = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, index, end]);
}

function header(
  signature: number,
  title: Buffer,
  data: Buffer,
  sizes: { packed: number; unpacked: number },
): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(signature, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(0x0800, 6);
  local.writeUInt32LE(crc32(data), 14);
  local.writeUInt32LE(sizes.packed, 18);
  local.writeUInt32LE(sizes.unpacked, 22);
  local.writeUInt16LE(title.byteLength, 26);
  return local;
}

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
