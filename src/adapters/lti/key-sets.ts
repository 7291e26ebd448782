import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import { z } from 'zod';
import type { LtiPlatformRecord } from '../../app/ports/lti.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { readJson } from './read-json.ts';
import type { Ask } from './platform-client.ts';

const MAX_BYTES = 256 * 1024;
const MAX_KEYS = 50;
const KEEP_MS = 15 * 60_000;
/** A key id that isn't known is asked for again, but not more often: anybody can make one up. */
const AGAIN_MS = 30_000;
const MAX_PLATFORMS = 500;

const KeySet = z.object({ keys: z.array(z.unknown()).max(MAX_KEYS) });
const SigningKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  alg: z.literal('RS256').default('RS256'),
  use: z.literal('sig').default('sig'),
});

interface Kept {
  readonly atMs: number;
  readonly ids: ReadonlySet<string>;
  readonly keys: LocalJWKSet;
}

/** The public keys of platforms, kept for a quarter of an hour. */
export class KeySets {
  readonly #ask: Ask;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Keys of the platform, with the one of that id among them if there is such a key. @throws GraderFault, Refusal */
  async of(platform: LtiPlatformRecord, keyId: string, now: Date, signal: AbortSignal): Promise<LocalJWKSet> {
    const known = await this.#kept.get(platform.jwksUrl)?.catch(() => undefined);
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : Math.abs(now.getTime() - known.atMs);
    if (known !== undefined && ageMs < (known.ids.has(keyId) ? KEEP_MS : AGAIN_MS)) return known.keys;
    const asked = this.#fetch(platform, now, signal);
    this.#keep(platform.jwksUrl, asked);
    return (await asked).keys;
  }

  async #fetch(platform: LtiPlatformRecord, now: Date, signal: AbortSignal): Promise<Kept> {
    const answer = await this.#ask(
      { method: 'GET', url: platform.jwksUrl, headers: { Accept: 'application/json' }, maxBytes: MAX_BYTES },
      signal,
    );
    const parsed = KeySet.safeParse(answer.status === 200 ? readJson(answer) : undefined);
    if (!parsed.success) throw new GraderFault(`${platform.name} gave no set of keys (${answer.status})`);
    // What signs something else, or in another way, is left out.
    const keys = parsed.data.keys.flatMap((key) => SigningKey.safeParse(key).data ?? []);
    const ids = new Set(keys.map((key) => key.kid));
    return { atMs: now.getTime(), ids, keys: createLocalJWKSet({ keys }) };
  }

  #keep(url: string, asked: Promise<Kept>): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_PLATFORMS && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(url, asked);
    asked.catch(() => {
      if (this.#kept.get(url) === asked) this.#kept.delete(url);
    });
  }
}
