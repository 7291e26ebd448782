import { execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { z } from 'zod';
import { CreatedForge } from '../../src/http/schemas/forge.ts';
import { Me } from '../../src/http/schemas/session.ts';
import { type Figure, secondsText, timesOf, type Times } from './measure.ts';

const run = promisify(execFile);

/** A service that runs as a process of its own, with a SECRETS_KEY. */
export interface ServiceWithGit {
  readonly url: string;
  readonly course: string;
  /** Of an assignment that is open. */
  readonly assignment: string;
  /** Tokens. */
  readonly instructor: string;
  readonly learner: string;
}

const RATE = 100;
const SECONDS = 10;
const MOST_WEBHOOK_MS = 50;
const MOST_FIRST_LINE_MS = 1_000;
const REPOSITORIES = 50;
const ROUNDS = 7;
/** Nobody is gone to there, so that the deliveries alone are measured. */
const FORGE = 'https://127.0.0.1';

/** How fast webhooks are answered while so many come, and a push is by the first line of its output. */
export async function gitFigures(service: ServiceWithGit): Promise<readonly Figure[]> {
  return [await webhookFigure(service), await firstLineFigure(service)];
}

async function webhookFigure(service: ServiceWithGit): Promise<Figure> {
  const forges = `/courses/${service.course}/forges`;
  const forge = CreatedForge.parse(
    await ask(service, service.instructor, 'POST', forges, { kind: 'gitea', baseUrl: FORGE }),
  );
  const { person } = Me.parse(await ask(service, service.learner, 'GET', '/me'));
  const names = Array.from({ length: REPOSITORIES }, (_, index) => `load/repository-${index}`);
  const repositories = names.map((name) => ({ name, person: person.email }));
  await ask(service, service.instructor, 'PUT', `${forges}/${forge.id}/repositories`, { repositories });
  const agent = new Agent({ keepAlive: true });
  try {
    // Compiles what is hot and opens the connections.
    await deliveries(forge, service.url, names, agent, 2);
    const { times, refused } = await deliveries(forge, service.url, names, agent, SECONDS);
    const at = (part: number): number => times[Math.floor((times.length - 1) * part)] ?? 0;
    const met = at(0.5) <= MOST_WEBHOOK_MS && refused === 0;
    return {
      name: `git: webhook answered, while ${RATE} deliveries come a second`,
      value: at(0.5),
      text: `${at(0.5).toFixed(1)} ms`,
      detail: `median of ${times.length} (${at(0.25).toFixed(1)}–${at(0.75).toFixed(1)}), 99th percentile ${at(0.99).toFixed(0)} ms; ${refused} not taken`,
      target: { text: `≤ ${MOST_WEBHOOK_MS} ms`, met },
    };
  } finally {
    agent.destroy();
    await ask(service, service.instructor, 'DELETE', `${forges}/${forge.id}`);
  }
}

/** Begins one each so many milliseconds, whether those before are answered or not. */
async function deliveries(
  forge: z.infer<typeof CreatedForge>,
  url: string,
  names: readonly string[],
  agent: Agent,
  seconds: number,
): Promise<{ readonly times: readonly number[]; readonly refused: number }> {
  const began = performance.now();
  const target = `${url}/api/v1/webhooks/gitea?forge=${forge.id}`;
  const sent = Array.from({ length: RATE * seconds }, async (_, index) => {
    const due = began + (index * 1_000) / RATE;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    return deliver(target, forge.webhookSecret, names[index % names.length] ?? '', agent);
  });
  const answers = await Promise.all(sent);
  return {
    times: answers.map(({ ms }) => ms).sort((one, other) => one - other),
    refused: answers.filter(({ status }) => status !== 202).length,
  };
}

function deliver(
  target: string,
  secret: string,
  repository: string,
  agent: Agent,
): Promise<{ readonly ms: number; readonly status: number }> {
  const after = randomBytes(20).toString('hex');
  const body = JSON.stringify({ ref: 'refs/heads/main', after, repository: { full_name: repository } });
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-gitea-event': 'push',
    'x-gitea-delivery': randomUUID(),
    'x-gitea-signature': createHmac('sha256', secret).update(body).digest('hex'),
  };
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const sending = request(target, { method: 'POST', agent, headers, timeout: 30_000 }, (response) => {
      response.resume();
      response.once('end', () => {
        resolve({ ms: performance.now() - began, status: response.statusCode ?? 0 });
      });
    });
    sending.once('error', reject);
    sending.once('timeout', () => sending.destroy(new Error('a webhook was not answered')));
    sending.end(body);
  });
}

async function firstLineFigure(service: ServiceWithGit): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-bench-push-'));
  const git = (...args: string[]): Promise<unknown> =>
    run('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.edu', ...args]);
  try {
    await git('init', '--quiet', '--initial-branch=main');
    const remote = new URL(`${service.url}/git/${service.course}/${service.assignment}`);
    remote.username = 'bench';
    remote.password = service.learner;
    const commit = async (): Promise<void> => {
      await writeFile(join(folder, 'Dockerfile'), `FROM python:3.12-slim\n# ${randomUUID()}\n`);
      await git('add', '--all');
      await git('commit', '--quiet', '-m', 'work');
    };
    let readied = 0;
    const times = await timesOf(ROUNDS, async () => {
      const began = performance.now();
      await commit();
      readied += performance.now() - began;
      await firstLine(folder, remote.toString());
    });
    const own = readied / (ROUNDS + 1);
    return firstLineOf({ median: times.median - own, low: times.low - own, high: times.high - own });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function firstLineOf(times: Times): Figure {
  return {
    name: 'git: from `git push` to the first line of its output',
    value: times.median,
    text: `${(times.median / 1_000).toFixed(2)} s`,
    detail: `${secondsText(times)}, git’s own start and the sending included`,
    target: { text: `≤ ${MOST_FIRST_LINE_MS / 1_000} s`, met: times.median <= MOST_FIRST_LINE_MS },
  };
}

/** Pushes, and ends the watching as soon as the service has said something. */
function firstLine(folder: string, remote: string): Promise<void> {
  const child = spawn('git', ['-C', folder, 'push', '--quiet', remote, 'main'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    timeout: 60_000,
  });
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (!said.includes('remote: ')) return;
      child.kill('SIGKILL');
      resolve();
    });
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(`the push said nothing: ${said.slice(0, 500)}`));
    });
  });
}

async function ask(
  service: ServiceWithGit,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${service.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}
