import type { SecretBox } from './ports/forges.ts';
import type { SealedSecrets } from './ports/sealed-secrets.ts';

const BATCH = 100;

/**
 * Seals every stored secret with the newest key. Each is replaced by itself, on condition that it is still what was
 * read: broken off half-way it can be run again, and the service may go on meanwhile.
 * @throws GraderFault at the first that no key opens; those before it are sealed anew.
 */
export async function rotateSecrets(
  deps: { readonly sealed: SealedSecrets; readonly secrets: SecretBox },
  signal: AbortSignal,
): Promise<{ readonly resealed: number; readonly newestAlready: number }> {
  let resealed = 0;
  let newestAlready = 0;
  let last: string | null = null;
  for (;;) {
    const secrets = await deps.sealed.after(last, BATCH);
    for (const secret of secrets) {
      signal.throwIfAborted();
      if (deps.secrets.isNewest(secret.sealed)) newestAlready += 1;
      else {
        const text = deps.secrets.open(secret.sealed, secret.purpose);
        if (await deps.sealed.replace(secret, deps.secrets.seal(text, secret.purpose))) resealed += 1;
      }
    }
    last = secrets.at(-1)?.id ?? null;
    if (last === null) return { resealed, newestAlready };
  }
}
