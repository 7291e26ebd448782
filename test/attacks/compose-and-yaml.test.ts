import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/http/schemas/submission.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { type Arena, HONEST, startArena } from './support/arena.ts';

/** A service `api` with more lines, and more of the project below it. */
function compose(lines: readonly string[] = [], more = ''): string {
  return ['services:', '  api:', '    build: .', ...lines.map((line) => `    ${line}`), more, ''].join('\n');
}

/** Each is refused by the policy: nothing is built, and it costs no attempt. */
const REFUSED: readonly (readonly [row: number, name: string, composeFile: string])[] = [
  [11, 'an alias bomb', aliasBomb()],
  [11, 'a tag of JavaScript', compose(['command: !!js/function "function(){}"'])],
  [11, 'a custom tag', compose(['command: !evil [a]'])],
  [11, 'a key given twice', compose(['image: a', 'image: b'])],
  [11, 'several documents', `${compose()}---\n${compose()}`],
  [11, 'a scalar of megabytes', compose([`command: ${'x'.repeat(5_000_000)}`])],
  [11, 'a merge of a merge of itself', 'x: &x { <<: *x }\nservices: { api: *x }\n'],
  [12, 'privileged', compose(['privileged: true'])],
  [12, 'cap_add', compose(['cap_add: [SYS_ADMIN]'])],
  [12, 'devices', compose(['devices: ["/dev/sda:/dev/sda"]'])],
  [12, 'unconfined', compose(['security_opt: ["seccomp:unconfined"]'])],
  [12, 'AppArmor unconfined', compose(['security_opt: ["apparmor=unconfined"]'])],
  ...['pid', 'ipc', 'uts', 'userns_mode', 'cgroup'].map(
    (key) => [12, `${key} of the host`, compose([`${key}: host`])] as const,
  ),
  [12, 'cgroup_parent', compose(['cgroup_parent: /'])],
  [12, 'a runtime', compose(['runtime: runc'])],
  [12, 'sysctls', compose(['sysctls: { kernel.shm_rmid_forced: 0 }'])],
  [12, 'gpus', compose(['gpus: all'])],
  ...['/:/host', '/var/run/docker.sock:/s', '../..:/up', '~:/home', '/proc:/p', 'C:\\:/c'].map(
    (mount) => [13, `the bind ${mount}`, compose([`volumes: ['${mount}']`])] as const,
  ),
  [
    13,
    'a volume that is a bind in disguise',
    compose(['volumes: ["v:/v"]'], 'volumes: { v: { driver_opts: { type: none, o: bind, device: / } } }'),
  ],
  [13, 'a volume of somebody else', compose(['volumes: ["v:/v"]'], 'volumes: { v: { external: true } }')],
  [14, 'use_api_socket', compose(['use_api_socket: true'])],
  [14, 'a provider', compose(['provider: { type: awesomecloud }'])],
  [14, 'a credential_spec', compose(['credential_spec: { file: /etc/x.json }'])],
  [14, 'a hook', compose(['post_start: [{ command: id, privileged: true }]'])],
  [14, 'models', compose(['models: [m]'], 'models: { m: { model: ai/smollm2 } }')],
  [15, 'an include', `include: ["oci://example.com/x:latest"]\n${compose()}`],
  [15, 'extends', compose(['extends: { file: ../../x.yaml, service: a }'])],
  [15, 'an env_file of the worker', compose(['env_file: /proc/1/environ'])],
  [15, 'an env_file outside', compose(['env_file: ../../../etc/passwd'])],
  [15, 'a label_file', compose(['label_file: /etc/passwd'])],
  [15, 'a secret', compose(['secrets: [s]'], 'secrets: { s: { file: /etc/shadow } }')],
  [15, 'a config', compose(['configs: [c]'], 'configs: { c: { file: /etc/shadow } }')],
  [16, 'a variable that must be set', compose(['environment: { A: "${REDIS_URL:?x}" }'])],
  [17, 'the network of the host', compose(['network_mode: host'])],
  [17, 'the network of another container', compose(['network_mode: "container:labgrader"'])],
  [17, 'a host entry', compose(['extra_hosts: ["host.docker.internal:host-gateway"]'])],
  [
    17,
    'a network of somebody else',
    compose(['networks: [n]'], 'networks: { n: { external: true, name: bridge } }'),
  ],
  [18, 'an image of the grader', 'services: { api: { image: "labgrader-run:x" } }\n'],
  [19, 'ten thousand replicas', compose(['deploy: { replicas: 10000 }'])],
  [19, 'five hundred services', compose([], many('  s', 'image: python:3.11-slim', 500))],
  [19, 'five hundred networks', compose([], `networks:\n${many('  n', 'driver: bridge', 500)}`)],
  [19, 'a circle of services', compose(['depends_on: [api]'])],
  [20, 'an OOM score', compose(['oom_score_adj: -1000'])],
  [20, 'no OOM killer', compose(['oom_kill_disable: true'])],
];

