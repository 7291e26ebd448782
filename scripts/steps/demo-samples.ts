import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loadSpecimens } from '../../src/adapters/files/load-specimens.ts';
import { composeScenarios } from '../../src/compose-grader.ts';
import type { FileSet } from '../../src/core/file-set.ts';
import { SetupProblem } from '../../src/machine/setup-problem.ts';
import { PROJECT } from './project.ts';

const SCENARIOS = join(PROJECT, 'scenarios');
const POLL_MS = 500;
const SAMPLE_LIMIT_MS = 5 * 60_000;

/** What src/seed-demo.ts says of the course that it made. */
export const Demo = z.object({
  course: z.string(),
  people: z.array(z.object({ name: z.string(), signIn: z.string() })),
  submitToken: z.string(),
  assignments: z.array(z.object({ id: z.string(), scenario: z.string() })),
});
export type Demo = z.infer<typeof Demo>;

const Accepted = z.object({ id: z.string() });
const Seen = z.object({ status: z.string(), verdict: z.string().nullable(), score: z.number().nullable() });
type Seen = z.infer<typeof Seen>;

/** Submits the starter and a right solution of each lab over HTTP and tells each verdict as it comes. */
export async function gradeSamples(
  api: string,
  demo: Demo,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const scenarios = await composeScenarios(SCENARIOS);
  for (const { id, scenario: name } of demo.assignments) {
    const scenario = scenarios.get(name);
    if (scenario === undefined) continue;
    const specimens = await loadSpecimens(join(SCENARIOS, name), scenario);
    const solution = specimens.find(({ kind }) => kind === 'solution');
    const samples = [
      { what: 'as handed out', files: scenario.starter },
      ...(solution ? [{ what: `mended (${solution.name})`, files: solution.files }] : []),
    ];
    for (const { what, files } of samples) {
      const startedAt = Date.now();
      const path = `/api/v1/courses/${demo.course}/assignments/${id}/submissions`;
      const accepted = Accepted.parse(
        await ask(`${api}${path}`, demo.submitToken, signal, changesOf(scenario.starter, files)),
      );
      const seen = await waitForVerdict(`${api}/api/v1/submissions/${accepted.id}`, demo.submitToken, signal);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      say(
        `${name.padEnd(18)} ${what.padEnd(34)} ${seen.verdict ?? seen.status} ${seen.score ?? '-'}/100 in ${seconds} s`,
      );
    }
  }
}

async function waitForVerdict(url: string, token: string, signal: AbortSignal): Promise<Seen> {
  const until = Date.now() + SAMPLE_LIMIT_MS;
  for (;;) {
    const seen = Seen.parse(await ask(url, token, signal));
    if (seen.status !== 'queued' && seen.status !== 'running') return seen;
    if (Date.now() > until) throw new SetupProblem(`A sample had no verdict after 5 minutes; see ${url}.`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function ask(url: string, token: string, signal: AbortSignal, body?: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
  });
  const text = await answer.text();
  if (!answer.ok) throw new SetupProblem(`${url} answered ${answer.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** What has to be laid over the starter to get those files; null takes one away. */
function changesOf(starter: FileSet, files: FileSet): { readonly files: Record<string, string | null> } {
  const changes: Record<string, string | null> = {};
  for (const [path, { bytes }] of files) {
    const before = starter.get(path);
    if (before === undefined || !Buffer.from(before.bytes).equals(bytes))
      changes[path] = Buffer.from(bytes).toString('utf8');
  }
  for (const path of starter.keys()) if (!files.has(path)) changes[path] = null;
  return { files: changes };
}
