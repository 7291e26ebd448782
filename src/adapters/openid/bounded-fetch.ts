import type { CustomFetch } from 'openid-client';

/** A discovery document or a set of keys has some kilobytes. */
const MAX_BYTES = 512 * 1024;

/** `fetch` that reads no more than half a megabyte of an answer. @throws Error when there is more */
export const boundedFetch: CustomFetch = async (url, options) => {
  const { body, ...rest } = options;
  const answer = await fetch(url, { ...rest, ...(body !== undefined && body !== null && { body }) });
  const bytes = await readAtMost(answer, MAX_BYTES);
  const { status, statusText, headers } = answer;
  return new Response(bytes.length === 0 ? null : bytes, { status, statusText, headers });
};

async function readAtMost(answer: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of answer.body ?? []) {
    if (!(chunk instanceof Uint8Array)) continue;
    read += chunk.length;
    // Leaving the loop cancels the rest.
    if (read > most) throw new Error(`the answer has more than ${most} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