describe('a compose file can ask for', () => {
  let arena: Arena;
  let verdicts: ReadonlyMap<string, Promise<Submission>>;

  beforeAll(async () => {
    arena = await startArena({ slots: 1 });
    await arena.startWorker();
    const sent = new Map<string, Promise<Submission>>();
    for (const [, name, text] of REFUSED) {
      const one = await arena.send({ ...HONEST, 'compose.yaml': text });
      const verdict = arena.verdictOf(one);
      // It is looked at by its own test.
      verdict.catch(() => undefined);
      sent.set(name, verdict);
    }
    verdicts = sent;
  });
  afterAll(() => arena[Symbol.asyncDispose]());

  it.each(REFUSED)('row %i: %s, and is refused where it stands', async (_row, name) => {
    const submission = await verdicts.get(name);

    expect(submission?.verdict).toBe('rejected');
    const [finding] = submission?.report?.policy ?? [];
    expect(finding).toMatchObject({ file: 'compose.yaml' });
    expect(finding?.rule).toMatch(/^[a-z]+\.[a-z-]+/);
    expect(finding?.line).toBeGreaterThan(0);
    expect(submission?.report?.timings['building']).toBeUndefined();
    expect(JSON.stringify(submission)).not.toContain('root:x:0');
  });

  it('row 11: what is refused costs no attempt', async () => {
    const { learner } = await arena.send({ ...HONEST, 'compose.yaml': compose(['privileged: true']) });
    const used = await waitUntil('no attempt is used', async () => {
      const { body } = await learner.get('/courses/docker-101/assignments/port-bind');
      return JSON.stringify(body).includes('"attemptsUsed":0') && true;
    });
    expect(used).toBe(true);
  });

  it('rows 16, 18, 20, 21: names, variables and limits of the machine, and gets the grader’s own', async () => {
    const sent = await arena.send({
      ...HONEST,
      'compose.yaml': compose(
        [
          'container_name: labgrader-prober',
          'ports: ["0.0.0.0:8000:8000"]',
          'environment:',
          '  A: "${SECRET_OF_THE_WORKER:-none}"',
          '  SECRET_OF_THE_WORKER:',
          '  C: "${DATABASE_URL:-none}"',
          'logging: { driver: syslog, options: { syslog-address: "tcp://127.0.0.1:1" } }',
          'restart: always',
          'mem_limit: 64g',
          'pids_limit: 100000',
          'cpus: 64',
          'shm_size: 32g',
          'ulimits: { nofile: 10000000, core: -1 }',
          'healthcheck: { test: ["CMD", "true"], interval: 1ms, timeout: 1ms, retries: 3 }',
        ],
        'networks: { default: { name: labgrader } }',
      ),
    });
    const container = await waitUntil(
      'the container runs',
      async () => {
        const { runs, report } = await arena.instructor.submission(sent.id);
        expect(report?.policy ?? []).toEqual([]);
        const [run] = runs;
        const filters = { label: [`labgrader.run=${run?.id ?? ''}`] };
        const [found] = await arena.docker.listContainers({ filters });
        return found && arena.docker.getContainer(found.Id).inspect();
      },
      120_000,
    );
    const submission = await arena.verdictOf(sent);

    expect(submission).toMatchObject({ verdict: 'passed' });
    expect(container.Name).not.toContain('prober');
    const { HostConfig: host, Config: config } = container;
    expect(host.Privileged).toBe(false);
    expect(host.NetworkMode).not.toMatch(/^(host|labgrader)$/);
    expect(host.Memory).toBeLessThanOrEqual(512 * 1_048_576);
    expect(host.MemorySwap).toBe(host.Memory);
    expect(host.PidsLimit).toBeLessThanOrEqual(128);
    expect(host.NanoCpus).toBeLessThanOrEqual(1e9);
    expect(host.LogConfig?.Type).toBe('json-file');
    expect(host.PortBindings ?? {}).toEqual({});
    expect(host.Binds ?? []).toEqual([]);
    expect(config.Healthcheck?.Interval).toBeGreaterThanOrEqual(500_000_000);
    expect(JSON.stringify(config.Env)).not.toContain(arena.secret);
    expect(JSON.stringify(config.Env)).not.toContain('postgres');
    expect(JSON.stringify(submission)).not.toContain(arena.secret);
  });

  it('whatever, and the next honest submission passes with nothing left behind', async () => {
    await arena.expectUnharmed();
  });
});

function many(prefix: string, body: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}: { ${body} }`).join('\n');
}

function aliasBomb(): string {
  const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
  for (let depth = 1; depth < 12; depth += 1) {
    const alias = `*a${depth - 1}`;
    lines.push(`a${depth}: &a${depth} [${Array(9).fill(alias).join(', ')}]`);
  }
  return `${lines.join('\n')}\nservices: { api: { build: ., command: *a11 } }\n`;
}
