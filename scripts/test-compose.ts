import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { z } from 'zod';
import { loadBaseImages } from '../src/machine/base-images/load-base-images.ts';
import { readRecipe } from '../src/machine/base-images/recipe.ts';
import { openMachine } from '../src/machine/open-machine.ts';
import { freePort } from '../src/machine/programs.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { connect } from '../src/machine/services/private-engine.ts';
import { SetupProblem } from '../src/machine/setup-problem.ts';
import { learnerOf } from './compose/learner.ts';
import { type ComposeProject, composeProject } from './compose/project.ts';
import { heldOf, livingOf } from './compose/remains.ts';
import { makeStandIns } from './compose/stand-ins.ts';
import { type Visitor, openVisitor } from './compose/visitor.ts';
import { Demo } from './steps/demo-samples.ts';
import { runScript } from './steps/ending.ts';
import { PROJECT } from './steps/project.ts';

/** Several times what a quiet machine with two cores needs, as are the limits on single steps. */
const WHOLE_LIMIT_MS = 50 * 60_000;
const SOCKET = 'unix:///run/labgrader/docker.sock';
const SERVICES = ['api', 'worker', 'redis', 'postgres', 'engine'] as const;
/** Cheap labs, of which a few are always on their way while a service is started again. */
const LOAD = ['port-bind', 'dns', 'exit-immediately'] as const;

const COUNTS = `SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM run),
  (SELECT count(*) FROM run WHERE state = 'done' AND verdict IS NOT NULL),
  (SELECT count(*) FROM outbox WHERE topic = 'run.recorded')`;

/**
 * Starts docker-compose.yml with the real Compose, uses it, starts each of its services again under load, and removes it.
 * Where no registry can be reached, the images are made of Debian packages; COMPOSE_IMAGES=official takes the real ones.
 */
