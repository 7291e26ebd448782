import { z } from 'zod';
import { compileSubmission } from '../../../src/policy/compile-submission.ts';
import { textFile, type FileSet } from '../../../src/core/file-set.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { Limits } from '../../../src/core/scenario.ts';
import type { Bench, BuiltImage, Stack } from '../../../src/app/ports/bench.ts';
import type { Container } from '../../../src/app/ports/container.ts';

/** A learner's program that runs what it is asked to: each test's hands inside of the container. */
const TOOLBOX = `
import json, subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        code = self.rfile.read(int(self.headers["Content-Length"])).decode()
        done = subprocess.run(["python3", "-c", code], capture_output=True, text=True, timeout=25)
        body = json.dumps({"code": done.returncode, "out": done.stdout[-20000:], "err": done.stderr[-2000:]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
`;

export const LIMITS = Limits.parse({ memoryMiB: 128, processes: 64, startSeconds: 10, buildSeconds: 60 });

/** Files that build and run the toolbox, with more lines of compose for its service. */
export function toolboxFiles(composeLines: readonly string[] = []): FileSet {
  const compose = ['services:', '  api:', '    build: .', '    ports: ["8000:8000"]', ...composeLines];
  return new Map([
    [
      'Dockerfile',
      textFile('FROM python:3.11-slim\nCOPY toolbox.py /\nCMD ["python3", "-u", "/toolbox.py"]\n'),
    ],
    ['toolbox.py', textFile(TOOLBOX)],
    ['compose.yaml', textFile(`${compose.join('\n')}\n`)],
  ]);
}

/** The plan of a submission that the policy takes. */
export function planOf(files: FileSet, bases: ReadonlyMap<string, string>): Plan {
  const outcome = compileSubmission(files, {
    resolveBase: (reference) => bases.get(reference),
    allowedBases: [...bases.keys()],
    service: 'api',
    planted: [],
    port: 8000,
  });
  if (!outcome.accepted) throw new Error(JSON.stringify(outcome.refusals));
  return outcome.plan;
}

/** Builds the submission's graded service and brings everything up. */
export async function bringUp(bench: Bench, files: FileSet, plan: Plan, signal: AbortSignal): Promise<Stack> {
  const images = new Map<string, BuiltImage>();
  for (const service of plan.services) {
    if (service.image.from === 'base') {
      images.set(service.name, { id: service.image.reference });
      continue;
    }
    const request = { plan: service.image.build, context: files, limits: LIMITS, onLog: () => undefined };
    const built = await bench.build(request, signal);
    if (!built.ok) throw new Error(built.message);
    images.set(service.name, built.image);
  }
  return bench.up({ plan, images, limits: LIMITS, files, environment: {} }, signal);
}

const Ran = z.object({ code: z.number(), out: z.string(), err: z.string() });
export type Ran = z.infer<typeof Ran>;

/** Runs Python code inside of the toolbox's container, as the user that it runs as. */
export async function runInside(container: Container, code: string, signal: AbortSignal): Promise<Ran> {
  for (;;) {
    const answer = await container.request(
      8000,
      { method: 'POST', path: '/', headers: {}, body: code, timeoutMs: 30_000 },
      signal,
    );
    if (answer.ok) return Ran.parse(JSON.parse(answer.body));
    if (answer.error !== 'refused')
      throw new Error(`the toolbox didn't answer: ${answer.error} ${answer.detail}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    signal.throwIfAborted();
  }
}
