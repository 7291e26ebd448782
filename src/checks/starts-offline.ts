import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ImageFacts } from '../app/ports/bench.ts';
import { logEvidence } from '../core/run-evidence.ts';
import { formatBytes } from '../core/units.ts';
import { failed, passed } from './outcome.ts';
import { globPattern } from './path-glob.ts';
import { isUnder, removedAfter } from './removed-paths.ts';

const Parameters = z.strictObject({
  /** The most that the container may have written by the time it has answered. */
  writesKiB: z.number().int().min(1).max(1_048_576).default(1024),
  /**
   * Globs of files that the image itself must hold, one of each at least. What is unpacked into a tmpfs or a volume
   * isn't counted as written, and isn't in the image either.
   */
  holds: z.array(z.string().min(1).max(200)).max(20).default([]),
});

/**
 * The image is complete: it served on a network that leads nowhere, and nothing was fetched or unpacked into the
 * container when it started.
 */
export const startsOffline = checkKind({
  name: 'starts-offline',
  schema: Parameters,
  findings: ['not-in-image', 'written-at-start'],
  needs: 'answer',
  use: 'shared',
  async run(subject, { writesKiB, holds }, signal) {
    const written = await subject.app.writtenBytes(signal);
    const missing = holds.length === 0 ? [] : missingFrom(await subject.imageFacts(signal), holds);
    const findings = {
      expected: `The service starts from its image alone, without a network, and has written at most ${formatBytes(writesKiB * 1024)} into its container by the time it answers.`,
      observed: `It answered, and its container has written ${formatBytes(written)} since it was made.`,
      explanation:
        "An image is meant to be what runs. What is fetched, installed or unpacked when a container starts isn't in the image: every start takes that much longer, every container holds a copy of its own, and it breaks when whatever is fetched from is gone.",
      evidence: [],
    };
    if (written > writesKiB * 1024) {
      return failed('written-at-start', {
        ...findings,
        evidence: [logEvidence(await subject.app.log(signal))],
      });
    }
    if (missing.length === 0) return passed(findings);
    return failed('not-in-image', {
      ...findings,
      observed: `It answered, and its image doesn't hold ${missing.map((glob) => `\`${glob}\``).join(', ')}: what it runs with came from elsewhere.`,
      evidence: [logEvidence(await subject.app.log(signal))],
    });
  },
});

function missingFrom(facts: ImageFacts, globs: readonly string[]): readonly string[] {
  const removed = facts.layers.map((_, index) => removedAfter(facts.layers, index));
  return globs.filter((glob) => {
    const pattern = globPattern(glob);
    return !facts.layers.some((layer, index) =>
      layer.entries.some(
        ({ kind, path }) =>
          kind === 'file' && pattern.test(path) && !isUnder(path, removed[index] ?? new Set()),
      ),
    );
  });
}
