import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { z } from 'zod';
import { loadSpecimens } from '../src/adapters/files/load-specimens.ts';
import { composeScenarios } from '../src/compose-grader.ts';
import { loadBaseImages } from '../src/machine/base-images/load-base-images.ts';
import { readRecipe } from '../src/machine/base-images/recipe.ts';
import { openMachine } from '../src/machine/open-machine.ts';
import { freePort } from '../src/machine/programs.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { connect } from '../src/machine/services/private-engine.ts';
import { SetupProblem } from '../src/machine/setup-problem.ts';
import { type ComposeProject, composeProject } from './compose/project.ts';
import { makeStandIns } from './compose/stand-ins.ts';
import { type Visitor, openVisitor } from './compose/visitor.ts';
import { Demo, changesOf } from './steps/demo-samples.ts';
import { runScript } from './steps/ending.ts';
import { PROJECT } from './steps/project.ts';

const WHOLE_LIMIT_MS = 25 * 60_000;
const VERDICT_LIMIT_MS = 4 * 60_000;
const SOCKET = 'unix:///run/labgrader/docker.sock';
const SERVICES = ['api', 'worker', 'redis', 'postgres', 'engine'] as const;
/** Cheap labs, of which a few are always on their way while a service is started again. */
const LOAD = ['port-bind', 'dns', 'exit-immediately'] as const;

const Submission = z.object({
  status: z.string(),
  verdict: z.string().nullable(),
  score: z.number().nullable(),
  attempt: z.number(),
});

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
  try {
    await step('build', () => project.run(['build'], 600));
    await use(docker, project, image, engine, step, until);
    await step('nothing is left after `down --volumes`', async () => {
      await project.run(['down', '--volumes', '--remove-orphans', '--timeout', '20'], 180);
      expectEqual('left behind', await project.leftovers(), []);
    });
  } catch (error) {
    until.throwIfAborted();
    process.stdout.write(`FAIL ${error instanceof Error ? error.message : String(error)}\n`);
    const log = await project.run(['logs', '--no-color', '--tail', '25'], 30).catch(() => []);
    process.stdout.write(`${log.join('\n')}\n${passed} passed, 1 failed\n`);
    return 1;
  } finally {
    await project
      .run(['down', '--volumes', '--remove-orphans', '--timeout', '1'], 180)
      .catch(() => undefined);
    await docker
      .getImage(image)
      .remove({ force: true })
      .catch(() => undefined);
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
    await project.run(['up', '--detach', '--wait', '--wait-timeout', '120', 'engine'], 150);
    const bases = await loadBaseImages(docker, await readRecipe(join(PROJECT, 'bases')), signal);
    for (const reference of bases.values()) {
      const archive = await docker.getImage(reference).get();
      await project.feed('engine', ['docker', '--host', SOCKET, 'load'], archive, 300);
    }
  });
  await step('every service is healthy', () =>
    project.run(['up', '--detach', '--wait', '--wait-timeout', '240'], 300),
  );
  const demo = await step('the demo course is seeded', async () => {
    const lines = await project.run(['run', '--rm', '-T', 'api', 'node', 'dist/seed-demo.mjs'], 60);
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
      ['up', '--detach', '--wait', '--wait-timeout', '120', '--no-recreate', '--scale', 'worker=2'],
      150,
    );
    expectEqual('workers', (await project.containersOf('worker')).length, 2);
  });
  for (const service of SERVICES) {
    await step(`${service} is started again under load, and every submission gets its verdict`, async () => {
      const ids = await Promise.all(LOAD.map((lab) => learner.submit(lab, 'solution')));
      await project.run(['restart', '--timeout', '20', service], 120);
      for (const id of ids) {
        const { verdict, score } = await learner.verdict(id, signal);
        expectEqual(`the verdict of ${id}`, { verdict, score }, { verdict: 'passed', score: 100 });
      }
    });
  }
}

interface Learner {
  submit(lab: string, kind: 'starter' | 'solution'): Promise<string>;
  verdict(id: string, signal: AbortSignal): Promise<z.infer<typeof Submission>>;
}

async function learnerOf(demo: Demo, visitor: Visitor): Promise<Learner> {
  const folder = join(PROJECT, 'scenarios');
  const scenarios = await composeScenarios(folder);
  return {
    async submit(lab, kind) {
      const scenario = scenarios.get(lab);
      if (scenario === undefined) throw new Error(`there is no lab ${lab}`);
      const specimens = await loadSpecimens(join(folder, lab), scenario);
      const specimen = specimens.find((each) => each.kind === kind);
      const files = kind === 'starter' || !specimen ? {} : changesOf(scenario.starter, specimen.files);
      const path = `/api/v1/courses/${demo.course}/assignments/${lab}/submissions`;
      return z.object({ id: z.string() }).parse(await visitor.ask('POST', path, demo.submitToken, { files }))
        .id;
    },
    async verdict(id, signal) {
      const end = Date.now() + VERDICT_LIMIT_MS;
      let last = 'nothing was heard';
      while (Date.now() < end) {
        // While a service is started again, an answer may be an error for some seconds.
        const answer = await visitor.ask('GET', `/api/v1/submissions/${id}`, demo.submitToken).catch(String);
        const seen = Submission.safeParse(answer);
        if (seen.success && !['queued', 'running'].includes(seen.data.status)) return seen.data;
        last = seen.success ? seen.data.status : String(answer);
        await sleep(500, undefined, { signal });
      }
      throw new Error(`submission ${id} had no verdict after ${VERDICT_LIMIT_MS / 1000} s: ${last}`);
    },
  };
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
  // The API itself is reached, else that nothing else is would prove nothing.
  expectEqual('reached from the network of visitors', await visitor.reached([...addresses, 'api:8080']), [
    'api:8080',
  ]);
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
