import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitSource } from '../../../src/adapters/git/fetch-commit.ts';
import { CreatedForge, DeliveryList } from '../../../src/http/schemas/forge.ts';
import { SubmissionPage } from '../../../src/http/schemas/submission.ts';
import type { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { CREDENTIAL, FakeForge } from './fake-forge.ts';
import { WorkingCopy } from './git-client.ts';
import { type KeyPair, makeKeyPair, SshForge } from './ssh-forge.ts';
import { sendWebhook } from './webhook-sender.ts';

const FORGES = '/courses/docker-101/forges';
const SUBMISSIONS = '/courses/docker-101/assignments/port-bind/submissions';
const KEY = 'fedcba9876543210'.repeat(4);
const WAIT_MS = 60_000;

describe('fetching over SSH', { timeout: 120_000 }, () => {
  let ssh: SshForge;
  let web: FakeForge;
  let folder: string;
  let stack: Stack;
  let teacher: Client;
  let other: KeyPair;
  const logged: string[] = [];

  beforeAll(async () => {
    ssh = await SshForge.start();
    web = await FakeForge.start('gitea');
    folder = await mkdtemp(join(tmpdir(), 'labgrader-ssh-'));
    other = await makeKeyPair();
    const log = pino(
      { level: 'trace' },
      new Writable({
        write(chunk, _encoding, done) {
          logged.push(String(chunk));
          done();
        },
      }),
    );
    const environment = {
      GIT_FOLDER: folder,
      SECRETS_KEY: KEY,
      GIT_PRIVATE_HOSTS: `${ssh.host},${web.host}`,
    };
    stack = await startStack({ environment, log });
    teacher = await stack.person('teacher', 'instructor');
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await web[Symbol.asyncDispose]();
    await ssh[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  interface Given {
    readonly hostKeys?: readonly string[];
    readonly privateKey?: string | null;
    readonly credential?: string;
    /** Of the repository alone. */
    readonly own?: { readonly sshKey?: string; readonly credential?: string };
  }

  /** A forge with one learner's repository in it, a commit there, and the delivery that tells of it. */
  async function pushed(name: string, given: Given) {
    const ada = await stack.person(name, 'learner');
    const { hostKeys = [ssh.hostKey], privateKey = ssh.key.privateKey, credential = CREDENTIAL } = given;
    const forge = await teacher.ask(CreatedForge, 'POST', FORGES, {
      kind: 'gitea',
      baseUrl: web.url,
      credential,
      ssh: { url: ssh.url, hostKeys, privateKey },
    });
    const repository = `class/${name}`;
    const mapping = { name: repository, person: `${name}@example.edu`, ...given.own };
    const path = `${FORGES}/${forge.id}`;
    const mapped = await teacher.send('PUT', `${path}/repositories`, { repositories: [mapping] });
    expect(mapped.status).toBe(200);
    await using copy = await WorkingCopy.make();
    await copy.write('labs/port-bind/Dockerfile', `FROM x\nCMD ${name}\n`);
    const commit = await copy.commit();
    await copy.must('push', '--quiet', await ssh.repository(repository), 'main');
    await copy.must('push', '--quiet', await web.repository(repository), 'main');
    const target = { kind: 'gitea', url: forge.webhookUrl, secret: forge.webhookSecret } as const;
    expect((await sendWebhook({ ...target, repository, commit })).status).toBe(202);
    return { ada, path, commit, mapped };
  }

  /** The delivery once it is done with, or once it was tried and waits. */
  function dealtWith(path: string) {
    return waitUntil(
      'dealt with',
      async () => {
        const [delivery] = (await teacher.ask(DeliveryList, 'GET', `${path}/deliveries`)).deliveries;
        return delivery !== undefined && delivery.note !== '' && delivery;
      },
      WAIT_MS,
    );
  }

  async function submissionsOf(client: Client) {
    return (await client.ask(SubmissionPage, 'GET', SUBMISSIONS)).submissions;
  }

  it('submits what was pushed, and shows the key to nobody', async () => {
    const { ada, path, mapped } = await pushed('ada-ssh', {});

    const delivery = await dealtWith(path);

    expect(delivery).toMatchObject({ state: 'done', note: 'port-bind: submitted' });
    expect(await submissionsOf(ada)).toHaveLength(1);
    expect(web.gitRequests).toBe(0);
    const secret = ssh.key.privateKey.split('\n')[2] ?? '';
    const lines = await ssh.commandLines();
    expect(lines).toContain('StrictHostKeyChecking=yes');
    const forges = await teacher.get(FORGES);
    const stored = await sql(stack.config.databaseUrl, 'SELECT * FROM forge');
    for (const place of [lines, logged.join(''), forges.text, mapped.text, JSON.stringify(stored)])
      expect(place).not.toContain(secret);
    expect(await readdir(join(folder, 'fetched'))).toEqual([]);
  });

  it('goes to no server whose host key isn’t the one that was entered, and says what to do', async () => {
    const { ada, path } = await pushed('ada-host', { hostKeys: [other.publicKey] });

    const delivery = await dealtWith(path);

    expect(delivery.state).toBe('failed');
    expect(delivery.note).toContain('shows a host key that isn’t the forge’s');
    expect(delivery.note).toContain('ssh-keyscan');
    expect(await submissionsOf(ada)).toEqual([]);
  });

  it('is tried again where the forge doesn’t take the key', async () => {
    const { path } = await pushed('ada-key', { privateKey: other.privateKey });

    const delivery = await dealtWith(path);

    expect(delivery.state).toBe('waiting');
    expect(delivery.note).toContain('does not take the key');
  });

  it('takes a repository’s own key before the forge’s', async () => {
    const own = { sshKey: ssh.key.privateKey };
    const { path } = await pushed('ada-own-key', { privateKey: other.privateKey, own });

    expect(await dealtWith(path)).toMatchObject({ state: 'done', note: 'port-bind: submitted' });
  });

  it('takes a repository’s own token before the forge’s key and token', async () => {
    const own = { credential: CREDENTIAL };
    const before = web.gitRequests;
    const { path, commit } = await pushed('ada-own-token', { credential: 'a-token-of-nobody', own });

    const delivery = await dealtWith(path);
    await waitUntil(
      'told',
      () => Promise.resolve(web.statuses.some((told) => told.commit === commit)),
      WAIT_MS,
    );

    expect(delivery).toMatchObject({ state: 'done', note: 'port-bind: submitted' });
    expect(web.gitRequests).toBeGreaterThan(before);
  });

  it('takes no key but one of ed25519 without a passphrase', async () => {
    const forge = (privateKey: string) => ({
      kind: 'gitea',
      baseUrl: web.url,
      ssh: { url: ssh.url, hostKeys: [ssh.hostKey], privateKey },
    });

    const wrong = await teacher.send('POST', FORGES, forge(ssh.key.publicKey));
    const nowhere = await teacher.send('POST', FORGES, {
      ...forge(ssh.key.privateKey),
      ssh: { url: 'ssh://-oProxyCommand=x@host', hostKeys: [ssh.hostKey] },
    });

    expect([wrong.status, nowhere.status]).toEqual([400, 400]);
    expect(wrong.text).toContain('ssh-keygen -t ed25519');
  });

  it('leaves no key behind for long where a server was killed while it fetched', async () => {
    const commits = commitSource({ folder, fetchBytes: 1 << 20, timeMs: 20_000, privateHosts: [] });
    const [old, fresh] = [join(folder, 'fetched', 'commit-old'), join(folder, 'fetched', 'commit-fresh')];
    for (const path of [old, fresh]) await mkdir(join(path, 'ssh'), { recursive: true });
    await writeFile(join(old, 'ssh', 'key'), ssh.key.privateKey);
    const long = new Date(Date.now() - 3_600_000);
    await utimes(old, long, long);

    await commits.clear();

    // Beside what the service itself may be fetching.
    const left = await readdir(join(folder, 'fetched'));
    expect(left).toContain('commit-fresh');
    expect(left).not.toContain('commit-old');
    await rm(fresh, { recursive: true });
  });

  it('goes to no private network that isn’t named', async () => {
    const commits = commitSource({ folder, fetchBytes: 1 << 20, timeMs: 20_000, privateHosts: [] });
    const access = { url: ssh.url, hostKeys: [ssh.hostKey], privateKey: ssh.key.privateKey };
    const origin = {
      kind: 'gitea',
      baseUrl: web.url,
      name: 'class/x',
      credential: null,
      ssh: access,
    } as const;

    const asked = commits.fetch({ ...origin, commit: 'a'.repeat(40) }, AbortSignal.timeout(20_000));

    await expect(asked).rejects.toThrow('private network');
  });
});
