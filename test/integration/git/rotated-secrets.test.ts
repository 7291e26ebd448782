import { expect, it } from 'vitest';
import { secretBox } from '../../../src/adapters/git/secret-box.ts';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { forgeStore } from '../../../src/adapters/postgres/forge-store.ts';
import { ltiPlatformStore } from '../../../src/adapters/postgres/lti-platform-store.ts';
import { sealedStore } from '../../../src/adapters/postgres/sealed-store.ts';
import { originOf } from '../../../src/app/forge-access.ts';
import { openForgeCredential, openForgeSecret } from '../../../src/app/forge-secrets.ts';
import { signingKey } from '../../../src/app/lti-keys.ts';
import { rotateSecrets } from '../../../src/app/rotate-secrets.ts';
import { LtiSite } from '../../../src/http/schemas/lti.ts';
import { CreatedForge } from '../../../src/http/schemas/forge.ts';
import { startStack } from '../support/stack.ts';
import { makeKeyPair } from './ssh-forge.ts';

const OLD = '01'.repeat(32);
const NEW = 'fe'.repeat(32);

it('every secret of a forge, of its repositories and of our own keys is sealed anew when the key is changed', async () => {
  await using stack = await startStack({ environment: { SECRETS_KEY: OLD } });
  const teacher = await stack.person('teacher', 'instructor');
  const admin = await stack.person('root', 'admin');
  await admin.ask(LtiSite, 'POST', '/lti/keys');
  await stack.person('ada', 'learner');
  const [shared, own] = await Promise.all([makeKeyPair(), makeKeyPair()]);
  const forges = '/courses/docker-101/forges';
  const { id, webhookSecret } = await teacher.ask(CreatedForge, 'POST', forges, {
    kind: 'gitea',
    baseUrl: 'https://git.example.edu',
    credential: 'token-of-the-forge',
    ssh: {
      url: 'ssh://git@git.example.edu',
      hostKeys: [shared.publicKey],
      privateKey: shared.privateKey,
    },
  });
  const mapping = { person: 'ada@example.edu', credential: 'token-of-its-own', sshKey: own.privateKey };
  const repositories = [
    { ...mapping, name: 'class/own' },
    { name: 'class/shared', person: 'ada@example.edu' },
  ];
  const mapped = await teacher.send('PUT', `${forges}/${id}/repositories`, { repositories });
  const db = openDatabase({ url: stack.config.databaseUrl, connections: 1 });

  const rotated = await rotateSecrets(
    { sealed: sealedStore(db), secrets: secretBox(NEW, [OLD]) },
    AbortSignal.timeout(20_000),
  );
  const again = await rotateSecrets(
    { sealed: sealedStore(db), secrets: secretBox(NEW) },
    AbortSignal.timeout(20_000),
  );
  const store = forgeStore(db);
  const [forge] = await store.list('docker-101');
  const origins = (await store.repositories(id)).map((item) => originOf(secretBox(NEW), item));
  const signs = await signingKey({
    lti: ltiPlatformStore(db),
    secrets: secretBox(NEW),
    clock: { now: () => new Date() },
  });
  await db.$disconnect();

  expect(signs.privateKey).toContain('"kty":"RSA"');
  expect(mapped.status).toBe(200);
  expect(rotated).toEqual({ resealed: 6, newestAlready: 0 });
  expect(again).toEqual({ resealed: 0, newestAlready: 6 });
  expect(forge && openForgeSecret(secretBox(NEW), forge)).toBe(webhookSecret);
  expect(forge && openForgeCredential(secretBox(NEW), forge)).toBe('token-of-the-forge');
  expect(origins).toMatchObject([
    { name: 'class/own', credential: 'token-of-its-own', ssh: { privateKey: own.privateKey } },
    { name: 'class/shared', credential: 'token-of-the-forge', ssh: { privateKey: shared.privateKey } },
  ]);
}, 120_000);