await runScript(async (signal) => {
  const until = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_LIMIT_MS)]);
  const progress = lineProgress((line) => process.stdout.write(`${line}\n`));
  const official = process.env['COMPOSE_IMAGES'] === 'official';
  const needs = official
    ? (['engine', 'compose'] as const)
    : (['engine', 'compose', 'redis', 'postgres'] as const);
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'test' } as const;
  await using machine = await openMachine(PROJECT, needs, given, progress, until);
  const engine = machine.env['DOCKER_HOST'] ?? '';
  const program = machine.env['COMPOSE'];
  if (program === undefined)
    throw new SetupProblem('There is no Compose on this machine: set COMPOSE to one.');
  const docker = connect(engine);
  let passed = 0;
  const step = async <T>(name: string, body: () => Promise<T>): Promise<T> => {
    const began = Date.now();
    const result = await body();
    passed += 1;
    process.stdout.write(`ok   ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
    return result;
  };
  await using images = official
    ? { variables: {}, [Symbol.asyncDispose]: () => Promise.resolve() }
    : await step('images of Debian packages under the same variables', () => makeStandIns(docker, until));
  const image = `labgrader-test:compose-${process.pid}`;
  const variables = {
    ...images.variables,
    ...secrets(),
    LABGRADER_IMAGE: image,
    LISTEN_PORT: String(await freePort()),
  };
  const project = composeProject(docker, { program, engine, variables }, until);
  const removeImage = (): Promise<unknown> => docker.getImage(image).remove({ force: true });
  try {
    await step('build', () => project.run(['build'], 900));
    await use(docker, project, image, engine, step, until);
    await step('nothing is left after `down --volumes`', async () => {
      const containers = await project.allContainers();
      const before = await livingOf(containers);
      await project.run(['down', '--volumes', '--remove-orphans', '--timeout', '20'], 300);
      await removeImage();
      expectEqual('left in the engine', await heldOf(docker, project.name), []);
      expectEqual('left on this machine', await livingOf(containers), []);
      progress.note(`  ${before.length} processes and control groups were there before`);
    });
  } catch (error) {
    until.throwIfAborted();
    process.stdout.write(`FAIL ${error instanceof Error ? error.message : String(error)}\n`);
    const log = await project.run(['logs', '--no-color', '--tail', '25'], 60).catch(() => []);
    process.stdout.write(`${log.join('\n')}\n${passed} passed, 1 failed\n`);
    return 1;
  } finally {
    await project.remove().catch(() => undefined);
    await removeImage().catch(() => undefined);
  }
  process.stdout.write(`${passed} passed, 0 failed\n`);
  return 0;
});

type Steps = <T>(name: string, body: () => Promise<T>) => Promise<T>;

async function use(
  docker: Docker,
  project: ComposeProject,
  image: string,
  engine: string,
  step: Steps,
  signal: AbortSignal,
): Promise<void> {
  await step('the engine inside of a container answers and takes the grading bases', async () => {
    await project.run(['up', '--detach', '--wait', '--wait-timeout', '300', 'engine'], 330);
    const bases = await loadBaseImages(docker, await readRecipe(join(PROJECT, 'bases')), signal);
    for (const reference of bases.values()) {
      const archive = await docker.getImage(reference).get();
      await project.feed('engine', ['docker', '--host', SOCKET, 'load'], archive, 600);
    }
  });
  await step('every service is healthy', () =>
    project.run(['up', '--detach', '--wait', '--wait-timeout', '600'], 660),
  );
  const demo = await step('the demo course is seeded', async () => {
    const lines = await project.run(['run', '--rm', '-T', 'api', 'node', 'dist/seed-demo.mjs'], 180);
    return Demo.parse(JSON.parse(lines.slice(lines.indexOf('{'), lines.lastIndexOf('}') + 1).join('\n')));
  });
  await using visitor = await openVisitor(
    docker,
    { image, network: `${project.name}_front`, engine },
    signal,
  );
  const learner = await learnerOf(demo, visitor);

  await step('a wrong fix fails and a right one passes', async () => {
    const wrong = await learner.verdict(await learner.submit('port-bind', 'starter'), signal);
    const right = await learner.verdict(await learner.submit('port-bind', 'solution'), signal);
    expectEqual(
      'the wrong fix',
      { verdict: wrong.verdict, attempt: wrong.attempt },
      { verdict: 'failed', attempt: 1 },
    );
    expectEqual(
      'the right fix',
      { verdict: right.verdict, score: right.score },
      { verdict: 'passed', score: 100 },
    );
  });
  await step('engine, Redis and Postgres are reached by nobody outside their networks', () =>
    expectClosed(docker, project, visitor),
  );
  await step('two workers are healthy after --scale', async () => {
    await project.run(
      ['up', '--detach', '--wait', '--wait-timeout', '600', '--no-recreate', '--scale', 'worker=2'],
      660,
    );
    expectEqual('workers', (await project.containersOf('worker')).length, 2);
  });
  for (const service of SERVICES) {
    await step(`${service} is started again under load, and every submission gets its verdict`, async () => {
      const ids = await Promise.all(LOAD.map((lab) => learner.submit(lab, 'solution')));
      await project.run(['restart', '--timeout', '20', service], 300);
      for (const id of ids) {
        const { verdict, score } = await learner.verdict(id, signal);
        expectEqual(`the verdict of ${id}`, { verdict, score }, { verdict: 'passed', score: 100 });
      }
    });
  }
  await step('each accepted submission has one run with one verdict, told once', async () => {
    const query = ['exec', '-T', 'postgres', 'psql', '--username', 'labgrader', '-Atc', COUNTS];
    const accepted = 2 + LOAD.length * SERVICES.length;
    expectEqual(
      'submissions|runs|verdicts|told',
      (await project.run(query, 60)).at(-1),
      Array(4).fill(accepted).join('|'),
    );
  });
}

async function expectClosed(docker: Docker, project: ComposeProject, visitor: Visitor): Promise<void> {
  const ports = { postgres: [5432], redis: [6379], engine: [2375, 2376], worker: [9090] };
  const addresses: string[] = [];
  for (const [service, numbers] of Object.entries(ports)) {
    for (const { Id } of await project.containersOf(service)) {
      const { NetworkSettings, HostConfig } = await docker.getContainer(Id).inspect();
      expectEqual(`addresses that ${service} is published at`, hostsIn(HostConfig.PortBindings), []);
      const own = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
      for (const host of [service, ...own]) for (const port of numbers) addresses.push(`${host}:${port}`);
    }
  }
  // The API itself is reached, else that nothing else is would prove nothing. It is asked for by itself: a name that
  // nobody knows there keeps a look-up waiting, and others behind it.
  expectEqual('reached from the network of visitors', await visitor.reached(['api:8080']), ['api:8080']);
  expectEqual('reached from the network of visitors', await visitor.reached(addresses), []);
  const [api] = await project.containersOf('api');
  const { HostConfig } = await docker.getContainer(api?.Id ?? '').inspect();
  expectEqual('addresses that the API is published at', hostsIn(HostConfig.PortBindings), ['127.0.0.1']);
}

function hostsIn(bindings: unknown): readonly string[] {
  const Bindings = z.record(z.string(), z.array(z.object({ HostIp: z.string() })));
  return Object.values(Bindings.parse(bindings ?? {})).flatMap((all) => all.map(({ HostIp }) => HostIp));
}

function expectEqual(what: string, seen: unknown, wanted: unknown): void {
  if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
  throw new Error(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
}

function secrets(): Record<string, string> {
  const word = (bytes: number): string => randomBytes(bytes).toString('hex');
  return {
    DATABASE_PASSWORD: word(24),
    REDIS_PASSWORD: word(24),
    SECRETS_KEY: word(32),
    METRICS_TOKEN: word(24),
    // What a distribution brings may have known ways out of a container; this test grades only its own files.
    ENGINE_HOLES: 'warn',
  };
}
