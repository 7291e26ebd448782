import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import { formatBytes } from '../core/units.ts';
import { logEvidence } from '../core/run-evidence.ts';
import { failed, passed } from './outcome.ts';

const Parameters = z.strictObject({
  /** The most that the container may have written by the time it has answered. */
  writesKiB: z.number().int().min(1).max(1_048_576).default(1024),
});

/**
 * The image is complete: it served on a network that leads nowhere, and nothing was fetched or unpacked into the
 * container when it started.
 */
export const startsOffline = checkKind({
  name: 'starts-offline',
  schema: Parameters,
  needs: 'answer',
  use: 'shared',
  async run(subject, { writesKiB }, signal) {
    const written = await subject.app.writtenBytes(signal);
    const findings = {
      expected: `The service starts from its image alone, without a network, and has written at most ${formatBytes(writesKiB * 1024)} into its container by the time it answers.`,
      observed: `It answered, and its container has written ${formatBytes(written)} since it was made.`,
      explanation:
        "An image is meant to be what runs. What is fetched, installed or unpacked when a container starts isn't in the image: every start takes that much longer, every container holds a copy of its own, and it breaks when whatever is fetched from is gone.",
      evidence: [],
    };
    if (written <= writesKiB * 1024) return passed(findings);
    return failed('written-at-start', {
      ...findings,
      evidence: [logEvidence(await subject.app.log(signal))],
    });
  },
});
