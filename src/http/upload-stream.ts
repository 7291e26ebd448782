import type { Request } from 'express';
import { PassThrough } from 'node:stream';

/**
 * A stream for what is read out of a request's body. Its reader may destroy it at any time: the request itself must
 * outlive that, since the answer goes over the same connection. What still comes then is read and thrown away; who
 * sends to the end before looking at the answer would never see it otherwise.
 */
export function uploadStream(request: Request): PassThrough {
  const upload = new PassThrough();
  // It may break off before anybody reads it; who reads it then hears of it all the same.
  upload.on('error', () => undefined);
  request.once('close', () => {
    if (!request.complete) upload.destroy(new Error('the upload was broken off'));
  });
  upload.once('close', () => {
    request.unpipe();
    request.resume();
  });
  return upload;
}
