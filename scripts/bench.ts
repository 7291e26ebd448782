import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { byHandFigure, labFigures, throughputFigures } from './bench/lab-figures.ts';
import type { Figure } from './bench/measure.ts';
import { setupBench } from './bench/setup-bench.ts';

const REPORT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const engineHost = process.env['DOCKER_HOST'];
if (engineHost === undefined) throw new Error('DOCKER_HOST is not set: run this by `npm run bench`');

await using bench = await setupBench(engineHost);
const tell = (line: string): void => {
  process.stderr.write(`measured ${line}\n`);
};
const figures = [
  ...(await labFigures(bench, tell)),
  ...(await byHandFigure(bench)),
  ...(await throughputFigures(bench)),
];
const missed = figures.filter(({ target }) => target?.met === false);
const aimed = figures.filter(({ target }) => target !== undefined);
const closing = `${aimed.length - missed.length} of ${aimed.length} targets met`;
await writeFile(REPORT, documentOf(figures, bench.engineVersion, closing));
for (const { name, text, detail, target } of figures) {
  process.stdout.write(
    `${text.padStart(12)}  ${(target ? `${target.met ? 'met' : 'MISSED'} ${target.text}` : '').padEnd(18)}  ${name}\n${' '.repeat(34)}${detail}\n`,
  );
}
for (const { name, text, target } of missed)
  process.stdout.write(`missed: ${name}: ${text}, not ${target?.text ?? ''}\n`);
process.stdout.write(`${closing}\n`);
if (values.check && missed.length > 0) process.exitCode = 1;

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
