import type { IdentityKey } from './people.ts';

/** Secrets of one begun sign-in, by which its answer is known to belong to it. */
export interface AttemptKeys {
  readonly state: string;
  readonly nonce: string;
  /** 43–128 characters; the institution is shown its hash first and the verifier itself at the end. */
  readonly verifier: string;
}

/** An account as the institution tells of it. */
export interface InstitutionAccount extends IdentityKey {
  /** Lower-case; null where none was told. */
  readonly email: string | null;
  /** The institution vouches for it that the address is the account's. */
  readonly emailVerified: boolean;
  readonly name: string | null;
}

/** An institution's own sign-in. Each call takes seconds at most. */
export interface Institution {
  /** What people call it. */
  readonly name: string;
  /**
   * Where the browser goes to sign in; it comes back to `returnUrl`.
   * @throws Refusal `unavailable` when the institution doesn't answer
   */
  signInUrl(keys: AttemptKeys, returnUrl: string): Promise<string>;
  /**
   * Turns what the browser brought back into an account.
   * @param answer the query that was appended to `returnUrl`
   * @throws Refusal `unauthenticated` for an answer that says no or doesn't hold, `unavailable` as above
   */
  accountOf(answer: URLSearchParams, keys: AttemptKeys, returnUrl: string): Promise<InstitutionAccount>;
}

/** Sign-ins that were begun: each can be finished once. */
export interface SignInAttempts {
  begin(
    attempt: { readonly hash: string; readonly returnTo: string; readonly expiresAt: Date },
    now: Date,
  ): Promise<void>;
  /** Ends it, for exactly one of those who race for it; null for the others, and once it has expired. */
  take(hash: string, now: Date): Promise<{ readonly returnTo: string } | null>;
}
