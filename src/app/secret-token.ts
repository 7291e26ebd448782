import { createHash, randomBytes } from 'node:crypto';

const PREFIX = {
  api: 'lgt',
  session: 'lgs',
  'sign-in': 'lgl',
  invitation: 'lgi',
  lti: 'lgx',
  attempt: 'lga',
} as const;

/** A new secret of 256 random bits; the prefix says what leaked where one is found. */
export function newSecret(kind: keyof typeof PREFIX): string {
  return `${PREFIX[kind]}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored. A plain hash suffices: there is nothing to guess about 256 random bits. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
