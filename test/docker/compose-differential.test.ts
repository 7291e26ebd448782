import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { mainNetwork } from '../../src/adapters/docker/container-options.ts';
import { textFile, type FileSet } from '../../src/core/file-set.ts';
import type { Plan, ServicePlan } from '../../src/core/plan.ts';
import type { KeyTable } from '../../src/policy/compose/check-keys.ts';
import { PROJECT_KEYS, SERVICE_KEYS } from '../../src/policy/compose-keys.ts';
import * as nested from '../../src/policy/nested-keys.ts';
import { TestBuilds } from './support/builds.ts';
import { SERVICE_PROJECTS } from './support/compose-projects.ts';
import { IMAGE, IMAGE_DOCKERFILE, type ComposeProject } from './support/compose-project.ts';
import { WIRING_PROJECTS } from './support/compose-wiring-projects.ts';
import { deliberateDifferences } from './support/deliberate-differences.ts';
import { filesAt } from './support/files-at.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { composeFor, type ComposedService } from './support/real-compose.ts';
import { seenContainer, type SeenContainer } from './support/seen-container.ts';
import { bringUp, LIMITS, planOf } from './support/toolbox.ts';

const PROJECTS = [...SERVICE_PROJECTS, ...WIRING_PROJECTS];

/** Tables of nested mappings, by what their keys are called in the list of projects. */
const NESTED: Readonly<Record<string, KeyTable>> = {
  'build.': nested.BUILD_KEYS,
  'healthcheck.': nested.HEALTHCHECK_KEYS,
  'deploy.': nested.DEPLOY_KEYS,
  'resources.': nested.RESOURCES_KEYS,
  'limits.': nested.LIMITS_KEYS,
  'restart_policy.': nested.RESTART_POLICY_KEYS,
  'ports.': nested.PORT_KEYS,
  'volumes.': nested.MOUNT_KEYS,
  'tmpfs.': nested.MOUNT_TMPFS_KEYS,
  'service-networks.': nested.SERVICE_NETWORK_KEYS,
  'network.': nested.NETWORK_KEYS,
  'volume.': nested.VOLUME_KEYS,
  'depends_on.': nested.DEPENDS_ON_KEYS,
  'env_file.': nested.ENV_FILE_KEYS,
};

