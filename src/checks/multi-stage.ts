import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ImageLayer } from '../app/ports/bench.ts';
import { formatBytes } from '../core/units.ts';
import { failed, passed, plural } from './outcome.ts';
import { lineage, sourcesOf, stageNamed, stagesOf, type Stage } from './dockerfile-stages.ts';
import { blameLayers, blameText, type Blame } from './layer-blame.ts';
import { isUnder, removedAfter } from './removed-paths.ts';

const Parameters = z.strictObject({
  /** What an earlier stage must give at least: a file of a few bytes is no build result. */
  minKiB: z.number().int().min(1).max(1_048_576).default(4),
});

interface Gift {
  readonly stage: Stage;
  readonly blame: Blame;
  readonly bytes: number;
  readonly files: number;
}

/**
 * An earlier stage makes something that the image takes over, and the stage itself stays behind. Which stage an
 * instruction takes from stands in the Dockerfile alone, so it is read there; what came of it is read in the image.
 */
export const multiStage = checkKind({
  name: 'multi-stage',
  schema: Parameters,
  findings: ['single-stage', 'unused-stage', 'nothing-taken'],
  needs: 'build',
  use: 'shared',
  async run(subject, { minKiB }, signal) {
    const facts = await subject.imageFacts(signal);
    const { stages, final } = stagesOf(subject.service.image);
    const findings = {
      expected: `At least two stages, and files of an earlier one (${minKiB} KiB or more) in the image.`,
      explanation:
        'Building needs compilers, headers and caches; running needs the result alone. A stage of its own for building leaves all of that behind, because the image is only the last stage and what it copies from the others. A stage from which nothing is taken is not even built.',
      evidence: [],
    };
    if (final === undefined || stages.length < 2) {
      const observed = `The image is built in ${plural(stages.length, 'stage')}.`;
      return failed('single-stage', { ...findings, observed });
    }
    const gifts = giftsOf(stages, final, facts.layers);
    const observed = `${plural(stages.length, 'stage')}. ${gifts.map(told).join(' ')}`.trim();
    if (gifts.length === 0) {
      const names = stages.filter((stage) => stage !== final).map((stage) => `\`${stage.name}\``);
      return failed('unused-stage', {
        ...findings,
        observed: `${plural(stages.length, 'stage')}, but nothing of ${names.join(', ')} is copied into the image.`,
      });
    }
    const bytes = gifts.reduce((sum, gift) => sum + gift.bytes, 0);
    return bytes < minKiB * 1024
      ? failed('nothing-taken', { ...findings, observed })
      : passed({ ...findings, observed });
  },
});

function giftsOf(stages: readonly Stage[], final: Stage, layers: readonly ImageLayer[]): readonly Gift[] {
  const chain = lineage(stages, final);
  const blames = blameLayers(stages, final, layers);
  return layers.flatMap((layer, index) => {
    const blame = blames[index];
    if (blame?.source === undefined) return [];
    const stage = sourcesOf(blame.source)
      .map((name) => stageNamed(stages, name))
      .find((source) => source !== undefined && !chain.includes(source));
    if (stage === undefined) return [];
    const removed = removedAfter(layers, index);
    const files = layer.entries.filter((entry) => entry.kind === 'file' && !isUnder(entry.path, removed));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return [{ stage, blame, bytes, files: files.length }];
  });
}

function told({ stage, blame, bytes, files }: Gift): string {
  return `${blameText(blame)} takes ${plural(files, 'file')} (${formatBytes(bytes)}) of the stage \`${stage.name}\`.`;
}
