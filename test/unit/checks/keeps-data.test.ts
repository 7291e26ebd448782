import { describe, expect, it } from 'vitest';
import type { Readiness } from '../../../src/app/ports/subject.ts';
import { keepsData } from '../../../src/checks/keeps-data.ts';
import { answer, exited, fakeContainer, fakeSubject } from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const PARAMETERS = keepsData.schema.parse({
  write: { method: 'PUT', path: '/notes/{random}', json: { text: 'kept {random}' }, status: 204 },
  read: { path: '/notes/{random}', answer: { text: 'kept {random}' } },
});
const SERVING: Readiness = { state: 'answered', tookMs: 300 };

interface Notebook {
  /** What becomes of the notes when the containers are made anew. */
  readonly after: (notes: Map<string, unknown>) => void;
  readonly readiness?: Readiness;
  readonly takesNotes?: boolean;
}

async function run({ after, readiness = SERVING, takesNotes = true }: Notebook) {
  const notes = new Map<string, unknown>();
  let killed = false;
  const app = fakeContainer({
    signal: (_targets, name) => {
      killed = name === 'SIGKILL';
      return Promise.resolve();
    },
    request: (_port, { method, path, body }) => {
      if (method === 'PUT' && takesNotes) notes.set(path, JSON.parse(body ?? ''));
      if (method === 'PUT') return Promise.resolve(answer(204, ''));
      return Promise.resolve(notes.has(path) ? answer(200, notes.get(path)) : answer(404, {}));
    },
  });
  let now: Readiness = SERVING;
  const subject = fakeSubject({
    app,
    recreate: () => {
      expect(killed).toBe(true);
      after(notes);
      now = readiness;
      return Promise.resolve(readiness);
    },
  });
  Object.defineProperty(subject, 'readiness', { get: () => now });
  return keepsData.run(subject, PARAMETERS, signal);
}

describe('keeps-data', () => {
  it('passes what is read back from the new containers', async () => {
    const outcome = await run({ after: () => undefined });

    expect(outcome.status).toBe('passed');
    expect(outcome.evidence[0]).toMatchObject({ exchanges: [{ ok: true }, { ok: true }, { ok: true }] });
  });

  it('fails what is gone with the containers', async () => {
    const outcome = await run({
      after: (notes) => {
        notes.clear();
      },
    });

    expect(outcome).toMatchObject({ status: 'failed', finding: 'lost' });
    expect(outcome.observed).toContain('status 404');
  });

  it('fails another text than the one that was written', async () => {
    const outcome = await run({
      after: (notes) => {
        for (const path of notes.keys()) notes.set(path, { text: 'kept something' });
      },
    });

    expect(outcome.finding).toBe('lost');
  });

  it('tells a service that keeps nothing even for a moment', async () => {
    const outcome = await run({ after: () => undefined, takesNotes: false });

    expect(outcome.finding).toBe('not-kept-at-all');
  });

  it('tells new containers that do not serve', async () => {
    const outcome = await run({
      after: () => undefined,
      readiness: { state: 'ended', container: exited(1), tookMs: 100 },
    });

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-serving' });
  });
});
