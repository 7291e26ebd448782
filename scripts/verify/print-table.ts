import type { Trial } from './grade-specimens.ts';
import type { MutationScore } from './mutation-score.ts';

/** Prints the table of checks and the closing line; tells whether everything was as declared. */
export function printTable(trials: readonly Trial[], scores: readonly MutationScore[]): boolean {
  if (scores.length > 0) process.stdout.write('\ncheck                                     caught  alone\n');
  for (const { scenario, check, caught, aloneCaught, wrong } of scores) {
    const name = `${scenario}/${check}`.padEnd(42);
    process.stdout.write(
      `${name}${String(caught).padStart(6)}${String(aloneCaught).padStart(7)}  ${wrong}\n`,
    );
  }
  const bad = trials.filter(({ wrong }) => wrong !== '');
  const unproved = scores.filter(({ wrong }) => wrong !== '');
  const faults = trials.reduce((sum, trial) => sum + trial.faults.length, 0);
  process.stdout.write('\n');
  for (const { scenario, specimen, wrong } of bad) {
    process.stdout.write(`BAD ${scenario.id}/${specimen.kind}/${specimen.name}: ${wrong}\n`);
  }
  const failed = bad.length + unproved.length;
  process.stdout.write(
    `faults on the way: ${faults}\n${trials.length + scores.length - failed} passed, ${failed} failed\n`,
  );
  return failed === 0;
}
