import { readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figure } from './bench/measure.ts';
import { type Machine, PARTS } from './bench/parts.ts';
import { closingOf, conditionsOf, withFigures } from './bench/report.ts';
import { openMachine } from '../src/machine/open-machine.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { endingSignal } from './steps/ending.ts';
import { PROJECT } from './steps/project.ts';

const REPORT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));
/** Long enough to show a leak of a few KiB a run, and short enough for the whole bench. */
const SOAK_MINUTES = '3';

const { values, positionals } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    minutes: { type: 'string', default: SOAK_MINUTES },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !PARTS.has(name));
if (unknown.length > 0)
  throw new Error(`no part ${unknown.join(', ')}; there are: ${[...PARTS.keys()].join(', ')}`);
const minutes = Number(values.minutes);
if (!(minutes >= 0.5 && minutes <= 24 * 60))
  throw new Error(`--minutes ${values.minutes}: from 0.5 to ${24 * 60}`);
const engineHost = process.env['DOCKER_HOST'];
if (engineHost === undefined) throw new Error('DOCKER_HOST is not set: run this by `npm run bench`');

const [load = 0] = loadavg();
const began = performance.now();
const figures = await measured(engineHost);
const missed = figures.filter(({ target }) => target?.met === false);
for (const { name, text, target } of missed)
  process.stdout.write(`missed: ${name}: ${text}, not ${target?.text ?? ''}\n`);
process.stdout.write(`${closingOf(figures)}\n`);
if (values.check && missed.length > 0) process.exitCode = 1;

async function measured(host: string): Promise<readonly Figure[]> {
  const progress = lineProgress(say);
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'test' } as const;
  await using opened = await openMachine(
    PROJECT,
    ['engine', 'redis', 'postgres'],
    given,
    progress,
    endingSignal(),
  );
  const { DATABASE_URL: databaseUrl = '', REDIS_URL: redisUrl = '' } = opened.env;
  const machine: Machine = { engineHost: host, databaseUrl, redisUrl };
  const all: Figure[] = [];
  for (const [name, part] of PARTS) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const tell = (line: string): void => {
      say(`measured ${line}`);
    };
    say(`${name}: begins after ${((performance.now() - began) / 60_000).toFixed(1)} min`);
    const found = await part(machine, { minutes, tell });
    // At once: a part that breaks later takes nothing of what is known with it.
    for (const figure of found) show(figure);
    all.push(...found);
  }
  // A part alone is for who works on it: the table is of one run.
  if (positionals.length === 0) await report(machine, all);
  return all;
}

async function report(machine: Machine, all: readonly Figure[]): Promise<void> {
  const tookMinutes = (performance.now() - began) / 60_000;
  const conditions = await conditionsOf(machine, load, tookMinutes);
  await writeFile(REPORT, withFigures(await readFile(REPORT, 'utf8'), conditions, all));
}

function show({ name, text, detail, target }: Figure): void {
  const judged = target ? `${target.met ? 'met' : 'MISSED'} ${target.text}` : '';
  process.stdout.write(`${text.padStart(14)}  ${judged.padEnd(18)}  ${name}\n${' '.repeat(36)}${detail}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
