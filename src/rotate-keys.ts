import { openDatabase } from './adapters/postgres/database.ts';
import { sealedStore } from './adapters/postgres/sealed-store.ts';
import { rotateSecrets } from './app/rotate-secrets.ts';
import { composeSecrets } from './compose-git.ts';
import { loadConfig } from './config.ts';

/** Encrypts every stored secret with SECRETS_KEY; those of before must be named in SECRETS_KEYS_OLD. */
const config = loadConfig(process.env);
const secrets = composeSecrets(config);
if (secrets === null) throw new Error('SECRETS_KEY is not set: there is no key to encrypt with');
const db = openDatabase({ url: config.databaseUrl, connections: 1 });
const ending = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    ending.abort(new Error(`ended by ${name}: run it again, it goes on where it was`));
  });
}
try {
  const { resealed, newestAlready } = await rotateSecrets(
    { sealed: sealedStore(db), secrets },
    ending.signal,
  );
  process.stdout.write(
    `${resealed} secrets encrypted with the newest key; ${newestAlready} were already.\n` +
      'Nothing needs the keys of SECRETS_KEYS_OLD any more once every process has the newest SECRETS_KEY.\n',
  );
} finally {
  await db.$disconnect();
}
