import busboy from 'busboy';
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { Refusal } from '../core/refusal.ts';
import { uploadStream } from './upload-stream.ts';

/**
 * The file of the field `archive`, as it streams in. Bounded by who reads it.
 * @throws Refusal when the form can't be read or holds no such file
 */
export function archiveOf(request: Request): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string): void => {
      reject(notAForm(detail));
    };
    const form = formParser(request, refuse);
    if (form === null) return;
    const file = uploadStream(request);
    file.once('error', () => {
      refuse('The form was broken off.');
    });
    let found = false;
    form.on('file', (name, stream) => {
      if (name !== 'archive' || found) {
        stream.resume();
        return;
      }
      found = true;
      stream.on('error', (error: Error) => file.destroy(error));
      stream.pipe(file);
      resolve(file);
    });
    form.on('error', () => {
      refuse('The form could not be read.');
      file.destroy(notAForm('The form could not be read to its end.'));
    });
    form.on('close', () => {
      if (!found) refuse('The form has no file in the field `archive`.');
    });
    request.pipe(form);
  });
}

function notAForm(detail: string): Refusal {
  return new Refusal('request-invalid', detail, {
    rule: 'request.form',
    wayOut: 'Send one file in the field `archive`.',
  });
}

function formParser(request: Request, refuse: (detail: string) => void): busboy.Busboy | null {
  try {
    return busboy({
      headers: request.headers,
      limits: { files: 2, fields: 10, fieldSize: 10_000, parts: 20 },
    });
  } catch {
    refuse('The form has no boundary.');
    return null;
  }
}
