import type {
  Container,
  ContainerProcess,
  ContainerState,
  SocketTable,
} from '../../../../src/app/ports/container.ts';
import type { HttpAnswer, HttpProbe } from '../../../../src/app/ports/prober.ts';
import type { DnsQuery, SealedInternet } from '../../../../src/app/ports/sealed-internet.ts';
import type { FinishedBuild, Subject } from '../../../../src/app/ports/subject.ts';
import type { ServicePlan } from '../../../../src/core/plan.ts';
import { ScenarioFile } from '../../../../src/core/scenario.ts';

export const BUILD_ID = 'build-0123456789abcdef';
export const ADDRESS = '10.1.2.3';

/** A plain service: built, published at 8000, nothing else said. */
export const SERVICE: ServicePlan = {
  name: 'api',
  image: { from: 'base', reference: 'python:3.11-slim' },
  environment: {},
  labels: {},
  readOnly: false,
  tmpfs: [],
  mounts: [],
  ports: [{ published: 8000, target: 8000, protocol: 'tcp' }],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
  networks: [{ network: 'default', aliases: [] }],
  restart: { name: 'no' },
  dependsOn: [],
};

export const RUNNING: ContainerState = {
  status: 'running',
  startError: '',
  waitedFor: null,
  exitCode: null,
  oomKilled: false,
  startedAt: '2030-01-01T00:00:00Z',
  ranForMs: null,
  restartCount: 0,
  argv: ['uvicorn', 'appcore.api.app:app'],
  health: null,
  limits: { memoryBytes: 0, cpus: 0 },
};

/** A container that waits for a database in vain. */
export function waitedInVain(byTime: boolean): ContainerState {
  return { ...RUNNING, status: 'refused', waitedFor: { words: 'db (service_healthy), which ended', byTime } };
}

export function exited(exitCode: number, changes: Partial<ContainerState> = {}): ContainerState {
  return { ...RUNNING, status: 'exited', exitCode, ranForMs: 310, ...changes };
}

export function processOf(changes: Partial<ContainerProcess> = {}): ContainerProcess {
  const pid = changes.pid ?? 1;
  return {
    pid,
    hostPid: 4000 + pid,
    startTicks: 100 + pid,
    parentPid: pid === 1 ? 0 : 1,
    state: 'S',
    uids: [0, 0, 0, 0],
    effectiveCapabilities: '0000000000000000',
    name: 'uvicorn',
    argv: ['uvicorn', 'appcore.api.app:app'],
    ageMs: 1000,
    ...changes,
  };
}

export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { ok: true, status, headers, body: text, truncated: false, tookMs: 1 };
}

export function noAnswer(error: Extract<HttpAnswer, { ok: false }>['error']): HttpAnswer {
  return { ok: false, error, detail: '', tookMs: 1 };
}

/** Sockets of one process that listens at `address`. */
export function listeningAt(address: string, port = 8000, owner = processOf()): SocketTable {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { listening: [{ family, address, port, owners: [owner] }], established: [], waiting: [] };
}

/** A container that runs one process, listens on all interfaces and answers nothing but what `changes` say. */
export function fakeContainer(changes: Partial<Container> = {}): Container {
  const unused = (what: string) => () =>
    Promise.reject(new Error(`the check was not expected to use ${what}`));
  return {
    service: 'api',
    startedAtMs: Date.now(),
    address: ADDRESS,
    state: () => Promise.resolve(RUNNING),
    ended: () => Promise.resolve(exited(0)),
    events: () => [],
    log: () => Promise.resolve({ lines: ['Started server process [1]'], truncated: false }),
    writtenBytes: unused('writtenBytes'),
    stop: unused('stop'),
    pause: unused('pause'),
    unpause: unused('unpause'),
    request: () => Promise.resolve(noAnswer('refused')),
    openRequest: unused('openRequest'),
    requestInside: () => Promise.resolve(noAnswer('refused')),
    sockets: () => Promise.resolve(listeningAt('0.0.0.0')),
    processes: () => Promise.resolve([processOf()]),
    signal: unused('signal'),
    injectOrphans: unused('injectOrphans'),
    ...changes,
  };
}

