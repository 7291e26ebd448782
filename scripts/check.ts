import { existsSync } from 'node:fs';
import { lineProgress } from '../src/machine/progress.ts';
import { runToEnd } from '../src/machine/run-command.ts';
import { runScript } from './steps/ending.ts';
import { badFileNames } from './steps/file-names.ts';
import { generateClient } from './steps/prepare-code.ts';
import { PROJECT, packageCommand } from './steps/project.ts';

const LIMIT_MS = 560_000;

interface Tool {
  readonly name: string;
  run(signal: AbortSignal): Promise<readonly string[]>;
}

const TOOLS: readonly Tool[] = [
  command('types', 'tsc', ['-p', '.']),
  ...(existsSync(`${PROJECT}/src/web/tsconfig.json`)
    ? [command('types of the pages', 'tsc', ['-p', 'src/web', '--noEmit'])]
    : []),
  command('lint', 'eslint', ['--max-warnings', '0', '.']),
  command('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  command('layers', 'depcruise', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    'src',
    'scripts',
  ]),
  command('dead code', 'knip', ['--no-progress']),
  { name: 'file names', run: async () => badFileNames(PROJECT) },
];

/** Types, lint, format, layers, dead code and file names; says what is wrong and counts what is well. */
await runScript(async (signal) => {
  // Types and layers are those of what is generated as well.
  await generateClient(
    lineProgress((line) => process.stderr.write(`${line}\n`)),
    signal,
  );
  const outcomes = await Promise.all(
    TOOLS.map(async (tool) => {
      const startedAt = Date.now();
      const complaints = await tool.run(signal);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(`${complaints.length === 0 ? 'ok  ' : 'FAIL'} ${tool.name} (${seconds} s)\n`);
      for (const line of complaints) process.stdout.write(`     ${line}\n`);
      return complaints.length === 0;
    }),
  );
  const failed = outcomes.filter((well) => !well).length;
  process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});

/** A tool of an npm package; what it printed when it isn't content. */
function command(name: string, tool: string, args: readonly string[]): Tool {
  return {
    name,
    async run(signal) {
      const end = await runToEnd(packageCommand(tool), args, { timeoutMs: LIMIT_MS, cwd: PROJECT }, signal);
      if (end.exitCode === 0) return [];
      return end.timedOut
        ? [`did not end within ${LIMIT_MS / 1000} s`]
        : [...end.tail, `(exit code ${end.exitCode ?? '?'})`];
    },
  };
}
