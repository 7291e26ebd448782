/** What the audit log says of an act: written in the transaction of the act itself. */
export interface AuditNote {
  readonly actorId: string | null;
  readonly courseId: string | null;
  /** Dotted, past tense: `override.set`, `role.changed`. */
  readonly act: string;
  /** What it was done to, as `kind:id`. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditRecord extends AuditNote {
  readonly id: string;
  readonly at: Date;
  readonly actorName: string | null;
}

export interface AuditLog {
  add(note: AuditNote, at: Date): Promise<void>;
  /** Newest first. */
  page(courseId: string, limit: number, before: string | undefined): Promise<readonly AuditRecord[]>;
}
