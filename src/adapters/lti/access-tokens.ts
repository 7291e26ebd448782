import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { z } from 'zod';
import type { SigningKey } from '../../app/ports/lti-client.ts';
import type { LtiPlatformRecord } from '../../app/ports/lti.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { Ask } from './platform-client.ts';
import { readJson } from './read-json.ts';

const MAX_BYTES = 64 * 1024;
const ASSERTION_SECONDS = 300;
/** A token isn't used in the last moments of its life. */
const SPARE_MS = 30_000;
const LONGEST_MS = 3_600_000;
const MAX_KEPT = 2_000;

const Answer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().min(0).default(0),
});

interface Kept {
  readonly token: string;
  readonly untilMs: number;
}

/** Access tokens of platforms by client credentials, each kept for as long as it holds. */
export class AccessTokens {
  readonly #ask: Ask;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** @throws GraderFault, Refusal */
  async of(
    platform: LtiPlatformRecord,
    key: SigningKey,
    scope: string,
    signal: AbortSignal,
  ): Promise<string> {
    const place = placeOf(platform, scope);
    const known = await this.#kept.get(place)?.catch(() => undefined);
    if (known !== undefined && performance.now() < known.untilMs) return known.token;
    const asked = this.#fetch(platform, key, scope, signal);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(place, asked);
    try {
      return (await asked).token;
    } catch (error) {
      if (this.#kept.get(place) === asked) this.#kept.delete(place);
      throw error;
    }
  }

  /** The platform doesn't believe it any more. */
  forget(platform: LtiPlatformRecord, scope: string): void {
    this.#kept.delete(placeOf(platform, scope));
  }

  async #fetch(
    platform: LtiPlatformRecord,
    key: SigningKey,
    scope: string,
    signal: AbortSignal,
  ): Promise<Kept> {
    const askedAt = performance.now();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(platform, key),
      scope,
    });
    const request = {
      method: 'POST',
      url: platform.tokenUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: form.toString(),
      maxBytes: MAX_BYTES,
    } as const;
    const answer = await this.#ask(request, signal);
    const parsed = Answer.safeParse(answer.status === 200 ? readJson(answer) : undefined);
    if (!parsed.success) throw new GraderFault(`${platform.name} gave no access token (${answer.status})`);
    const lifeMs = Math.min(LONGEST_MS, parsed.data.expires_in * 1000) - SPARE_MS;
    return { token: parsed.data.access_token, untilMs: askedAt + lifeMs };
  }
}

function placeOf(platform: LtiPlatformRecord, scope: string): string {
  return `${platform.id} ${scope}`;
}

/** What proves to a platform that it is we who ask. Its times are the machine's own: another machine judges them. */
async function assertion(platform: LtiPlatformRecord, key: SigningKey): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: key.id, typ: 'JWT' })
    .setIssuer(platform.clientId)
    .setSubject(platform.clientId)
    .setAudience(platform.tokenUrl)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ASSERTION_SECONDS)
    .setJti(randomUUID())
    .sign(await importJWK(PrivateKey.parse(JSON.parse(key.privateKey)), 'RS256'));
}

const PrivateKey = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() });
