import { type CryptoKey, type JWTPayload, SignJWT, UnsecuredJWT, decodeJwt, generateKeyPair } from 'jose';
import type { Accounts, Bend } from './accounts.ts';

interface Key {
  readonly privateKey: CryptoKey;
  readonly kid: string;
}

/** The provider's ID token, or what an attacker would make of it, as the token's account wants it. */
export async function bent(token: string, accounts: Accounts, key: Key): Promise<string> {
  const claims = decodeJwt(token);
  const account = accounts[claims.sub ?? ''];
  const bend = account?.bend;
  if (account === undefined || bend === undefined) return token;
  if (bend === 'unsigned') return new UnsecuredJWT(claims).encode();
  const signing = bend === 'foreign-key' ? (await generateKeyPair('RS256')).privateKey : key.privateKey;
  return new SignJWT({ ...claims, ...changed(bend, claims, account.email) })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
    .sign(signing);
}

function changed(bend: Bend, claims: JWTPayload, email: string): JWTPayload {
  const long = 3_600;
  switch (bend) {
    case 'foreign-key':
    case 'unsigned':
      return {};
    case 'other-nonce':
      return { nonce: 'nonce-of-somebody-else' };
    case 'no-nonce':
      return { nonce: undefined };
    case 'expired':
      return { iat: (claims.iat ?? 0) - 2 * long, exp: (claims.iat ?? 0) - long };
    case 'other-audience':
      return { aud: 'another-service' };
    case 'other-issuer':
      return { iss: 'https://elsewhere.example' };
    case 'address-inside':
      return { email, email_verified: true };
    case 'verified-by-word':
      return { email, email_verified: 'true' };
  }
}
