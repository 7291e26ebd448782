import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { readSavedTar } from '../../../src/adapters/docker/image/saved-image.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';

const CONFIG = JSON.stringify({ history: [{ created_by: 'RUN a' }] });
const HELLO = { path: '/a/hello', kind: 'file', bytes: 5, sha256: sha256('hello') };
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]);

describe('a saved image', () => {
  it.each([
    ['OCI’s layout', 'blobs/sha256/c', 'blobs/sha256/l'],
    ['Docker’s own layout', 'c.json', 'abc/layer.tar'],
  ])('in %s is read', async (_, configPath, layerPath) => {
    const layer = await tarOf({ './a/': '', './a/hello': 'hello' });

    const read = await readSaved({
      [layerPath]: layer,
      'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
      [configPath]: CONFIG,
      'manifest.json': manifest(configPath, layerPath),
    });

    expect(read.configDocument).toBe(CONFIG);
    expect(read.layers.get(0)).toEqual({
      bytes: 5,
      entries: [{ path: '/a', kind: 'directory', bytes: 0 }, HELLO],
    });
  });

  it('may have packed layers, and one layer twice', async () => {
    const layer = gzipSync(await tarOf({ 'a/hello': 'hello' }));

    const read = await readSaved({ l: layer, c: CONFIG, 'manifest.json': manifest('c', 'l', 'l') });

    expect([...read.layers.values()].map(({ entries }) => entries)).toEqual([[HELLO], [HELLO]]);
  });

  it('may have an empty layer', async () => {
    const read = await readSaved({ l: Buffer.alloc(1_024), c: CONFIG, 'manifest.json': manifest('c', 'l') });

    expect(read.layers.get(0)).toEqual({ bytes: 0, entries: [] });
  });

  it('has whiteouts and opaque folders in the names of files', async () => {
    const layer = await tarOf({
      'd/.wh.gone': '',
      'd/.wh..wh..opq': '',
      '.wh..wh.plnk/x': '',
      '.wh.top': '',
    });

    const read = await readSaved({ l: layer, c: CONFIG, 'manifest.json': manifest('c', 'l') });

    expect(read.layers.get(0)?.entries).toEqual([
      { path: '/d/gone', kind: 'whiteout', bytes: 0 },
      { path: '/d', kind: 'opaque', bytes: 0 },
      { path: '/top', kind: 'whiteout', bytes: 0 },
    ]);
  });

  it('may hold a layer whose first file is named like a document', async () => {
    const read = await readSaved({
      l: await tarOf({ '{"a":1}': 'x' }),
      c: CONFIG,
      'manifest.json': manifest('c', 'l'),
    });

    expect(read.layers.get(0)?.entries).toMatchObject([{ path: '/{"a":1}', bytes: 1 }]);
  });

  it.each([
    ['compressed with zstd', { l: ZSTD, c: CONFIG, 'manifest.json': manifest('c', 'l') }, /zstd/],
    ['without a manifest', { c: CONFIG }, /without its configuration/],
    ['without its configuration', { 'manifest.json': manifest('c', 'l') }, /without its configuration/],
    ['without a layer', { c: CONFIG, 'manifest.json': manifest('c', 'l') }, /without its layer 1/],
  ])('%s is a fault', async (_, files, message) => {
    const reading = readSaved(files);

    await expect(reading).rejects.toThrow(GraderFault);
    await expect(reading).rejects.toThrow(message);
  });

  it('that breaks off ends with an error', async () => {
    const whole = await tarOf({ c: 'x'.repeat(10_000) });

    await expect(readSavedTar(Readable.from([whole.subarray(0, 5_000)]), ['contents'])).rejects.toThrow();
  });
});

function manifest(config: string, ...layers: readonly string[]): string {
  return JSON.stringify([{ Config: config, RepoTags: [], Layers: layers }]);
}

async function readSaved(files: Readonly<Record<string, string | Buffer>>): ReturnType<typeof readSavedTar> {
  return readSavedTar(Readable.from([await tarOf(files)]), ['contents']);
}

async function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, contents] of Object.entries(files)) {
    if (name.endsWith('/')) tar.entry({ name, type: 'directory' });
    else tar.entry({ name }, contents);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
