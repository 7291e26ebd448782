import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSpecimens } from '../src/adapters/files/load-specimens.ts';
import { composeGrader, composeScenarios } from '../src/compose-grader.ts';
import { gradeSpecimens, type Trial } from './verify/grade-specimens.ts';
import { mutationScores } from './verify/mutation-score.ts';
import { printTable } from './verify/print-table.ts';

const SCENARIOS = fileURLToPath(new URL('../scenarios', import.meta.url));
const SLOTS = 3;
const LINGERING_MS = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '1' },
    slots: { type: 'string', default: String(SLOTS) },
    verbose: { type: 'boolean', default: false },
  },
});

process.exitCode = (await verify()) ? 0 : 1;
// Nothing of the grader may keep a process from ending: what does would pile up in a worker.
setTimeout(() => {
  process.stderr.write(
    `does not end, as these are open still: ${process.getActiveResourcesInfo().join(', ')}\n`,
  );
  process.exit(1);
}, LINGERING_MS).unref();

/** Grades every starter, solution and wrong fix for real; tells whether all came out as declared. */
async function verify(): Promise<boolean> {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      ending.abort(new Error(`ended by ${name}`));
    });
  }
  const scenarios = [...(await composeScenarios(SCENARIOS)).values()].filter(
    ({ id }) => positionals.length === 0 || positionals.includes(id),
  );
  if (scenarios.length === 0) throw new Error(`There is no scenario ${positionals.join(', ')}.`);
  const engineHost = process.env['DOCKER_HOST'];
  await using grader = await composeGrader({
    ...(engineHost !== undefined && { engineHost }),
    slots: Number(values.slots),
    builds: { memoryMiB: 4096, processes: 2048 },
    buildCacheGiB: 20,
  });
  await grader.warm();
  const specimens = (
    await Promise.all(
      scenarios.map(async (scenario) =>
        (await loadSpecimens(join(SCENARIOS, scenario.id), scenario)).map((specimen) => ({
          scenario,
          specimen,
        })),
      ),
    )
  ).flat();
  const chosen = specimens.filter(
    ({ specimen }) => values.only.length === 0 || values.only.includes(specimen.name),
  );
  const trials: Trial[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    trials.push(
      ...(await gradeSpecimens(grader.grade, chosen, Number(values.slots), ending.signal, values.verbose)),
    );
  }
  const whole = values.only.length === 0;
  return printTable(trials, whole ? mutationScores(scenarios, trials) : []);
}
