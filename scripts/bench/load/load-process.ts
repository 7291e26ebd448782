import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { packTarGz } from '../../../src/adapters/archive/pack-archive.ts';
import { type FileEntry, textFile } from '../../../src/core/file-set.ts';
import { LoadJob, type LoadResult } from './load-job.ts';

/** Reads a job from standard input, does it, and writes what came of it. */
const job = LoadJob.parse(JSON.parse((await buffer(process.stdin)).toString()));
const agent = new Agent({ keepAlive: true, maxSockets: job.clients });
const target = new URL(job.path, job.url);
const archives: Buffer[] = [];
const wanted = job.body.kind === 'project' ? Math.ceil((job.rate ?? 600) * job.seconds) : job.clients;
for (let made = 0; made < Math.min(wanted, 8_000); made++) archives.push(await archiveOf());

const statuses: Record<string, number> = {};
const latencies: number[] = [];
const startedAt = performance.now();
const endsAt = startedAt + job.seconds * 1000;
let number = 0;
await Promise.all(Array.from({ length: job.clients }, serve));
const seconds = (performance.now() - startedAt) / 1000;
agent.destroy();
process.stdout.write(JSON.stringify({ statuses, latencies, seconds } satisfies LoadResult));

async function serve(): Promise<void> {
  while (performance.now() < endsAt) {
    const mine = number++;
    const dueAt = job.rate === undefined ? performance.now() : startedAt + (mine * 1000) / job.rate;
    if (dueAt >= endsAt) return;
    const early = dueAt - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const status = await submit(archives[mine % archives.length] ?? Buffer.alloc(0), mine);
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === 202) latencies.push(performance.now() - dueAt);
    if (job.body.kind === 'slow-archive') return;
  }
}

function submit(archive: Buffer, mine: number): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(target, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${job.tokens[mine % job.tokens.length] ?? ''}`,
        'content-type': 'application/gzip',
        'content-length': archive.byteLength,
      },
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.on('error', () => {
        resolve(0);
      });
    });
    sent.on('error', () => {
      resolve(0);
    });
    if (job.body.kind === 'project') sent.end(archive);
    else void trickle(sent, archive);
  });
}

/** Sends an archive over the whole time of the job, so that all of them are under way at once. */
async function trickle(sent: ReturnType<typeof request>, archive: Buffer): Promise<void> {
  const parts = 20;
  const size = Math.ceil(archive.byteLength / parts);
  for (let part = 0; part < parts; part++) {
    sent.write(archive.subarray(part * size, (part + 1) * size));
    await new Promise((resolve) => setTimeout(resolve, (job.seconds * 1000) / parts));
  }
  sent.end();
}

/** No two are alike, as no two learners' are. */
async function archiveOf(): Promise<Buffer> {
  const unique = randomBytes(12).toString('hex');
  const files = new Map<string, FileEntry>([
    [
      'Dockerfile',
      textFile(`FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n# ${unique}\n`),
    ],
    ['app.py', textFile('print("hello")\n'.repeat(60))],
    ['requirements.txt', textFile('flask==3.0.0\n')],
    ['compose.yaml', textFile('services:\n  api:\n    build: .\n    ports: ["8000:8000"]\n')],
  ]);
  if (job.body.kind === 'slow-archive') {
    files.set('data.txt', textFile(randomBytes(Math.ceil((job.body.bytes * 3) / 4)).toString('base64')));
  }
  return buffer(packTarGz(files, 'project'));
}
