import { createHash, randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { z } from 'zod';
import { engineCall, removal, statusOf } from '../engine.ts';
import type { ImageInspection } from './image-inspection.ts';
import { ACCOUNTS_BYTES, ACCOUNTS_FILE } from './image-users.ts';
import { absolutePath, type LayerContent } from './layer-entries.ts';
import { kindOf, sha256AndText, sha256Of, skip, tarEntries, textOfStream } from './tar-entries.ts';
import { readTarSplit } from './tar-split.ts';
import { Readable } from 'node:stream';

const DOCUMENT_BYTES = 16 * 1024 * 1024;
const Store = z.object({ Driver: z.string(), DockerRootDir: z.string().startsWith('/') });

/** Layers of an image, as far as they were asked for, and its configuration document. */
export interface ReadLayers {
  readonly configDocument: string;
  /** By index, the lowest layer first. */
  readonly layers: ReadonlyMap<number, LayerContent>;
}

/** Which layers to read, lowest first. The contents of a base image's files aren't worth reading. */
export type Wanted = 'skip' | 'names' | 'contents';

/**
 * Reads single layers out of the engine's overlay store: its folders are bound, read-only, into a container
 * that is created and never started, and fetched as an archive. Unlike saving the image this doesn't read the
 * base's hundreds of megabytes. Undefined where the store is of another kind.
 */
export async function readLayerStore(
  docker: Docker,
  image: ImageInspection,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<ReadLayers | undefined> {
  const store = Store.safeParse(await engineCall('info', docker.info()));
  if (!store.success || store.data.Driver !== 'overlay2') return undefined;
  if (image.overlayFolders.length !== image.diffIds.length) return undefined;
  const folder = `/.labgrader-${randomBytes(8).toString('hex')}`;
  const binds = boundFolders(store.data.DockerRootDir, image, wanted, folder);
  const container = await unlessRefused(createReader(docker, image, binds));
  if (!container) return undefined;
  try {
    const archive = await unlessRefused(container.getArchive({ path: folder, abortSignal: signal }));
    return archive && (await readArchive(archive, image, wanted));
  } finally {
    await removal('remove a layer reader', container.remove({ force: true, v: true }));
  }
}

/** An engine whose store is elsewhere, or is shielded from binds, says so. */
async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) !== undefined) return undefined;
    throw error;
  }
}

function boundFolders(
  root: string,
  image: ImageInspection,
  wanted: readonly Wanted[],
  target: string,
): string[] {
  const metadata = `${root}/image/overlay2`;
  const binds = [
    `${metadata}/imagedb/content/sha256/${image.id.replace('sha256:', '')}:${target}/config.json:ro`,
  ];
  let chainId = '';
  for (const [index, diffId] of image.diffIds.entries()) {
    chainId = chainId === '' ? diffId : chainIdOf(chainId, diffId);
    if (wanted[index] === 'skip') continue;
    binds.push(`${metadata}/layerdb/sha256/${chainId.replace('sha256:', '')}:${target}/${index}/names:ro`);
    // Sorted before `names`, so that the digests are there when the names are read.
    if (wanted[index] === 'contents')
      binds.push(`${image.overlayFolders[index]}:${target}/${index}/contents:ro`);
  }
  return binds;
}

/** The engine's name for a layer on top of others. */
function chainIdOf(parent: string, diffId: string): string {
  return `sha256:${createHash('sha256').update(`${parent} ${diffId}`).digest('hex')}`;
}

function createReader(docker: Docker, image: ImageInspection, binds: string[]): Promise<Docker.Container> {
  return docker.createContainer({
    Image: image.id,
    Entrypoint: ['/never-started'],
    Cmd: [],
    NetworkDisabled: true,
    // The image's labels, which name its run, are the container's too: what finds strays finds this one.
    HostConfig: { Binds: binds, NetworkMode: 'none', ReadonlyRootfs: true },
  });
}

async function readArchive(
  archive: NodeJS.ReadableStream,
  image: ImageInspection,
  wanted: readonly Wanted[],
): Promise<ReadLayers | undefined> {
  const layers = new Map<number, LayerContent>();
  let configDocument = '{}';
  let digests = new Map<string, string>();
  let accounts: string | undefined;
  for await (const entry of tarEntries(archive)) {
    const [, place = '', part = '', path = ''] =
      /^[^/]+\/([^/]+)\/?([^/]*)\/?(.*)$/s.exec(entry.header.name) ?? [];
    const index = Number(place);
    if (place === 'config.json') configDocument = await textOfStream(entry.body, DOCUMENT_BYTES);
    else if (part === 'contents' && kindOf(entry) === 'file') {
      if (absolutePath(path) === ACCOUNTS_FILE) {
        const { sha256, text } = await sha256AndText(entry.body, ACCOUNTS_BYTES);
        digests.set(ACCOUNTS_FILE, sha256);
        accounts = text;
      } else digests.set(absolutePath(path), await sha256Of(entry.body));
    } else if (part === 'names' && path === 'diff') {
      // A store that keeps another layer under this name is not laid out as expected.
      if ((await textOfStream(entry.body, DOCUMENT_BYTES)).trim() !== image.diffIds[index]) return undefined;
    } else if (part === 'names' && path === 'tar-split.json.gz') {
      const own = wanted[index] === 'contents' ? digests : undefined;
      const content = await readTarSplit(Readable.from(entry.body), own);
      layers.set(index, { ...content, ...(accounts !== undefined && { accounts }) });
      digests = new Map();
      accounts = undefined;
    } else await skip(entry.body);
  }
  const complete = wanted.every((what, index) => what === 'skip' || layers.has(index));
  return complete ? { configDocument, layers } : undefined;
}
