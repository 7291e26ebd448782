/** A stored secret, and what it was sealed for. */
export interface SealedSecret {
  readonly place:
    | 'forge.secret'
    | 'forge.credential'
    | 'forge.ssh-key'
    | 'repository.credential'
    | 'repository.ssh-key'
    | 'lti.key';
  /** Of its row. */
  readonly id: string;
  readonly purpose: string;
  readonly sealed: string;
}

/** Everything in the database that is encrypted with SECRETS_KEY. */
export interface SealedSecrets {
  /**
   * Those of the forges after `after` and of their repositories, in order of the forges' ids; of at most `limit`
   * forges. Our own keys for platforms come before the first. Where there is a forge, the last one is a forge's own.
   */
  after(after: string | null, limit: number): Promise<readonly SealedSecret[]>;
  /** False when it was replaced by another in the meantime. */
  replace(secret: SealedSecret, sealed: string): Promise<boolean>;
}
