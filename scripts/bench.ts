import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectEngine } from '../src/adapters/docker/engine.ts';
import { openMachine } from '../src/machine/open-machine.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { gitFigures } from './bench/git-figures.ts';
import { byHandFigure, labFigures, throughputFigures } from './bench/lab-figures.ts';
import { gradebookFigures } from './bench/load/gradebook-figures.ts';
import { intakeFigures } from './bench/load/intake-figures.ts';
import { queueFigures } from './bench/load/queue-figures.ts';
import { COURSE, type ServiceUnderLoad, startService } from './bench/load/service-under-load.ts';
import type { Figure } from './bench/measure.ts';
import { type BenchSetup, setupBench } from './bench/setup-bench.ts';
import { endingSignal } from './steps/ending.ts';
import { PROJECT } from './steps/project.ts';

const REPORT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

type PartOf<T> = (setup: T) => Promise<readonly Figure[]>;

/** What is measured on the engine, in this process as the command line does it. */
const ENGINE_PARTS: Readonly<Record<string, PartOf<BenchSetup>>> = {
  labs: (bench) => labFigures(bench, tell),
  'by-hand': byHandFigure,
  throughput: throughputFigures,
};

/** What is measured on the service, with its processes and databases. */
const SERVICE_PARTS: Readonly<Record<string, PartOf<ServiceUnderLoad>>> = {
  intake: intakeFigures,
  queue: queueFigures,
  gradebook: gradebookFigures,
  git: gitPart,
};

const PARTS = [...Object.keys(ENGINE_PARTS), ...Object.keys(SERVICE_PARTS)];

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !PARTS.includes(name));
if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are: ${PARTS.join(', ')}`);
const chosen = positionals.length > 0 ? positionals : PARTS;
const engineHost = process.env['DOCKER_HOST'];
if (engineHost === undefined) throw new Error('DOCKER_HOST is not set: run this by `npm run bench`');

const figures = [...(await engineFigures(engineHost)), ...(await serviceFigures())];
const missed = figures.filter(({ target }) => target?.met === false);
const aimed = figures.filter(({ target }) => target !== undefined);
const closing = `${aimed.length - missed.length} of ${aimed.length} targets met`;
// A part alone is for who works on it: the table is of one run.
if (positionals.length === 0) {
  const { Version } = await connectEngine(engineHost).version();
  await writeFile(REPORT, documentOf(figures, Version, closing));
}
for (const { name, text, detail, target } of figures) {
  process.stdout.write(
    `${text.padStart(12)}  ${(target ? `${target.met ? 'met' : 'MISSED'} ${target.text}` : '').padEnd(18)}  ${name}\n${' '.repeat(34)}${detail}\n`,
  );
}
for (const { name, text, target } of missed)
  process.stdout.write(`missed: ${name}: ${text}, not ${target?.text ?? ''}\n`);
process.stdout.write(`${closing}\n`);
if (values.check && missed.length > 0) process.exitCode = 1;

function tell(line: string): void {
  process.stderr.write(`measured ${line}\n`);
}

async function engineFigures(host: string): Promise<readonly Figure[]> {
  const names = chosen.filter((name) => name in ENGINE_PARTS);
  if (names.length === 0) return [];
  await using bench = await setupBench(host);
  const measured: Figure[] = [];
  for (const name of names) measured.push(...((await ENGINE_PARTS[name]?.(bench)) ?? []));
  return measured;
}

/** Each part has a service and a database of its own: none inherits what another has left. */
async function serviceFigures(): Promise<readonly Figure[]> {
  const names = chosen.filter((name) => name in SERVICE_PARTS);
  if (names.length === 0) return [];
  const progress = lineProgress((line) => process.stderr.write(`${line}\n`));
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'test' } as const;
  const needs = ['engine', 'redis', 'postgres'] as const;
  await using machine = await openMachine(PROJECT, needs, given, progress, endingSignal());
  const { DATABASE_URL = '', REDIS_URL = '' } = machine.env;
  const measured: Figure[] = [];
  for (const name of names) {
    await using service = await startService(DATABASE_URL, REDIS_URL);
    const figures = (await SERVICE_PARTS[name]?.(service)) ?? [];
    measured.push(...figures);
    for (const figure of figures) tell(figure.name);
  }
  return measured;
}

async function gitPart(service: ServiceUnderLoad): Promise<readonly Figure[]> {
  const { learners, instructor } = await service.people(1);
  const [learner = ''] = learners;
  return gitFigures({ url: service.url, course: COURSE, assignment: 'port-bind', instructor, learner });
}

function documentOf(rows: readonly Figure[], engine: string, last: string): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Machines are noisy, so every figure is a ratio or a time measured beside its peer in',
    'the same run; in brackets, where half of the runs lie. `npm run bench -- --check` fails when a target is missed.',
    '',
    `Commit ${commit}; ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()};`,
    `Node ${process.version}; Docker Engine ${engine}.`,
    '',
    '| figure | value | target | measured |',
    '| --- | ---: | --- | --- |',
    ...rows.map(
      ({ name, text, detail, target }) =>
        `| ${name} | ${text} | ${target ? `${target.text}${target.met ? '' : ' (missed)'}` : ''} | ${detail} |`,
    ),
    '',
    `${last}.`,
    '',
  ].join('\n');
}
