import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ImageFacts } from '../app/ports/bench.ts';
import { formatBytes } from '../core/units.ts';
import { wastedBytes } from '../core/wasted-bytes.ts';
import { stagesOf } from './dockerfile-stages.ts';
import { blameLayers, blameText, type Blame } from './layer-blame.ts';
import { baseBytesOf, layersEvidence } from './layers-evidence.ts';
import { failed, passed } from './outcome.ts';

/** As `docker image ls` counts. */
const MB = 1_000_000;

const Parameters = z
  .strictObject({
    /** The most that the whole image may hold, uncompressed, base image included. */
    totalMB: z.number().positive().max(65_536).optional(),
    /** The most that may come on top of the base image. */
    overBaseMB: z.number().positive().max(65_536).optional(),
    /** The most of what comes on top that nobody can see in the finished image. */
    wastedPercent: z.number().min(0).max(100).optional(),
  })
  .refine(
    (with_) =>
      with_.totalMB !== undefined || with_.overBaseMB !== undefined || with_.wastedPercent !== undefined,
    { error: 'no limit: `totalMB`, `overBaseMB` or `wastedPercent`' },
  );
type Parameters = z.infer<typeof Parameters>;

interface Sizes {
  readonly totalBytes: number;
  readonly baseBytes: number;
  readonly ownBytes: number;
  readonly ownWastedBytes: number;
}

/** A share of next to nothing says nothing: below this, waste isn't looked at. */
const NEGLIGIBLE_BYTES = MB / 2;

/** The image is no bigger than it has to be: in all, on top of its base, and in bytes that nobody can see. */
export const imageSize = checkKind({
  name: 'image-size',
  schema: Parameters,
  findings: ['base-over', 'over-base', 'total-over', 'wasted'],
  needs: 'build',
  use: 'shared',
  async run(subject, parameters, signal) {
    const facts = await subject.imageFacts(signal);
    const { stages, final } = stagesOf(subject.service.image);
    const blames = blameLayers(stages, final, facts.layers);
    const wasted = wastedBytes(facts.layers);
    const sizes = sizesOf(facts, wasted);
    const limitBytes = (parameters.totalMB ?? 0) * MB;
    const findings = {
      expected: expectedOf(parameters),
      observed: `${observedOf(sizes)} ${biggestOf(facts, blames, wasted)}`.trim(),
      explanation:
        'Every byte of an image is stored, pulled and scanned on every machine that runs it. Layers only add up: what a later layer deletes or replaces stays in the layer below. Most of the size usually comes from two places, the base image that was chosen and what was needed for building only.',
      evidence: [
        layersEvidence(facts, blames, { wasted, findings: savings(facts, blames, wasted), limitBytes }),
      ],
    };
    const finding = findingOf(sizes, parameters);
    return finding === null ? passed(findings) : failed(finding, findings);
  },
});

function sizesOf(facts: ImageFacts, wasted: readonly number[]): Sizes {
  const baseBytes = baseBytesOf(facts);
  const ownWastedBytes = facts.layers.reduce(
    (sum, layer, index) => sum + (layer.fromBase ? 0 : (wasted[index] ?? 0)),
    0,
  );
  return { totalBytes: facts.totalBytes, baseBytes, ownBytes: facts.totalBytes - baseBytes, ownWastedBytes };
}

function findingOf(sizes: Sizes, { totalMB, overBaseMB, wastedPercent }: Parameters) {
  const { totalBytes, baseBytes, ownBytes, ownWastedBytes } = sizes;
  // A base that is too big alone is the one thing to say, whatever lies on top of it.
  if (totalMB !== undefined && baseBytes > totalMB * MB) return 'base-over';
  if (overBaseMB !== undefined && ownBytes > overBaseMB * MB) return 'over-base';
  if (totalMB !== undefined && totalBytes > totalMB * MB) return 'total-over';
  const isWasteful =
    wastedPercent !== undefined &&
    ownWastedBytes > NEGLIGIBLE_BYTES &&
    ownWastedBytes * 100 > ownBytes * wastedPercent;
  return isWasteful ? 'wasted' : null;
}

function expectedOf({ totalMB, overBaseMB, wastedPercent }: Parameters): string {
  const limits = [
    ...(totalMB === undefined ? [] : [`at most ${formatBytes(totalMB * MB)} in all`]),
    ...(overBaseMB === undefined ? [] : [`at most ${formatBytes(overBaseMB * MB)} on top of the base image`]),
    ...(wastedPercent === undefined ? [] : [`at most ${wastedPercent} % of that wasted`]),
  ];
  return `An image of ${limits.join(', ')}.`;
}

function observedOf({ totalBytes, baseBytes, ownBytes, ownWastedBytes }: Sizes): string {
  const share = ownBytes === 0 ? 0 : (ownWastedBytes / ownBytes) * 100;
  return `The image has ${formatBytes(totalBytes)}: ${formatBytes(baseBytes)} of its base and ${formatBytes(ownBytes)} on top, of which ${formatBytes(ownWastedBytes)} (${share.toFixed(1)} %) are wasted.`;
}

/** The learner's own layer that is worth looking at first. */
function biggestOf(facts: ImageFacts, blames: readonly Blame[], wasted: readonly number[]): string {
  let biggest = -1;
  facts.layers.forEach((layer, index) => {
    if (!layer.fromBase && layer.bytes > (facts.layers[biggest]?.bytes ?? 0)) biggest = index;
  });
  const layer = facts.layers[biggest];
  const blame = blames[biggest];
  if (layer === undefined || blame === undefined) return '';
  const lost = wasted[biggest] ?? 0;
  const hidden = lost > NEGLIGIBLE_BYTES ? `, ${formatBytes(lost)} of them deleted or replaced later` : '';
  return `The biggest layer on top is of ${blameText(blame)}: ${formatBytes(layer.bytes)}${hidden}.`;
}

/** What each line of the Dockerfile carries in vain, with the bytes that would be saved. */
function savings(facts: ImageFacts, blames: readonly Blame[], wasted: readonly number[]) {
  return facts.layers.flatMap((layer, index) => {
    const bytes = wasted[index] ?? 0;
    const blame = blames[index];
    if (layer.fromBase || blame === undefined || bytes < 1024) return [];
    const what = 'deleted or replaced by a later layer';
    return [{ path: `layer ${index + 1}`, what, bytes, line: blame.line, instruction: blame.instruction }];
  });
}
