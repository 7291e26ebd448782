import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/http/schemas/submission.ts';
import { type Arena, type Files, HONEST, startArena } from './support/arena.ts';

/** Runs that code as the container's first process; its last words stand in the report's evidence. */
const python = (code: string): Files => ({
  'attack.py': code,
  Dockerfile: 'FROM python:3.11-slim\nCOPY attack.py /\nCMD ["python3", "-u", "/attack.py"]\n',
});

/** Answers everything on the port at which the service should be, by `handle(self)`. */
const server = (handle: string): Files =>
  python(`
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import time
class Handler(BaseHTTPRequestHandler):
    def handle_all(self):
${handle.replaceAll(/^/gm, '        ')}
    do_GET = do_POST = do_HEAD = do_PUT = handle_all
ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
`);

const FAILS: readonly Submission['verdict'][] = ['failed', 'run-failed', 'time-limit', 'memory-limit'];

interface Attack {
  readonly files: Files;
  readonly verdict?: readonly Submission['verdict'][];
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  'row 33: a fork bomb that leaves its session': {
    files: python(
      'import os\nwhile True:\n    try:\n        if os.fork() == 0: os.setsid()\n    except OSError: pass\n',
    ),
  },
  'row 34: memory without end, said to be memory': {
    files: python('import time\nx = b"x" * (1 << 30)\ntime.sleep(600)\n'),
    verdict: ['memory-limit'],
  },
  'row 34: /dev/shm filled': {
    files: python('f = open("/dev/shm/x", "wb")\nwhile True: f.write(b"x" * (1 << 20))\n'),
  },
  'row 35: every signal ignored': {
    files: python(
      'import signal, time\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: time.sleep(60)\n',
    ),
  },
  'row 36: output without end and without a line': {
    files: python('import sys\nwhile True: sys.stdout.write("x" * 1_000_000)\n'),
  },
  'row 37: a score that it prints itself': {
    files: python(
      'import json, time\nprint(json.dumps({"score": 100, "verdict": "passed"}))\nprint("ok 1 - all\\n1..1\\nPASS\\n<testsuite failures=\\"0\\"/>\\x1b]0;owned\\x07")\ntime.sleep(600)\n',
    ),
  },
  'row 38: a server that says yes to all': {
    files: server(
      'self.send_response(200)\nself.send_header("x-request-id", "1")\nself.end_headers()\nself.wfile.write(b\'{"status": "ok", "prediction": 1.0, "build": "x"}\')',
    ),
  },
  'row 40: one right answer, then the end': {
    files: server('self.send_response(200)\nself.end_headers()\nself.wfile.flush()\nimport os\nos._exit(1)'),
  },
  'row 41: an answer that drips': {
    files: server(
      'self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 1000000\\r\\n\\r\\n")\nwhile True:\n    self.wfile.write(b"x")\n    time.sleep(0.5)',
    ),
  },
  'row 41: headers without end': {
    files: server(
      'self.wfile.write(b"HTTP/1.1 200 OK\\r\\n")\nwhile True: self.wfile.write(b"X-A: " + b"b" * 60000 + b"\\r\\n")',
    ),
  },
  'row 41: chunks without end': {
    files: server(
      'self.wfile.write(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")\nwhile True: self.wfile.write(b"ffff\\r\\n" + b"z" * 65535 + b"\\r\\n")',
    ),
  },
  'row 41: a redirect to itself': {
    files: server('self.send_response(302)\nself.send_header("Location", self.path)\nself.end_headers()'),
  },
  'rows 42, 43: the machine, the cloud and the services of the grader': {
    files: python(`
import socket, time
hosts = ["172.17.0.1", "127.0.0.1", "169.254.169.254", "1.1.1.1"]
with open("/proc/net/route") as routes:
    for line in routes.read().splitlines()[1:]:
        gateway = int(line.split()[2], 16)
        if gateway: hosts.append(".".join(str(gateway >> shift & 255) for shift in (0, 8, 16, 24)))
for name in ["redis", "postgres", "host.docker.internal", "labgrader"]:
    try: print("REACHED by name", name, socket.gethostbyname(name))
    except OSError: pass
for host in hosts:
    for port in (CANARY_PORT, 22, 2375, 2376, 5432, 6379):
        try:
            socket.create_connection((host, port), 0.3).close()
            print("REACHED", host, port)
        except OSError: pass
print("tried all")
time.sleep(600)
`),
  },
  'row 44: what a kernel would give to root': {
    files: python(`
import ctypes, glob, os, time
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, act):
    try:
        if act() not in (-1, False): print("ALLOWED", name)
    except OSError: pass
attempt("mount", lambda: libc.mount(b"none", b"/mnt", b"tmpfs", 0, None))
attempt("user namespace", lambda: libc.unshare(0x10000000))
attempt("core_pattern", lambda: open("/proc/sys/kernel/core_pattern", "w").write("|/x"))
attempt("bpf", lambda: libc.syscall(321, 5, 0, 0))
attempt("keyctl", lambda: libc.syscall(250, 0, -3, 1))
attempt("engine socket", lambda: os.stat("/var/run/docker.sock"))
attempt("disk", lambda: os.mknod("/tmp/sda", 0o60600, os.makedev(8, 0)))
attempt("release_agent", lambda: [open(path, "w").write("/x") for path in glob.glob("/sys/fs/cgroup/**/release_agent", recursive=True)] or False)
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"SECRET_OF_THE_WORKER" in open(path, "rb").read(): print("ALLOWED", path)
    except OSError: pass
print("tried all")
time.sleep(600)
`),
  },
  'row 46: nothing that serves': {
    files: { Dockerfile: 'FROM python:3.11-slim\nHEALTHCHECK CMD true\nCMD ["tail", "-f", "/dev/null"]\n' },
  },
  'row 46: an empty image': {
    files: { Dockerfile: 'FROM scratch\n' },
    verdict: ['rejected', 'build-failed', 'failed', 'run-failed'],
  },
};

