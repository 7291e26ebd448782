import { writeHandout } from '../adapters/files/write-handout.ts';
import { scenarioNamed } from './scenario-named.ts';

/** Writes the broken project of a scenario into a new or empty folder. @throws Refusal where it can't. */
export async function handoutCommand(scenarioId: string, folder: string): Promise<void> {
  const scenario = await scenarioNamed(scenarioId);
  const paths = await writeHandout(scenario, folder);
  process.stdout.write(
    `${scenario.title}: ${paths.length} files in ${folder}. Begin with ${folder}/README.md.\n`,
  );
}
