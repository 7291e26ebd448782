import { createHmac } from 'node:crypto';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

interface Pair {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A platform's keys, and tokens signed with them, rightly and wrongly. */
export class PlatformKeys {
  #current: Pair;
  readonly #stranger: Pair;

  private constructor(current: Pair, stranger: Pair) {
    this.#current = current;
    this.#stranger = stranger;
  }

  static async make(): Promise<PlatformKeys> {
    return new PlatformKeys(await pair('platform-1'), await pair('platform-1'));
  }

  async rotate(id: string): Promise<void> {
    this.#current = await pair(id);
  }

  async keySet() {
    const { kty, n, e } = await exportJWK(this.#current.publicKey);
    return { keys: [{ kty, n, e, kid: this.#current.id, alg: 'RS256', use: 'sig' }] };
  }

  sign(payload: JWTPayload, header: { kid?: string } = {}): Promise<string> {
    return signed(this.#current, payload, { kid: this.#current.id, ...header });
  }

  /** By a key that only bears the same name. */
  signByStranger(payload: JWTPayload): Promise<string> {
    return signed(this.#stranger, payload, { kid: this.#stranger.id });
  }

  /** As if the public key, which everybody has, were a secret that both have. */
  async signByPublicKey(payload: JWTPayload): Promise<string> {
    const text = `${encoded({ alg: 'HS256', typ: 'JWT', kid: this.#current.id })}.${encoded(payload)}`;
    const secret = await exportSPKI(this.#current.publicKey);
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }

  unsigned(payload: JWTPayload): string {
    return `${encoded({ alg: 'none', typ: 'JWT', kid: this.#current.id })}.${encoded(payload)}.`;
  }
}

async function pair(id: string): Promise<Pair> {
  return { id, ...(await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })) };
}

function signed(key: Pair, payload: JWTPayload, header: { kid: string }): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header })
    .sign(key.privateKey);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
