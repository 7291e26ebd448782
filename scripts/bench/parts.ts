import { gitFigures } from './git-figures.ts';
import { byHandFigure, labFigures, throughputFigures } from './lab-figures.ts';
import { gradebookFigures } from './load/gradebook-figures.ts';
import { intakeFigures } from './load/intake-figures.ts';
import { listenersFigures } from './load/listeners-figures.ts';
import { queueFigures } from './load/queue-figures.ts';
import { COURSE, type ServiceUnderLoad, startService } from './load/service-under-load.ts';
import type { Figure } from './measure.ts';
import { overheadFigures } from './service/overhead-figures.ts';
import { slotsFigures } from './service/slots-figures.ts';
import { soakFigures } from './service/soak-figures.ts';
import { type BenchSetup, setupBench } from './setup-bench.ts';

/** What a part measures on. */
export interface Machine {
  readonly engineHost: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export interface PartOptions {
  /** How long the soak goes on. */
  readonly minutes: number;
  readonly tell: (line: string) => void;
}

type Part = (machine: Machine, options: PartOptions) => Promise<readonly Figure[]>;

/** The parts of the bench by their names, in the order of the report. */
export const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  // On the engine, in this process as the command line does it.
  ['labs', onEngine((bench, { tell }) => labFigures(bench, tell))],
  ['by-hand', onEngine(byHandFigure)],
  ['throughput', onEngine(throughputFigures)],
  // On the service, with its processes and databases.
  ['overhead', onService((service, { engineHost }) => overheadFigures(service, engineHost))],
  ['slots', onService((service, { engineHost }) => slotsFigures(service, engineHost))],
  ['intake', onService(intakeFigures)],
  ['listeners', onService(listenersFigures)],
  ['queue', onService(queueFigures)],
  ['gradebook', onService(gradebookFigures)],
  ['git', onService(gitPart)],
  ['soak', (machine, { minutes }) => soakFigures(machine, minutes)],
]);

function onEngine(measure: (bench: BenchSetup, options: PartOptions) => Promise<readonly Figure[]>): Part {
  return async ({ engineHost }, options) => {
    await using bench = await setupBench(engineHost);
    return await measure(bench, options);
  };
}

/** Each part has a service and a database of its own: none inherits what another has left. */
function onService(
  measure: (service: ServiceUnderLoad, machine: Machine) => Promise<readonly Figure[]>,
): Part {
  return async (machine) => {
    await using service = await startService(machine.databaseUrl, machine.redisUrl);
    return await measure(service, machine);
  };
}

async function gitPart(service: ServiceUnderLoad): Promise<readonly Figure[]> {
  const { learners, instructor } = await service.people(1);
  const [learner = ''] = learners;
  return gitFigures({ url: service.url, course: COURSE, assignment: 'port-bind', instructor, learner });
}