describe('a run', () => {
  let arena: Arena;
  let verdicts: ReadonlyMap<string, Promise<Submission>>;

  beforeAll(async () => {
    const limits = { startSeconds: 4, totalSeconds: 60, memoryMiB: 128, processes: 64, logBytes: 16_384 };
    arena = await startArena({ limits });
    await arena.startWorker();
    verdicts = await arena.sendAll(ATTACKS);
  });
  afterAll(() => arena[Symbol.asyncDispose]());

  it.each(Object.entries(ATTACKS))('with %s gets the verdict that it earned', async (name, attack) => {
    const submission = await verdicts.get(name);
    const seen = submission && (await arena.instructor.submission(submission.id));
    const text = JSON.stringify(submission?.report ?? seen?.fault);

    expect(attack.verdict ?? FAILS, text.slice(0, 1_500)).toContain(submission?.verdict);
    expect(submission?.score).toBeLessThan(60);
    expect(text).not.toMatch(/"[^"]*(REACHED|ALLOWED) /);
    expect(text).not.toContain(arena.secret);
    expect(text.length).toBeLessThan(1_000_000);
    expect(text).not.toMatch(/\\u0000|\\u001b|\\u0007/);
    const failed = submission?.report?.checks.filter(({ status }) => status !== 'passed') ?? [];
    expect(failed.length).toBeGreaterThan(0);
  });

  it('rows 38, 39: is asked differently each time, so that a recorded answer is worth nothing', async () => {
    const sent = await Promise.all([arena.graded(HONEST), arena.graded(HONEST)]);
    const asked = sent.map(({ report }) => JSON.stringify(report?.checks.map(({ evidence }) => evidence)));

    expect(sent.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
    expect(asked[0]).not.toBe(asked[1]);
  });

  it('of whatever kind, and the next honest one passes with nothing left behind', async () => {
    await arena.expectUnharmed();
  });
});
