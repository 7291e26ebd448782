import type { EvidenceOf } from '../core/evidence.ts';
import type { ImageFacts } from '../app/ports/bench.ts';
import type { Blame } from './layer-blame.ts';

type Layers = EvidenceOf<'layers'>;

const MOST_LAYERS = 60;
const MOST_FOLDERS = 12;
const MOST_FINDINGS = 40;

/** Layers of the image with the lines that made them, its biggest folders, and what was found in it. */
export function layersEvidence(
  facts: ImageFacts,
  blames: readonly Blame[],
  more: {
    /** Wasted bytes of each layer, in order. */
    readonly wasted: readonly number[];
    readonly findings: Layers['findings'];
    readonly limitBytes: number;
  },
): Layers {
  const layers = facts.layers.map((layer, index) => ({
    instruction: blames[index]?.instruction ?? layer.createdBy.slice(0, 200),
    line: blames[index]?.line ?? null,
    bytes: layer.bytes,
    wastedBytes: more.wasted[index] ?? 0,
    fromBase: layer.fromBase,
  }));
  return {
    type: 'layers',
    layers: layers.slice(-MOST_LAYERS),
    folders: biggestFolders(facts),
    findings: [...more.findings].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_FINDINGS),
    totalBytes: facts.totalBytes,
    baseBytes: baseBytesOf(facts),
    limitBytes: more.limitBytes,
  };
}

export function baseBytesOf(facts: ImageFacts): number {
  return facts.layers.reduce((sum, layer) => sum + (layer.fromBase ? layer.bytes : 0), 0);
}

/** The folders that the learner's own layers filled most, deep enough to say something. */
function biggestFolders(facts: ImageFacts): Layers['folders'] {
  const sums = new Map<string, number>();
  for (const layer of facts.layers) {
    if (layer.fromBase) continue;
    for (const entry of layer.entries) {
      if (entry.kind === 'file') addUpwards(sums, entry.path, entry.bytes);
    }
  }
  const bySize = [...sums].sort(([a, x], [b, y]) => y - x || a.length - b.length);
  // A folder that holds little more than one of its own folders would only say the same again.
  const telling = bySize.filter(
    ([path, bytes]) => !bySize.some(([other, inner]) => other.startsWith(`${path}/`) && inner > bytes * 0.95),
  );
  return telling.slice(0, MOST_FOLDERS).map(([path, bytes]) => ({ path, bytes }));
}

const DEEPEST = 6;

function addUpwards(sums: Map<string, number>, path: string, bytes: number): void {
  const parts = path.split('/').slice(1, -1).slice(0, DEEPEST);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = `/${parts.slice(0, depth).join('/')}`;
    sums.set(folder, (sums.get(folder) ?? 0) + bytes);
  }
}
