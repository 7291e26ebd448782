import { basename } from 'node:path';
import { runCommand } from '../../src/machine/run-command.ts';

const CHECKED = /^(src|test|scripts)\/.*\.(ts|tsx|mjs|py|sh)$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|d|config))?\.(ts|tsx|mjs)$/;
/** Python can import only what is named so. */
const SNAKE = /^[a-z0-9]+(_[a-z0-9]+)*\.(py)$/;
const SHELL = /^[a-z0-9]+(-[a-z0-9]+)*\.sh$/;
/** Names that say nothing of what is inside gather whatever comes along. */
const EMPTY = /^(utils?|helpers?|common|misc|shared|index|types)\.(ts|tsx|mjs)$/;

/** Files whose name is not kebab-case, or says nothing; each with the reason. */
export async function badFileNames(project: string): Promise<readonly string[]> {
  const listed: string[] = [];
  await runCommand('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
    timeoutMs: 10_000,
    onLine: (line) => listed.push(line),
  });
  return listed.filter((path) => CHECKED.test(path)).flatMap((path) => complaint(path));
}

function complaint(path: string): readonly string[] {
  const name = basename(path);
  if (EMPTY.test(name)) return [`${path}: the name does not say what is inside`];
  if (KEBAB.test(name) || SNAKE.test(name) || SHELL.test(name)) return [];
  return [`${path}: file names are kebab-case (snake_case in Python)`];
}