/** What our plan makes of every key is what the real Compose makes of it, but for what is listed as deliberate. */
describe('our plan, beside the real Compose', () => {
  const signal = AbortSignal.timeout(400_000);
  let docker: Docker;
  let pool: BenchPool;
  let builds: TestBuilds;

  beforeAll(async () => {
    docker = testEngine();
    builds = new TestBuilds(docker, 'differential');
    const base = (await testBases(docker)).get('python:3.11-slim') ?? '';
    const dockerfile = IMAGE_DOCKERFILE.replace('python:3.11-slim', base);
    const id = await builds.image({ dockerfile }, signal);
    const [repo = '', tag = ''] = IMAGE.split(':');
    await docker.getImage(id).tag({ repo, tag });
    pool = await testPool(docker, 1);
  });

  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
    await docker.getImage(IMAGE).remove();
    await builds[Symbol.asyncDispose]();
  });

  it.each(PROJECTS)('agrees on $title', async (project) => {
    const files = filesOf(project);
    const plan = planOf(files, new Map([[IMAGE, IMAGE]]));
    await using theirs = await composeFor(docker, files, 'create', signal);
    const ours = await createdByUs(files, plan);
    const resolver = ours.get('api')?.resolver ?? '';

    expect([...ours.keys()].sort()).toEqual([...theirs.services.keys()].sort());
    for (const service of plan.services) {
      const composed = theirs.services.get(service.name);
      const own = ours.get(service.name);
      if (composed === undefined || own === undefined) throw new Error(`${service.name} was not created`);
      const built = service.image.from === 'build' ? { image: own.seen.image } : {};
      const oneFiles = service.mounts.flatMap((mount) =>
        mount.kind === 'files' && files.has(mount.source) ? [mount.target] : [],
      );
      const expected = expectedOfUs({ ...composed.seen, ...built }, resolver, oneFiles);
      expect({ service: service.name, ...own.seen }).toEqual({ service: service.name, ...expected });
      expect(plannedPorts(service)).toEqual(composed.seen.ports);
      expect(plannedDependencies(service)).toEqual(ofThisPlan(composed, plan));
      for (const mount of service.mounts) {
        if (mount.kind !== 'files') continue;
        expect(own.files.get(mount.target)).toEqual(await filesAt(composed.container, mount.target));
      }
    }
  });

  it('starts services in the order of their dependencies', async () => {
    const files = filesOf({
      title: '',
      keys: [],
      compose: `
services:
  api: { image: ${IMAGE}, depends_on: [cache] }
  cache: { image: ${IMAGE}, depends_on: { store: { condition: service_healthy }, once: { condition: service_completed_successfully } } }
  store: { image: ${IMAGE}, healthcheck: { test: [CMD, "true"], interval: 1s } }
  once: { image: ${IMAGE}, command: ["0"] }
`,
    });
    const plan = planOf(files, new Map([[IMAGE, IMAGE]]));
    await using theirs = await composeFor(docker, files, 'up', signal);
    const composed = await Promise.all(
      [...theirs.services].map(async ([name, { container }]) => ({ name, at: await startedAt(container) })),
    );
    const ours = await createdByUs(files, plan);

    expect(order([...ours].map(([name, { startedAt: at }]) => ({ name, at })))).toEqual(order(composed));
  });

  it('shows every key that the policy reads', () => {
    const shown = new Set(PROJECTS.flatMap(({ keys }) => keys));
    const read = [
      ...readKeys(SERVICE_KEYS, ''),
      ...readKeys(PROJECT_KEYS, '').map((key) => (key === 'services' ? key : `project.${key}`)),
      ...Object.entries(NESTED).flatMap(([prefix, table]) => readKeys(table, prefix)),
    ];

    expect(read.filter((key) => !shown.has(key))).toEqual([]);
    expect([...shown].filter((key) => !read.includes(key))).toEqual([]);
  });

  interface OwnContainer {
    readonly seen: SeenContainer;
    readonly resolver: string;
    readonly startedAt: string;
    /** Path of a mount → what is at it. */
    readonly files: ReadonlyMap<string, readonly string[]>;
  }

  /** What a bench makes of the plan. */
  async function createdByUs(files: FileSet, plan: Plan): Promise<ReadonlyMap<string, OwnContainer>> {
    const run = `differential-${Date.now().toString(36)}`;
    await using bench = await pool.take(run, signal);
    await bringUp(bench, files, plan, signal);
    const listed = await docker.listContainers({ all: true, filters: { label: [`labgrader.run=${run}`] } });
    const created = new Map<string, OwnContainer>();
    for (const { Id, Names } of listed) {
      const container = docker.getContainer(Id);
      const service = plan.services.find(({ name }) =>
        Names.some((each) => each.endsWith(`-${run}-1-${name}`)),
      );
      if (service === undefined) throw new Error(`nobody planned ${Names.join(' ')}`);
      const seen = await seenContainer(container, (name) => plannedName(name, run, plan));
      const mounted = service.mounts.filter(({ kind }) => kind === 'files').map(({ target }) => target);
      const contents = await Promise.all(
        mounted.map(async (path) => [path, await filesAt(container, path)] as const),
      );
      const resolver = seen.dns[0] ?? '';
      created.set(service.name, {
        seen,
        resolver: service.dns.length > 0 ? '' : resolver,
        startedAt: await startedAt(container),
        files: new Map(contents),
      });
    }
    return created;
  }
});

function filesOf({ compose, files = {} }: ComposeProject): FileSet {
  const all = { ...files, 'compose.yaml': compose };
  return new Map(Object.entries(all).map(([path, text]) => [path, textFile(text)]));
}

function expectedOfUs(theirs: SeenContainer, resolver: string, oneFiles: readonly string[]): SeenContainer {
  let expected = theirs;
  for (const { ours } of deliberateDifferences(LIMITS, resolver, oneFiles))
    expected = { ...expected, ...ours(theirs) };
  return expected;
}

/** The sealed network stands for the graded service's first one. */
function plannedName(name: string, run: string, plan: Plan): string {
  const planned = plan.networks.find((network) => name.endsWith(`-${run}-${network}`));
  return planned ?? mainNetwork(plan) ?? name;
}

function plannedPorts({ ports }: ServicePlan): readonly string[] {
  return ports
    .map(
      ({ hostIp = '', published, target, protocol }) =>
        `${hostIp}:${published ?? ''} to ${target}/${protocol}`,
    )
    .sort();
}

function plannedDependencies({ dependsOn }: ServicePlan): readonly string[] {
  return dependsOn.map(({ service, condition }) => `${service}:${condition}`).sort();
}

/** Compose's label also names services that a profile keeps out. */
function ofThisPlan({ dependsOn }: ComposedService, plan: Plan): readonly string[] {
  return dependsOn.filter((text) => plan.services.some(({ name }) => text.startsWith(`${name}:`)));
}

async function startedAt(container: Docker.Container): Promise<string> {
  return (await container.inspect()).State.StartedAt;
}

/** Services with no order among themselves stand in the order of their names. */
function order(services: readonly { readonly name: string; readonly at: string }[]): readonly string[] {
  const names = [...services].sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ name }) => name);
  return [...names.slice(0, 2).sort(), ...names.slice(2)];
}

function readKeys(table: KeyTable, prefix: string): readonly string[] {
  return Object.entries(table)
    .filter(([, rule]) => rule.treatment === 'read')
    .map(([key]) => `${prefix}${key}`);
}
