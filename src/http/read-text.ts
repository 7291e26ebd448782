import type { Request } from 'express';
import { Refusal } from '../core/refusal.ts';

/** The body as UTF-8 text. @throws Refusal past `maxBytes` or when it isn't of the type */
export async function readText(request: Request, type: string, maxBytes: number): Promise<string> {
  if (!request.is(type)) {
    throw new Refusal('request-invalid', `The body must be ${type}.`, { rule: 'request.content-type' });
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new Refusal('archive-too-large', `The body is larger than ${maxBytes} bytes.`, {
        rule: 'request.bytes',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
