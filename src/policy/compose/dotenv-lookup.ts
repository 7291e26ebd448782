import { textOf, type FileSet } from '../../core/file-set.ts';
import { parseDotenv } from '../dotenv.ts';
import { quoted, type Findings } from '../findings.ts';
import type { Lookup } from '../interpolation.ts';

/** Variables that Compose itself would obey. */
const STEERING = /^(?:COMPOSE_|DOCKER_)/;

/**
 * The variables of the submission's own `.env`: all that a compose file can name here, beside `PWD`. At home that is
 * the folder of the project, to which every path here is relative.
 */
export function dotenvLookup(files: FileSet, findings: Findings): Lookup {
  const lookup = ownVariables(files, findings);
  return (name) => (name === 'PWD' ? '.' : lookup(name));
}

function ownVariables(files: FileSet, findings: Findings): Lookup {
  const text = textOf(files, '.env');
  if (text === undefined) return () => undefined;
  const parsed = parseDotenv(text, () => undefined);
  if (!parsed.ok) {
    const at = { file: '.env', line: parsed.line, column: 1 };
    findings.refuse('compose.dotenv.syntax', at, `Compose can't read this line: ${parsed.problem}.`);
    return () => undefined;
  }
  for (const name of parsed.values.keys()) {
    if (!STEERING.test(name)) continue;
    const message = `${quoted(name)} steers Compose itself, and isn't obeyed here: the compose file in the root of the submission counts, with no profiles.`;
    findings.notice('compose.dotenv.steering', { file: '.env', line: 1, column: 1 }, message);
  }
  const { values } = parsed;
  return (name) => values.get(name);
}
