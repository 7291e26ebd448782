import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { Refusal } from '../core/refusal.ts';
import { ARCHIVE_TYPES } from './learner-routes.ts';
import { archiveOf } from './multipart.ts';
import { uploadStream } from './upload-stream.ts';

/** The archive in the request: the field `archive` of a form, or the body itself. */
export async function uploadOf(request: Request): Promise<Readable> {
  if (request.is('multipart/form-data')) return archiveOf(request);
  if (request.is(ARCHIVE_TYPES)) return request.pipe(uploadStream(request));
  throw new Refusal('request-invalid', 'The body is neither an archive nor JSON.', {
    rule: 'request.content-type',
    wayOut: `Send one of: ${ARCHIVE_TYPES.join(', ')}, application/json.`,
  });
}

export function idempotencyKeyOf(request: Request): string | null {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Refusal('request-invalid', 'The Idempotency-Key must be 1 to 200 visible ASCII characters.', {
    rule: 'request.idempotency-key',
  });
}
