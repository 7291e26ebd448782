/** A stored secret, and what it was sealed for. */
export interface SealedSecret {
  readonly place: 'forge.secret' | 'forge.credential';
  /** Of its row. */
  readonly id: string;
  readonly purpose: string;
  readonly sealed: string;
}

/** Everything in the database that is encrypted with SECRETS_KEY. */
export interface SealedSecrets {
  /** Those of the rows after `after`, in order of their ids; at most `limit` rows. */
  after(after: string | null, limit: number): Promise<readonly SealedSecret[]>;
  /** False when it was replaced by another in the meantime. */
  replace(secret: SealedSecret, sealed: string): Promise<boolean>;
}
