import type Docker from 'dockerode';
import type { BuiltImage, ImageFacts, ImageLayer } from '../../../app/ports/bench.ts';
import { GraderFault } from '../../../core/grader-fault.ts';
import { settledBy } from '../build/settled-by.ts';
import { messageOf } from '../engine.ts';
import { instructionsOf } from './image-history.ts';
import { usersOf } from './image-users.ts';
import { inspectImage, type ImageInspection } from './image-inspection.ts';
import { LayerCache } from './layer-cache.ts';
import type { LayerContent } from './layer-entries.ts';
import { readLayerStore, type ReadLayers, type Wanted } from './layer-store.ts';
import { readSavedImage } from './saved-image.ts';

/** Longest that reading one image may take. Saving one of the largest allowed size takes about a minute. */
const READ_MS = 120_000;

export interface ReadOptions {
  /** References of the base images whose layers aren't the learner's own. */
  readonly baseImages: readonly string[];
  /** What is known of their layers already. */
  readonly cache?: LayerCache;
  /** Reads by saving the image even where the engine's store can be read directly. */
  readonly bySaving?: boolean;
}

/**
 * Reads an image's layers. Files of layers that a base image brought have no digest.
 * @throws GraderFault when the engine fails or takes too long.
 */
export async function readImage(
  docker: Docker,
  { id }: BuiltImage,
  { baseImages, cache = new LayerCache(), bySaving = false }: ReadOptions,
  signal: AbortSignal,
): Promise<ImageFacts> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]);
  const image = await inspectImage(docker, id);
  const fromBase = await baseLayers(docker, image, baseImages);
  const known = image.diffIds.map((diffId, index) => (index < fromBase ? cache.get(diffId) : undefined));
  const wanted = image.diffIds.map((_, index): Wanted => {
    if (known[index]) return 'skip';
    return index < fromBase ? 'names' : 'contents';
  });
  const read = await readLayers(docker, image, wanted, bySaving, deadline).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof GraderFault) throw error;
    throw new GraderFault(`the image's layers can't be read: ${messageOf(error)}`, { cause: error });
  });

  const instructions = instructionsOf(read.configDocument, image.diffIds.length);
  let accounts = '';
  const layers = image.diffIds.map((diffId, index): ImageLayer => {
    const content = known[index] ?? layerOf(read, index);
    const { bytes, entries } = content;
    if (index < fromBase) cache.set(diffId, content);
    else accounts = content.accounts ?? accounts;
    return { diffId, createdBy: instructions[index] ?? '', fromBase: index < fromBase, bytes, entries };
  });
  const totalBytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  return { id: image.id, totalBytes, layers, config: image.config, users: usersOf(accounts) };
}

async function readLayers(
  docker: Docker,
  image: ImageInspection,
  wanted: readonly Wanted[],
  bySaving: boolean,
  signal: AbortSignal,
): Promise<ReadLayers> {
  const fromStore = bySaving
    ? undefined
    : await settledBy(signal, readLayerStore(docker, image, wanted, signal));
  return fromStore ?? (await settledBy(signal, readSavedImage(docker, image.id, wanted, signal)));
}

function layerOf(read: ReadLayers, index: number): LayerContent {
  const layer = read.layers.get(index);
  if (!layer) throw new GraderFault(`the engine gave an image without its layer ${index + 1}`);
  return layer;
}

/** How many of an image's layers, from below, are those of the base image that it shares most with. */
async function baseLayers(
  docker: Docker,
  image: ImageInspection,
  baseImages: readonly string[],
): Promise<number> {
  const bases = await Promise.all(baseImages.map((reference) => inspectImage(docker, reference)));
  const shared = bases
    .map((base) => base.diffIds)
    .filter((layers) => layers.every((diffId, index) => diffId === image.diffIds[index]))
    .map((layers) => layers.length);
  return Math.max(0, ...shared);
}
