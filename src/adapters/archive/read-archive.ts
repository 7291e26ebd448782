import { type Readable, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileSet } from '../../core/file-set.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { readTarGz } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/**
 * Reads an upload as what its first bytes say that it is, within the limits and `limits.uploadMs`.
 * @throws Refusal
 */
export async function readArchive(
  body: Readable,
  limits: IntakeLimits,
  signal: AbortSignal,
): Promise<FileSet> {
  const slow = AbortSignal.timeout(limits.uploadMs);
  const deadline = AbortSignal.any([signal, slow]);
  try {
    const { kind, whole } = await detect(body, deadline);
    return kind === 'zip' ? await readZip(whole, limits, deadline) : await readTarGz(whole, limits, deadline);
  } catch (error) {
    if (slow.aborted && !signal.aborted) throw tooSlow(limits);
    throw error;
  }
}

async function detect(
  body: Readable,
  signal: AbortSignal,
): Promise<{ kind: 'zip' | 'tar.gz'; whole: Readable }> {
  const whole = new PassThrough();
  // What goes wrong while it is read shows at the other end of `whole`.
  pipeline(body, whole, { signal }).catch(() => undefined);
  const head = await firstBytes(whole, signal);
  if (head[0] === 0x1f && head[1] === 0x8b) return { kind: 'tar.gz', whole };
  if (head[0] === 0x50 && head[1] === 0x4b) return { kind: 'zip', whole };
  whole.destroy();
  throw new Refusal('archive-invalid', 'It is neither a gzipped tar nor a zip archive, by its first bytes.', {
    rule: 'archive.kind',
    wayOut: 'Send a .tar.gz, .tgz or .zip.',
  });
}

/** Waits for two bytes, and puts what it read back. */
async function firstBytes(stream: PassThrough, signal: AbortSignal): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.byteLength < 2) {
    signal.throwIfAborted();
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) head = Buffer.concat([head, chunk]);
    else if (stream.readableEnded || stream.destroyed) break;
    else await readable(stream, signal);
  }
  if (head.byteLength > 0 && !stream.readableEnded) stream.unshift(head);
  return head;
}

function readable(stream: PassThrough, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['readable', 'end', 'close', 'error']) stream.off(event, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    for (const event of ['readable', 'end', 'close', 'error']) stream.once(event, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

function tooSlow(limits: IntakeLimits): Refusal {
  return new Refusal('archive-invalid', `The upload was not over after ${limits.uploadMs / 1000} s.`, {
    rule: 'archive.upload-time',
    wayOut: 'Try again on a better line, or send less.',
  });
}
