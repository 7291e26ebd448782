import { execFile } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import pg from 'pg';
import { connectEngine } from '../../src/adapters/docker/engine.ts';
import { openPatientRedis } from '../../src/adapters/redis/connection.ts';
import type { Figure } from './measure.ts';
import type { Machine } from './parts.ts';

const run = promisify(execFile);
const BEGIN =
  '<!-- Written by `npm run bench`: what stands up to the end mark is lost when it runs again. -->';
const END = '<!-- End of what `npm run bench` writes. -->';
const TITLE = '# Benchmarks';

/** Where and with what it was measured, in Markdown. */
export async function conditionsOf(machine: Machine, load: number, minutes: number): Promise<string> {
  const { stdout: commit } = await run('git', ['rev-parse', '--short', 'HEAD']);
  const { stdout: changed } = await run('git', ['status', '--porcelain', '--untracked-files=no']);
  const { Version: engine } = await connectEngine(machine.engineHost).version();
  const [cpu] = cpus();
  return [
    `Commit ${commit.trim()}${changed.trim() === '' ? '' : ' with changes'}, ${new Date().toISOString().slice(0, 10)}, in ${Math.ceil(minutes)} minutes.`,
    `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()};`,
    `load average when it began: ${load.toFixed(2)}.`,
    `Node ${process.version}, Docker Engine ${engine}, PostgreSQL ${await postgresVersion(machine.databaseUrl)}, Redis ${await redisVersion(machine.redisUrl)}.`,
  ].join('\n');
}

/** The document with its figures replaced. Whatever stands outside of the marks is kept. */
export function withFigures(document: string, conditions: string, figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ name, text, detail, target }) =>
      `| ${name} | ${text} | ${target ? `${target.text}${target.met ? '' : ' (missed)'}` : ''} | ${detail} |`,
  );
  const written = [
    BEGIN,
    '',
    conditions,
    '',
    '| figure | value | target | measured |',
    '| --- | ---: | --- | --- |',
    ...rows,
    '',
    `${closingOf(figures)}.`,
    '',
    END,
  ].join('\n');
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) return `${TITLE}\n\n${written}\n`;
  return document.slice(0, begin) + written + document.slice(end + END.length);
}

/** How many of the targets were met, in words. */
export function closingOf(figures: readonly Figure[]): string {
  const aimed = figures.flatMap(({ target }) => target ?? []);
  return `${aimed.filter(({ met }) => met).length} of ${aimed.length} targets met`;
}

async function postgresVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await client.end();
  }
}

/** Of the server at `url`, as it tells it. @throws Error when none answers. */
export async function redisVersion(url: string): Promise<string> {
  const redis = openPatientRedis({ url, prefix: 'bench' });
  try {
    return /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
  } finally {
    redis.disconnect();
  }
}
