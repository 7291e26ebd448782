import type { LtiPlatformRecord } from './lti.ts';

/** A key of ours, opened, to sign with. */
export interface SigningKey {
  readonly id: string;
  /** The private half, as a JWK in JSON. */
  readonly privateKey: string;
}

export interface NewSigningKey {
  readonly privateKey: string;
  /** As a JWK, without an id. */
  readonly publicKey: Readonly<Record<string, unknown>>;
}

export interface RosterMember {
  readonly subject: string;
  readonly active: boolean;
  /** Null where the platform keeps it to itself. */
  readonly name: string | null;
  /** As the platform writes them. */
  readonly roles: readonly string[];
}

export interface LtiScore {
  /** The learner, as the platform names them. */
  readonly subject: string;
  /** 0 to 100; null takes back what was told before. */
  readonly score: number | null;
  readonly passed: boolean;
  readonly at: Date;
}

/** Speaks to platforms, at addresses that may be gone to; everything that they answer is bounded. */
export interface LtiClient {
  newKey(): Promise<NewSigningKey>;
  /**
   * The claims of an ID token that the platform signed for us and that holds now.
   * @throws Refusal `unauthenticated` that says what is wrong with it; GraderFault when the platform's keys can't be had
   */
  claimsOf(
    platform: LtiPlatformRecord,
    idToken: string,
    now: Date,
    signal: AbortSignal,
  ): Promise<ClaimsOfToken>;
  /** @throws GraderFault, Refusal when the address may not be gone to */
  roster(
    platform: LtiPlatformRecord,
    key: SigningKey,
    url: string,
    signal: AbortSignal,
  ): Promise<readonly RosterMember[]>;
  /**
   * Null once it is told; what the platform answers where it takes others' scores, but not this one.
   * @throws GraderFault when it doesn't answer as it should, Refusal when the address may not be gone to
   */
  tellScore(
    platform: LtiPlatformRecord,
    key: SigningKey,
    lineItemUrl: string,
    score: LtiScore,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** @throws Refusal when the address may not be gone to */
  checkAddress(url: string): Promise<void>;
}

export interface ClaimsOfToken {
  readonly nonce: string | null;
  readonly claims: unknown;
}
