import { z } from 'zod';

export const ForgeKind = z.enum(['github', 'gitlab', 'gitea']);
export type ForgeKind = z.infer<typeof ForgeKind>;

/** What a webhook says. */
export type ForgeEvent =
  | { readonly type: 'push'; readonly repository: string; readonly branch: string; readonly commit: string }
  | { readonly type: 'test'; readonly repository: string }
  | { readonly type: 'ignored'; readonly repository: string; readonly reason: string };

const Commit = z.string().regex(/^[0-9a-f]{40}$/);
const NONE = '0'.repeat(40);
const Ref = z.string().max(300);
/** No forge allows more in one; what comes of a delivery is kept, and Postgres takes no NUL. */
const Name = z
  .string()
  .max(300)
  .regex(/^[\w./-]*$/);

/** GitHub's push; Gitea's and Forgejo's have the same fields. */
const GitHubPush = z.object({ ref: Ref, after: Commit, repository: z.object({ full_name: Name }) });
const GitHubAny = z.object({ repository: z.object({ full_name: Name }).optional() });
const GitLabPush = z.object({
  object_kind: z.string(),
  ref: Ref,
  after: Commit,
  project: z.object({ path_with_namespace: Name }),
});
const GitLabAny = z.object({ project: z.object({ path_with_namespace: Name }).optional() });

/** Reads the body of a webhook whose signature holds; null when it isn't as the forge documents it. */
export function forgeEvent(kind: ForgeKind, event: string, body: unknown): ForgeEvent | null {
  return kind === 'gitlab' ? gitLabEvent(event, body) : gitHubEvent(event, body);
}

function gitHubEvent(event: string, body: unknown): ForgeEvent | null {
  if (event !== 'push') {
    const any = GitHubAny.safeParse(body);
    const repository = nameOf(any.data?.repository?.full_name ?? '');
    if (event === 'ping') return { type: 'test', repository };
    return { type: 'ignored', repository, reason: 'Only pushes are graded.' };
  }
  const push = GitHubPush.safeParse(body);
  return push.success ? pushed(push.data.repository.full_name, push.data.ref, push.data.after) : null;
}

function gitLabEvent(event: string, body: unknown): ForgeEvent | null {
  if (event !== 'Push Hook') {
    const any = GitLabAny.safeParse(body);
    const repository = nameOf(any.data?.project?.path_with_namespace ?? '');
    const reason = event === 'Tag Push Hook' ? 'Tags are not graded.' : 'Only pushes are graded.';
    return { type: 'ignored', repository, reason };
  }
  const push = GitLabPush.safeParse(body);
  return push.success ? pushed(push.data.project.path_with_namespace, push.data.ref, push.data.after) : null;
}

function pushed(name: string, ref: string, commit: string): ForgeEvent {
  const repository = nameOf(name);
  if (!ref.startsWith('refs/heads/')) return { type: 'ignored', repository, reason: 'Tags are not graded.' };
  if (commit === NONE) return { type: 'ignored', repository, reason: 'A branch was deleted.' };
  return { type: 'push', repository, branch: ref.slice('refs/heads/'.length), commit };
}

/** Forges take no notice of case in names. */
function nameOf(name: string): string {
  return name.toLowerCase();
}
