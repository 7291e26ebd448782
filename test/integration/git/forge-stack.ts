import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ForgeKind, ForgeKind as Kinds } from '../../../src/core/forge-push.ts';
import { CreatedForge, DeliveryList, ForgeList } from '../../../src/http/schemas/forge.ts';
import { SubmissionPage } from '../../../src/http/schemas/submission.ts';
import type { Client } from '../support/client.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { CREDENTIAL, FakeForge } from './fake-forge.ts';

const KEY = '0123456789abcdef'.repeat(4);
const SUBMISSIONS = '/courses/docker-101/assignments/port-bind/submissions';

/** The service with a forge of each kind beside it. */
export class ForgeStack implements AsyncDisposable {
  readonly stack: Stack;
  readonly folder: string;
  readonly teacher: Client;
  readonly #forges: ReadonlyMap<ForgeKind, FakeForge>;

  private constructor(
    stack: Stack,
    folder: string,
    teacher: Client,
    forges: ReadonlyMap<ForgeKind, FakeForge>,
  ) {
    this.stack = stack;
    this.folder = folder;
    this.teacher = teacher;
    this.#forges = forges;
  }

  static async start(): Promise<ForgeStack> {
    const folder = await mkdtemp(join(tmpdir(), 'labgrader-forges-'));
    const forges = new Map<ForgeKind, FakeForge>();
    for (const kind of Kinds.options) forges.set(kind, await FakeForge.start(kind));
    const hosts = [...forges.values()].map((forge) => forge.host).join(',');
    const stack = await startStack({
      environment: { GIT_FOLDER: folder, SECRETS_KEY: KEY, GIT_PRIVATE_HOSTS: hosts, REPOSITORY_MIB: '1' },
    });
    await stack.worker();
    return new ForgeStack(stack, folder, await stack.person('teacher', 'instructor'), forges);
  }

  forge(kind: ForgeKind): FakeForge {
    const forge = this.#forges.get(kind);
    if (forge === undefined) throw new Error(kind);
    return forge;
  }

  /** A forge that is set up, with a learner's repository mapped in it. */
  async setUp(kind: ForgeKind, name: string, baseUrl = this.forge(kind).url) {
    const ada = await this.stack.person(name, 'learner');
    const body = { kind, baseUrl, credential: CREDENTIAL };
    const created = await this.teacher.ask(CreatedForge, 'POST', '/courses/docker-101/forges', body);
    const repository = `class/${name}`;
    const path = `/courses/docker-101/forges/${created.id}`;
    const person = `${name}@example.edu`;
    const mapped = await this.teacher.send('PUT', `${path}/repositories`, {
      repositories: [{ name: repository, person }],
    });
    if (mapped.status !== 200) throw new Error(mapped.text);
    const target = { kind, url: created.webhookUrl, secret: created.webhookSecret, repository };
    return { ada, created, path, repository, target };
  }

  async deliveries(path: string) {
    return (await this.teacher.ask(DeliveryList, 'GET', `${path}/deliveries`)).deliveries;
  }

  /** What an instructor reads of what a forge doesn't take. */
  async untold(forgeId: string) {
    const { forges } = await this.teacher.ask(ForgeList, 'GET', '/courses/docker-101/forges');
    return forges.find(({ id }) => id === forgeId)?.untold;
  }

  /** All deliveries, once none waits any more. */
  settled(path: string) {
    return waitUntil('worked on', async () => {
      const all = await this.deliveries(path);
      return all.length > 0 && all.every((item) => item.state !== 'waiting') && all;
    });
  }

  async submissionsOf(client: Client) {
    return (await client.ask(SubmissionPage, 'GET', SUBMISSIONS)).submissions;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
    for (const forge of this.#forges.values()) await forge[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
