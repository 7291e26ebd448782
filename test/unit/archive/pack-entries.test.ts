import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { packEntries } from '../../../src/adapters/archive/pack-entries.ts';
import type { ArchiveEntry } from '../../../src/app/ports/archives.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';

const MIB = 1024 * 1024;

/** Gives entries of one MiB that no packing makes smaller, and tells how many were asked for and whether it was ended. */
function endless() {
  const seen = { asked: 0, ended: false };
  async function* entries(): AsyncGenerator<ArchiveEntry> {
    try {
      for (;;) {
        seen.asked += 1;
        const content = new Uint8Array(MIB);
        for (let at = 0; at < MIB; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
        yield await Promise.resolve({ path: `part-${seen.asked}`, size: MIB, content });
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, entries: entries() };
}

async function* listed(...entries: ArchiveEntry[]): AsyncGenerator<ArchiveEntry> {
  for (const entry of entries) yield await Promise.resolve(entry);
}

describe('an archive that is packed while it is read', () => {
  it('holds bytes and streams under their paths, in their order', async () => {
    const packed = packEntries(
      listed(
        { path: 'README.txt', size: 5, content: Buffer.from('hello') },
        { path: 'empty', size: 0, content: Readable.from([]) },
        { path: 'a/b', size: 6, content: Readable.from([Buffer.from('abc'), Buffer.from('def')]) },
      ),
    );

    const files: string[][] = [];
    for await (const entry of packed.pipe(createGunzip()).pipe(extract())) {
      files.push([entry.header.name, await text(entry)]);
    }

    expect(files).toEqual([
      ['README.txt', 'hello'],
      ['empty', ''],
      ['a/b', 'abcdef'],
    ]);
  });

  it('asks for no more than the reader takes, and for nothing once the reader is gone', async () => {
    const { seen, entries } = endless();
    const packed = packEntries(entries);
    const reader = packed[Symbol.asyncIterator]();
    let got = 0;
    while (got < 5 * MIB) {
      const chunk: unknown = (await reader.next()).value;
      if (Buffer.isBuffer(chunk)) got += chunk.byteLength;
    }
    // Time to run ahead, for one that doesn't wait for its reader.
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.asked).toBeLessThanOrEqual(got / MIB + 2);

    packed.destroy();
    await waitUntil('the end of the entries', () => Promise.resolve(seen.ended));
  });

  it('breaks off where an entry fails, instead of ending as if it were whole', async () => {
    async function* broken(): AsyncGenerator<ArchiveEntry> {
      yield* listed({ path: 'first', size: 1, content: Buffer.from('x') });
      throw new Error('the disk is gone');
    }
    await expect(text(packEntries(broken()))).rejects.toThrow('the disk is gone');

    const short = { path: 'short', size: 9, content: Readable.from([Buffer.from('x')]) };
    await expect(text(packEntries(listed(short)))).rejects.toThrow('Size mismatch');
  });
});
