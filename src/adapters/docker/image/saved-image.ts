import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type Docker from 'dockerode';
import { z } from 'zod';
import { GraderFault } from '../../../core/grader-fault.ts';
import { engineCall } from '../engine.ts';
import type { ReadLayers, Wanted } from './layer-store.ts';
import { ACCOUNTS_BYTES, ACCOUNTS_FILE } from './image-users.ts';
import { absolutePath, LayerEntries, type LayerContent } from './layer-entries.ts';
import {
  kindOf,
  sha256AndText,
  sha256Of,
  skip,
  tarEntries,
  textOfStream,
  type TarEntry,
} from './tar-entries.ts';

const DOCUMENT_BYTES = 16 * 1024 * 1024;
const SAVE_START_MS = 120_000;
const HEADER_BYTES = 512;

/** What is common to both layouts that engines save images in: a list of the configuration and the layers. */
const Manifest = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) })).min(1);

/** The bytes that a file of a saved image begins with tell what it is; its name doesn't. */
type Sniffed = 'gzip' | 'zstd' | 'tar' | 'document' | 'other';

/**
 * Reads an image's layers by saving it, which works with every store and takes a second for each 200 MB.
 * @throws GraderFault for a layout or a compression that isn't known.
 */
export async function readSavedImage(
  docker: Docker,
  id: string,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<ReadLayers> {
  const saved = await engineCall('save an image', docker.getImage(id).get(), SAVE_START_MS);
  const stop = (): void => {
    if (saved instanceof Readable) saved.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await readSavedTar(saved, wanted);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Reads the tar of a saved image, in the layout of OCI or in Docker's own. */
export async function readSavedTar(
  saved: NodeJS.ReadableStream,
  wanted: readonly Wanted[],
): Promise<ReadLayers> {
  const tars = new Map<string, LayerContent>();
  const documents = new Map<string, string>();
  for await (const entry of tarEntries(saved)) await readFile(entry, tars, documents);
  const manifest = Manifest.safeParse(JSON.parse(documents.get('manifest.json') ?? '[]')).data?.[0];
  const configDocument = documents.get(manifest?.Config ?? '');
  if (!manifest || configDocument === undefined) {
    throw new GraderFault('the engine saved an image without its configuration');
  }
  const layers = new Map<number, LayerContent>();
  for (const [index, path] of manifest.Layers.entries()) {
    const layer = tars.get(path);
    if (layer) layers.set(index, layer);
    else if (wanted[index] !== 'skip')
      throw new GraderFault(`the engine saved an image without its layer ${index + 1}`);
  }
  return { configDocument, layers };
}

async function readFile(
  entry: TarEntry,
  tars: Map<string, LayerContent>,
  documents: Map<string, string>,
): Promise<void> {
  if (kindOf(entry) !== 'file') return skip(entry.body);
  const { name } = entry.header;
  const { kind, stream } = await sniff(entry);
  switch (kind) {
    case 'gzip': {
      const gunzip = createGunzip();
      stream.on('error', (error: Error) => gunzip.destroy(error));
      tars.set(name, await readLayerTar(stream.pipe(gunzip)));
      return;
    }
    case 'tar':
      tars.set(name, await readLayerTar(stream));
      return;
    case 'document':
      documents.set(name, await textOfStream(stream, DOCUMENT_BYTES));
      return;
    case 'zstd':
      throw new GraderFault(
        'the engine saves layers compressed with zstd, which this Node version cannot read',
      );
    case 'other':
      return skip(stream);
  }
}

async function readLayerTar(stream: NodeJS.ReadableStream): Promise<LayerContent> {
  const entries = new LayerEntries();
  let accounts: string | undefined;
  for await (const entry of tarEntries(stream)) {
    const kind = kindOf(entry);
    const { name, size } = entry.header;
    if (kind !== 'file') {
      await skip(entry.body);
      entries.add(name, kind, size);
    } else if (absolutePath(name) === ACCOUNTS_FILE) {
      const { sha256, text } = await sha256AndText(entry.body, ACCOUNTS_BYTES);
      entries.add(name, kind, size, sha256);
      accounts = text;
    } else entries.add(name, kind, size, await sha256Of(entry.body));
  }
  return { ...entries.content(), ...(accounts !== undefined && { accounts }) };
}

/** Looks at a file's first bytes without losing them. */
async function sniff(entry: TarEntry): Promise<{ readonly kind: Sniffed; readonly stream: Readable }> {
  const chunks = entry.body[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  let ended = false;
  while (start.length < HEADER_BYTES && !ended) {
    const next: IteratorResult<Buffer, unknown> = await chunks.next();
    if (next.done === true) ended = true;
    else start = Buffer.concat([start, next.value]);
  }
  return { kind: sniffed(start), stream: Readable.from(rejoin(start, chunks), { objectMode: false }) };
}

async function* rejoin(start: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (start.length > 0) yield start;
  for (;;) {
    const next: IteratorResult<Buffer, unknown> = await rest.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function sniffed(start: Buffer): Sniffed {
  if (start.length < 4) return 'other';
  if (start.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (start.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  if (isTarHeader(start)) return 'tar';
  return start[0] === 0x7b || start[0] === 0x5b ? 'document' : 'other';
}

/** A tar begins with a header whose checksum is right, or, if it is empty, with zeros. */
function isTarHeader(start: Buffer): boolean {
  if (start.length < HEADER_BYTES) return false;
  const header = start.subarray(0, HEADER_BYTES);
  const written = parseInt(header.toString('latin1', 148, 156), 8);
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return sum === written || header.every((byte) => byte === 0);
}