/** What the course's service answers, over any port. */
export function serviceAnswers(_port: number, probe: HttpProbe): Promise<HttpAnswer> {
  return Promise.resolve(serviceAnswer(probe));
}

function serviceAnswer({ method, path, body, headers }: HttpProbe): HttpAnswer {
  const id = headers['x-request-id'];
  const told = id === undefined ? {} : { 'x-request-id': id };
  if (path === '/health') return answer(200, { status: 'ok' }, told);
  if (path === '/version') return answer(200, { build: BUILD_ID, engine: 'python' }, told);
  if (path !== '/predict') return answer(404, { detail: 'Not Found' }, told);
  if (method !== 'POST') return answer(405, { detail: 'Method Not Allowed' }, told);
  const numbers = featuresOf(body ?? '');
  if (numbers === undefined) return answer(422, { detail: 'no numbers' }, told);
  return answer(200, { prediction: numbers.reduce((sum, value) => sum + value, 0) / numbers.length }, told);
}

function featuresOf(body: string): number[] | undefined {
  const json: unknown = JSON.parse(body);
  if (typeof json !== 'object' || json === null || !('features' in json)) return undefined;
  const { features } = json;
  const isNumbers = Array.isArray(features) && features.every((value) => typeof value === 'number');
  return isNumbers ? features : undefined;
}

export const BUILD: FinishedBuild = {
  image: { id: 'sha256:1' },
  steps: [],
  buildId: BUILD_ID,
  canaries: [],
  durationMs: 10,
};

/** A run of a service that answered; `changes` make it another. */
export function fakeSubject(changes: Partial<Subject> = {}): Subject {
  const app = changes.app ?? fakeContainer();
  const unused = (what: string) => () =>
    Promise.reject(new Error(`the check was not expected to use ${what}`));
  const file = ScenarioFile.parse({
    id: 'trial',
    title: 'A trial',
    summary: 'A scenario for tests of checks.',
    part: 'D.0',
    checks: [{ id: 'only', kind: 'http', title: 'The only one', points: 100, hints: { default: 'Look.' } }],
  });
  return {
    scenario: { ...file, digest: '0', briefing: '', starter: new Map() },
    plan: { services: [SERVICE], graded: 'api', networks: ['default'], volumes: [] },
    service: SERVICE,
    port: 8000,
    build: BUILD,
    internet: fakeInternet(),
    upstream: {
      name: 'api-x.example.com',
      url: 'http://api-x.example.com/quote',
      address: '10.1.2.200',
      body: '{"nonce":"first"}',
      nonce: 'first',
    },
    stack: {
      container: () => app,
      services: ['api'],
      recreate: () => Promise.resolve(),
      down: () => Promise.resolve(),
    },
    app,
    readiness: { state: 'answered', tookMs: 400 },
    imageFacts: unused('imageFacts'),
    imageFactsOf: unused('imageFactsOf'),
    rebuild: unused('rebuild'),
    buildStage: unused('buildStage'),
    refresh: unused('refresh'),
    recreate: unused('recreate'),
    serve: unused('serve'),
    ...changes,
  };
}

export function fakeInternet(queries: readonly Partial<DnsQuery>[] = []): SealedInternet {
  return {
    publish: () =>
      Promise.resolve({
        url: 'http://api-x.example.com/quote',
        address: '10.1.2.201',
        hits: () => Promise.resolve([ADDRESS]),
      }),
    queries: () =>
      Promise.resolve(
        queries.map((query) => ({
          atMs: Date.now(),
          server: '8.8.8.8',
          client: ADDRESS,
          name: 'api-x.example.com',
          recordType: 'A',
          answer: '10.1.2.200',
          ...query,
        })),
      ),
  };
}
