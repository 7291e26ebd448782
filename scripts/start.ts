import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openMachine } from '../src/machine/open-machine.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { runCommand } from '../src/machine/run-command.ts';
import { type Demo, Demo as DemoSchema, gradeSamples } from './steps/demo-samples.ts';
import { runScript } from './steps/ending.ts';
import { buildPages, generateClient } from './steps/prepare-code.ts';
import { PROJECT, packageCommand } from './steps/project.ts';
import { serve } from './steps/serve.ts';

const MIGRATE_TIMEOUT_MS = 60_000;
const SEED_TIMEOUT_MS = 120_000;

/** Everything from a bare machine to pages that answer; serves until Ctrl-C, and leaves nothing running. */
await runScript(async (signal) => {
  const withDemo = !process.argv.includes('--no-demo');
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const progress = lineProgress(write);
  await Promise.all([generateClient(progress, signal), buildPages(progress, signal)]);
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'serve' } as const;
  await using machine = await openMachine(PROJECT, ['engine', 'redis', 'postgres'], given, progress, signal);
  const env = { ...process.env, ...machine.env };
  await progress.step('database', async () => runFile('src/migrate.ts', env, MIGRATE_TIMEOUT_MS, signal));
  await using served = await progress.step('API and worker', async () => serve(env, signal));
  const watching = served.watch(signal);
  // It is raced against the demo first and waited for afterwards.
  watching.catch(() => undefined);

  const demo = withDemo
    ? await Promise.race([seedDemo({ ...env, PUBLIC_URL: served.url }, progress, signal), watching])
    : null;
  tell(served.url, demo, write);
  if (demo !== null) {
    const samples = progress.step('samples', async (say) => gradeSamples(served.url, demo, say, signal));
    await Promise.race([samples, watching]);
    tell(served.url, demo, write);
  }
  write('Serving. Ctrl-C stops everything.');
  await watching.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return 0;
});

async function seedDemo(
  env: NodeJS.ProcessEnv,
  progress: ReturnType<typeof lineProgress>,
  signal: AbortSignal,
): Promise<Demo | null> {
  if (!existsSync(join(PROJECT, 'src/seed-demo.ts'))) return null;
  return progress.step('demo course', async () => {
    const lines: string[] = [];
    await runFile('src/seed-demo.ts', env, SEED_TIMEOUT_MS, signal, (line) => lines.push(line));
    const output = lines.join('\n');
    return DemoSchema.parse(JSON.parse(output.slice(output.indexOf('{'))));
  });
}

async function runFile(
  file: string,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  await runCommand(packageCommand('tsx'), [file], { timeoutMs, cwd: PROJECT, env, onLine }, signal);
}

function tell(url: string, demo: Demo | null, write: (line: string) => void): void {
  write('');
  write(`Pages      ${url}/`);
  write(`API        ${url}/api/v1/openapi.json`);
  for (const { name, signIn } of demo?.people ?? []) write(`Sign in    ${name}: ${signIn}`);
  write(`Logs       ${join(PROJECT, '.data')}/{api,worker}/log`);
  write('');
}
