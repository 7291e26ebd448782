import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import { failed, passed } from './outcome.ts';

const Parameters = z.strictObject({
  /** The limit that must be in force, exactly. */
  limitMiB: z.number().int().min(4).max(1_048_576),
});

/** The engine holds the graded container to a memory limit. */
export const memoryLimit = checkKind({
  name: 'memory-limit',
  schema: Parameters,
  findings: ['no-limit', 'other-limit'],
  needs: 'container',
  use: 'shared',
  async run(subject, { limitMiB }, signal) {
    const { memoryBytes } = (await subject.app.state(signal)).limits;
    const findings = {
      observed:
        memoryBytes === 0
          ? `The container of \`${subject.service.name}\` runs without a memory limit.`
          : `The container of \`${subject.service.name}\` may use ${inMiB(memoryBytes)} of memory.`,
      expected: `A memory limit of ${limitMiB} MiB on the container of \`${subject.service.name}\`.`,
      explanation:
        'Without a limit, one leaking service takes the memory of everything else on the machine before the kernel steps in, and then the kernel chooses the victim. A reservation is only a wish for the scheduler; a limit is what the kernel enforces on the cgroup of the container.',
      evidence: [],
    };
    if (memoryBytes === limitMiB * 1_048_576) return passed(findings);
    return failed(memoryBytes === 0 ? 'no-limit' : 'other-limit', findings);
  },
});

function inMiB(bytes: number): string {
  const mebibytes = bytes / 1_048_576;
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${mebibytes.toFixed(2)} MiB (${bytes} bytes)`;
}
