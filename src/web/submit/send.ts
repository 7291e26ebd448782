import { Accepted } from '../../http/schemas/submission.ts';
import { ask } from '../api/client.ts';

/** Sends a submission. `key` makes a second try of the same click the same submission. */
export async function sendSubmission(
  path: string,
  body: Blob | { readonly files: Readonly<Record<string, string | null>> },
  key: string,
): Promise<Accepted> {
  return ask(Accepted, `${path}/submissions`, {
    method: 'POST',
    body,
    headers: { 'Idempotency-Key': key },
  });
}

/** A fresh random key. Not `crypto.randomUUID`, which plain http on a class network doesn't have. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
