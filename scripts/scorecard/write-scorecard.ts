import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PROJECT } from '../steps/project.ts';
import { ATTACK_ROWS } from './attack-rows.ts';
import { lastResults } from './last-results.ts';
import { disagreements, scorecard } from './scorecard.ts';

/** Steps of `npm test` whose tests show rows. */
const STEPS = ['attacks', 'faults', 'integration', 'docker', 'unit'];

/** Writes the scorecard from what the tests last came to on this machine. Returns a line for each row that is bare. */
export async function writeScorecard(path: string): Promise<readonly string[]> {
  const tests = await lastResults(STEPS);
  const file = join(PROJECT, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, scorecard(ATTACK_ROWS, tests, new Date()));
  return disagreements(ATTACK_ROWS, tests);
}
