import { spawn } from 'node:child_process';
import { openMachine } from '../src/machine/open-machine.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { runScript } from './steps/ending.ts';
import { generateClient } from './steps/prepare-code.ts';
import { PROJECT, packageCommand } from './steps/project.ts';

/**
 * Runs a TypeScript file with an engine that holds the base images: `with-engine <file> [argument…]`.
 * Standard output is that file's alone; its exit code is this one's.
 */
await runScript(async (signal) => {
  const progress = lineProgress((line) => process.stderr.write(`${line}\n`));
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'serve' } as const;
  await generateClient(progress, signal);
  await using machine = await openMachine(PROJECT, ['engine'], given, progress, signal);
  const child = spawn(packageCommand('tsx'), process.argv.slice(2), {
    stdio: 'inherit',
    env: { ...process.env, ...machine.env },
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 3);
    });
  });
});
