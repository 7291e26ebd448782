import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import { failed, passed } from './outcome.ts';

const Parameters = z.strictObject({
  /** The limit that must be in force, exactly; in cores, so 0.5 is half of one. */
  cpus: z.number().min(0.01).max(1024),
});

/** Compose and the engine keep a limit in billionths of a core. */
const STEPS_PER_CORE = 1e9;

/** The engine holds the graded container to a share of the processors. */
export const cpuLimit = checkKind({
  name: 'cpu-limit',
  schema: Parameters,
  findings: ['no-limit', 'other-limit'],
  needs: 'container',
  use: 'shared',
  async run(subject, { cpus }, signal) {
    const asked = (await subject.app.state(signal)).limits.cpus;
    const findings = {
      observed:
        asked === 0
          ? `The container of \`${subject.service.name}\` may take every processor of the machine.`
          : `The container of \`${subject.service.name}\` may take ${inCores(asked)} of processor time.`,
      expected: `A limit of ${inCores(cpus)} of processor time on the container of \`${subject.service.name}\`.`,
      explanation:
        'A container takes all processors that are idle, and those of its neighbours when it spins. Shares and reservations only weigh who goes first; a limit is a quota which the kernel enforces in each period, even while the machine is idle.',
      evidence: [],
    };
    if (Math.round(asked * STEPS_PER_CORE) === Math.round(cpus * STEPS_PER_CORE)) return passed(findings);
    return failed(asked === 0 ? 'no-limit' : 'other-limit', findings);
  },
});

function inCores(cores: number): string {
  return cores === 1 ? '1 core' : `${cores} cores`;
}
