import { openMachine } from '../src/machine/open-machine.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { runScript } from './steps/ending.ts';
import { buildPages, generateClient } from './steps/prepare-code.ts';
import { PROJECT } from './steps/project.ts';

/** Installs and prepares everything that `npm start` and `npm test` need, then stops what it started. */
await runScript(async (signal) => {
  const progress = lineProgress((line) => process.stdout.write(`${line}\n`));
  await Promise.all([generateClient(progress, signal), buildPages(progress, signal)]);
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'serve' } as const;
  await using machine = await openMachine(
    PROJECT,
    ['engine', 'redis', 'postgres', 'browser'],
    given,
    progress,
    signal,
  );
  progress.note(`all is here: ${Object.keys(machine.env).join(', ')}`);
  return 0;
});
