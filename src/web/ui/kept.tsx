import type { Kept } from '../../http/schemas/kept.ts';
import { When } from './when.tsx';

/** Until when something is kept, or when it was removed. */
export function KeptUntil({ kept }: { readonly kept: Kept }) {
  if (kept.removedAt !== null) {
    return (
      <>
        removed on <When at={kept.removedAt} />
      </>
    );
  }
  if (kept.until === null) return <>without end</>;
  return kept.isOver ? (
    <>for now: it counts in a running course, is being graded again, or is removed soon</>
  ) : (
    <>
      until <When at={kept.until} />
    </>
  );
}

/** Says on an attempt's page what isn't there any more, and what stays. */
export function RemovedNote({
  kept,
}: {
  readonly kept: { readonly evidence: Kept; readonly submission: Kept };
}) {
  const { evidence, submission } = kept;
  if (submission.removedAt !== null) {
    return (
      <p className="note">
        Files, evidence and texts of this attempt were removed on <When at={submission.removedAt} />, as the
        policy here says. Verdict, score and what each check came to stay.
      </p>
    );
  }
  if (evidence.removedAt === null) return null;
  return (
    <p className="note">
      Evidence and build log of this attempt were removed on <When at={evidence.removedAt} />, as the policy
      here says. Verdict, score and what each check said stay.
    </p>
  );
}
