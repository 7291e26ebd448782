import { describe, expect, it } from 'vitest';
import {
  BASE,
  compile,
  compileService,
  LOCAL,
  messagesOf,
  noticesOf,
  planOf,
  refusalsOf,
  serviceFile,
  serviceOf,
} from './submission.ts';

describe('the compose file that counts', () => {
  it('is none: one service as docker build and docker run would have it', () => {
    expect(planOf(compile({}))).toEqual({
      services: [
        {
          name: 'api',
          image: {
            from: 'build',
            build: {
              context: '.',
              dockerfilePath: 'Dockerfile',
              dockerfile: `FROM ${LOCAL}\nUSER app\n`,
              args: {},
              labels: {},
            },
          },
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
        },
      ],
      graded: 'api',
      networks: ['default'],
      volumes: [],
    });
  });

  it.each([
    ['compose.yaml', ['compose.yml', 'docker-compose.yml', 'docker-compose.yaml']],
    ['compose.yml', ['docker-compose.yml', 'docker-compose.yaml']],
    ['docker-compose.yml', ['docker-compose.yaml']],
    ['docker-compose.yaml', []],
  ])('is %s before %s', (first, others) => {
    const outcome = compile({
      [first]: serviceFile('hostname: first'),
      ...Object.fromEntries(others.map((name) => [name, serviceFile('hostname: other')])),
    });

    expect(serviceOf(outcome).hostname).toBe('first');
    expect(noticesOf(outcome).filter((rule) => rule === 'compose.several-files')).toHaveLength(others.length);
  });

  it('is one: an override file is refused', () => {
    const outcome = compile({ 'compose.yaml': serviceFile(''), 'compose.override.yml': 'services: {}' });

    expect(refusalsOf(outcome)).toEqual(['compose.override-file@1:1']);
  });

  it.each([
    ['', 'compose.empty@1:1'],
    ['- a', 'compose.empty@1:1'],
    ['services:\n', 'compose.empty@1:1'],
    ['services: {}\n', 'compose.service-missing@1:1'],
    ['services:\n  web: {build: .}\n', 'compose.service-missing@1:1'],
    ['services:\n  api:\n', 'compose.services.invalid@2:3'],
    ['services:\n  api: {}\n', 'compose.image.missing@2:3'],
    ['services:\n  api: {build: ., profiles: [x]}\n', 'compose.profiles@2:19'],
    ['services:\n  "a b": {build: .}\n  api: {build: .}\n', 'compose.services.name@2:3'],
    ['service:\n  api: {build: .}\nservices:\n  api: {build: .}\n', 'compose.unknown-key@1:1'],
    ['version: 3.8\nservices:\n  api: {build: .}\n', 'compose.version.invalid@1:10'],
    ['include: [other.yaml]\nservices:\n  api: {build: .}\n', 'compose.include@1:1'],
    ['secrets: {a: {file: /etc/shadow}}\nservices:\n  api: {build: .}\n', 'compose.secrets@1:1'],
  ])('is refused as %j', (text, expected) => {
    expect(refusalsOf(compile({ 'compose.yaml': text }))).toEqual([expected]);
  });

  it('says which services there are', () => {
    const outcome = compile({ 'compose.yaml': 'services:\n  web: {build: .}\n  db: {build: .}\n' });

    expect(messagesOf(outcome).join()).toContain('`web`, `db`');
  });

  it('has at most eight services', () => {
    const services = Array.from({ length: 9 }, (_, index) => `  s${index}: {build: .}\n`).join('');

    expect(refusalsOf(compile({ 'compose.yaml': `services:\n${services}` }))).toEqual([
      'compose.services.many@1:1',
    ]);
  });
});

