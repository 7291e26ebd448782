import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buffer } from 'node:stream/consumers';
import { every } from '../../../src/app/every.ts';
import { type LoadJob, LoadResult } from './load-job.ts';

const PROGRAM = fileURLToPath(new URL('load-process.ts', import.meta.url));

/** Has the load generator do a job. `meanwhile` is done while it runs. */
export async function generateLoad(job: LoadJob, meanwhile?: () => Promise<void>): Promise<LoadResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = setTimeout(() => child.kill('SIGKILL'), (job.seconds + 120) * 1000);
  const over = new AbortController();
  const watching = meanwhile && every(200, over.signal, meanwhile);
  child.stdin.end(JSON.stringify(job));
  const output = await buffer(child.stdout);
  over.abort();
  clearTimeout(kill);
  await watching;
  return LoadResult.parse(JSON.parse(output.toString()));
}

/** The value below which that part of them lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
