import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/http/schemas/submission.ts';
import { type Arena, type Files, HONEST, startArena } from './support/arena.ts';

const BASE = 'FROM python:3.11-slim\n';
const IDLE = 'CMD ["sleep", "600"]\n';

interface Attack {
  readonly files: Files;
  readonly verdict: readonly Submission['verdict'][];
  /** Must stand in the report. */
  readonly says?: RegExp;
}

const refused = (dockerfile: string): Attack => ({
  files: { Dockerfile: dockerfile },
  verdict: ['rejected'],
});
const step = (run: string): Files => ({ Dockerfile: `${BASE}RUN ${run}\n${IDLE}` });
const python = (code: string): Files => ({
  'attack.py': code,
  Dockerfile: `${BASE}COPY attack.py /\nRUN python3 /attack.py\n${IDLE}`,
});

/** By number of the row and a name. What is refused is cheap; the rest is really built. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'row 22: a frontend of its own': refused(`# syntax=evil/frontend\n${BASE}`),
  'row 22: a frontend behind a byte order mark': refused(`\ufeff# syntax=evil/frontend\n${BASE}`),
  'row 22: a frontend in other words': refused(`#syntax =  evil/frontend\n${BASE}`),
  'row 22: a frontend in JSON': refused(`{"syntax": "evil/frontend"}\n${BASE}`),
  'row 23: an insecure step': refused(`${BASE}RUN --security=insecure id\n`),
  'row 23: a step on the host’s network': refused(`${BASE}RUN --network=host id\n`),
  'row 23: a secret': refused(`${BASE}RUN --mount=type=secret,id=x cat /run/secrets/x\n`),
  'row 23: an agent of keys': refused(`${BASE}RUN --mount=type=ssh id\n`),
  'row 23: a mount from any image': refused(
    `${BASE}RUN --mount=type=bind,from=labgrader-run:1,target=/x id\n`,
  ),
  'row 24: a working directory in a file descriptor': {
    files: { Dockerfile: `${BASE}WORKDIR /proc/self/fd/8\nRUN cat ../../../../../etc/hostname\n${IDLE}` },
    verdict: ['rejected', 'build-failed', 'failed', 'run-failed'],
  },
  'row 24: the same by ONBUILD': refused(`${BASE}ONBUILD WORKDIR /proc/self/fd/8\n`),
  'row 27: an unknown registry': refused('FROM evil.example/huge:latest\n'),
  'row 27: an image of another run': refused('FROM labgrader-run:1\n'),
  'row 27: a private image by its digest': refused(`FROM python@sha256:${'0'.repeat(64)}\n`),
  'row 28: ADD from an address of the cloud': refused(`${BASE}ADD http://169.254.169.254/latest /x\n`),
  'row 28: ADD of a git repository': refused(`${BASE}ADD https://github.com/x/y.git /x\n`),
  'row 30: a Dockerfile in the protected place': refused(`${BASE}COPY --from=../../etc /x /y\n`),
  'row 25: a fork bomb': {
    files: python('import os\nwhile True: os.fork()\n'),
    verdict: ['build-failed', 'time-limit', 'memory-limit'],
  },
  'row 25: an endless step': {
    files: step('while true; do :; done'),
    verdict: ['time-limit'],
    says: /limit of \d+ s/,
  },
  'row 25: memory without end': {
    files: python('x = b"x" * (8 << 30)\n'),
    verdict: ['memory-limit'],
    says: /memory/,
  },
  'row 26: a file that fills the disk': {
    files: python(
      'import os\nf = open("/x", "wb")\nwhile f.tell() < 300 << 20: f.write(os.urandom(1 << 20))\n',
    ),
    verdict: ['build-failed', 'time-limit'],
    says: /imageMiB|limit/,
  },
  'row 28: the canary and the cloud': {
    files: python(
      [
        'import socket',
        'for target in [("CANARY_HOST", CANARY_PORT), ("169.254.169.254", 80), ("1.1.1.1", 53)]:',
        '    try:',
        '        socket.create_connection(target, 2)',
        '        print("REACHED", target)',
        '    except OSError as error:',
        '        print("no way:", error)',
        'raise SystemExit(3)',
      ].join('\n'),
    ),
    verdict: ['build-failed'],
    says: /no way/,
  },
  'row 31: a log that lies, floods and is no text': {
    files: python(
      [
        'import sys, os',
        'out = sys.stdout.buffer',
        'out.write(b"#5 CACHED\\nSuccessfully tagged labgrader\\n\\x1b]0;owned\\x07\\x1b[2J<script>alert(1)</script>\\n")',
        'out.write(b"\\xff\\xfe nul \\x00 here\\n")',
        'out.flush()',
        'for _ in range(40): out.write(b"y" * 1_000_000 + b"\\n")',
        'out.write(b"last\\x00\\x1b[31m<script>\\n")',
        'out.flush()',
        'os._exit(9)',
      ].join('\n'),
    ),
    verdict: ['build-failed'],
  },
  'row 32: a configuration full of traps': {
    files: {
      Dockerfile: [
        BASE.trim(),
        'ENV LD_PRELOAD=/evil.so',
        'USER root',
        'STOPSIGNAL SIGUSR1',
        'VOLUME /everything',
        `LABEL labgrader.run=another labgrader.agent=prober big="${'x'.repeat(50_000)}"`,
        'HEALTHCHECK --interval=1ms CMD true',
        'RUN cp /bin/sleep /suid && chmod 4755 /suid',
        'ENTRYPOINT ["/suid"]',
        'CMD ["600"]',
        '',
      ].join('\n'),
    },
    verdict: ['failed', 'run-failed', 'build-failed', 'rejected'],
  },
};

describe('a build', () => {
  let arena: Arena;
  let verdicts: ReadonlyMap<string, Promise<Submission>>;

  beforeAll(async () => {
    const limits = { buildSeconds: 25, startSeconds: 3, memoryMiB: 128, imageMiB: 300, logBytes: 16_384 };
    arena = await startArena({ limits });
    await arena.startWorker();
    verdicts = await arena.sendAll(ATTACKS);
  });
  afterAll(() => arena[Symbol.asyncDispose]());

  it.each(Object.entries(ATTACKS))('%s is refused, or fails, or meets its limit', async (name, attack) => {
    const submission = await verdicts.get(name);
    const text = JSON.stringify(submission?.report ?? null);

    expect(attack.verdict, text.slice(0, 2_000)).toContain(submission?.verdict);
    expect(submission?.score).toBe(0);
    if (attack.says) expect(text).toMatch(attack.says);
    expect(text).not.toContain('REACHED');
    // Neither escapes of terminals nor what Postgres can't keep.
    expect(text).not.toMatch(/\\u0000|\\u001b|\\u0007/);
    expect(text.length).toBeLessThan(400_000);
    if (submission?.verdict === 'rejected') {
      expect(submission.report?.policy[0]).toMatchObject({ file: 'Dockerfile' });
      expect(submission.report?.timings['building']).toBeUndefined();
    }
  });

  it('row 29: sees nothing of a step of another learner’s that the cache would keep', async () => {
    const cache = '--mount=type=cache,target=/shared,id=shared';
    const writes = `${BASE}RUN ${cache} echo poison > /shared/x\nRUN false\n`;
    const reads = `${BASE}RUN ${cache} if [ -e /shared/x ]; then echo POISONED; else echo empty; fi; exit 3\n`;
    const first = await arena.graded({ Dockerfile: writes });
    const second = await arena.graded({ Dockerfile: reads });

    expect(['rejected', 'build-failed']).toContain(first.verdict);
    expect(['rejected', 'build-failed']).toContain(second.verdict);
    expect(JSON.stringify(second.report?.buildLog)).not.toMatch(/^POISONED|"POISONED/);
  });

  it('row 30: never reads a Dockerfile that is no file of the submission', async () => {
    const compose = 'services:\n  api:\n    build: { context: ., dockerfile: ../../../../etc/passwd }\n';
    const outside = await arena.graded({ ...HONEST, 'compose.yaml': compose });

    expect(outside.verdict).toBe('rejected');
    expect(JSON.stringify(outside)).not.toContain('root:x:0');
  });

  it('of whatever kind, and the next honest one passes with nothing left behind', async () => {
    await arena.expectUnharmed();
  });
});