describe('services among each other', () => {
  it('are judged only where they are started', () => {
    const rest =
      '  debug:\n    image: somebody/tools\n    profiles: [debug]\n    network_mode: "service:api"\n    privileged: true\n';
    const outcome = compileService('restart: always', rest);

    expect(planOf(outcome).services.map(({ name }) => name)).toEqual(['api']);
  });

  it('depend on each other by list or by mapping', () => {
    const rest =
      '  db: {build: .}\n  seed: {build: .}\n  extra: {build: ., profiles: [dev]}\n  web: {build: ., depends_on: [db]}\n';
    const outcome = compileService(
      'depends_on:\n  db: {condition: service_healthy, restart: true}\n  seed: {condition: service_completed_successfully, required: false}\n  extra: {condition: service_started, required: false}',
      rest,
    );

    expect(serviceOf(outcome).dependsOn).toEqual([
      { service: 'db', condition: 'service_healthy', required: true },
      { service: 'seed', condition: 'service_completed_successfully', required: false },
    ]);
    expect(planOf(outcome).services.map(({ name }) => name)).toEqual(['api', 'db', 'seed', 'web']);
    expect(planOf(outcome).services.at(-1)?.dependsOn).toEqual([
      { service: 'db', condition: 'service_started', required: true },
    ]);
  });

  it.each([
    ['depends_on: [db]', '', 'compose.depends_on.undeclared@4:5'],
    ['depends_on: [api]', '', 'compose.depends_on.cycle@4:5'],
    ['depends_on: [db]', '  db: {build: ., depends_on: [api]}\n', 'compose.depends_on.cycle@4:5'],
    ['depends_on: [db]', '  db: {build: ., profiles: [dev]}\n', 'compose.depends_on.undeclared@4:5'],
    ['depends_on: [db, db]', '  db: {build: .}\n', 'compose.depends_on.invalid@4:17'],
    ['depends_on: {db: {}}', '  db: {build: .}\n', 'compose.depends_on.invalid@4:18'],
    [
      'depends_on: {db: {condition: ready}}',
      '  db: {build: .}\n',
      'compose.depends_on.condition.invalid@4:34',
    ],
  ])('refuses %s with %j', (lines, rest, expected) => {
    expect(refusalsOf(compileService(lines, rest))).toEqual([expected]);
  });

  it('publish a port only once', () => {
    const outcome = compileService('ports: ["8000:80"]', '  web:\n    build: .\n    ports: ["8000:81"]\n');

    expect(refusalsOf(outcome)).toEqual(['compose.ports.conflict@7:5']);
  });

  it('share an image by the tag that its build gives it', () => {
    const outcome = compileService('image: app', '  worker: {image: app, command: work}\n');

    expect(planOf(outcome).services.map(({ image }) => image.from)).toEqual(['build', 'build']);
  });

  it('may run a base image as it is, and no other', () => {
    expect(
      planOf(compileService('', `  tool: {image: "docker.io/library/${BASE}"}\n`)).services.at(-1)?.image,
    ).toEqual({
      from: 'base',
      reference: LOCAL,
    });
    expect(refusalsOf(compileService('', '  db: {image: "postgres:16"}\n'))).toEqual([
      'compose.image.not-allowed@5:15',
    ]);
  });
});

describe('networks', () => {
  it('are joined by list or mapping, and only those in use are kept', () => {
    const rest = 'networks: {front: , back: {driver: bridge, internal: true, name: foo}, unused: {}}\n';

    expect(planOf(compileService('networks: [front, default]', rest))).toMatchObject({
      networks: ['front', 'default'],
      services: [
        {
          networks: [
            { network: 'front', aliases: [] },
            { network: 'default', aliases: [] },
          ],
        },
      ],
    });
    expect(
      serviceOf(compileService('networks: {back: {aliases: [db, db.local]}, front: }', rest)).networks,
    ).toEqual([
      { network: 'back', aliases: ['db', 'db.local'] },
      { network: 'front', aliases: [] },
    ]);
  });

  it.each([
    ['networks: {a: {driver: host}}\n', 'compose.networks.driver@5:16'],
    ['networks: {a: {driver: macvlan}}\n', 'compose.networks.driver@5:16'],
    ['networks: {a: {external: true}}\n', 'compose.networks.external@5:16'],
    ['networks: {a: {external: {name: bridge}}}\n', 'compose.networks.external@5:16'],
    ['networks: {a: {ipam: {config: [{subnet: 172.17.0.0/16}]}}}\n', 'compose.networks.ipam@5:16'],
    ['networks: {a: {driver_opts: {x: y}}}\n', 'compose.networks.driver_opts@5:16'],
    ['networks: [a]\n', 'compose.networks.invalid@5:11'],
  ])('refuse %j', (rest, expected) => {
    expect(refusalsOf(compileService('', rest))).toEqual([expected]);
  });
});
