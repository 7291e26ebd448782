import type { Readable } from 'node:stream';
import type { FileSet } from '../../core/file-set.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Flow, boundUpload } from './bounded.ts';
import { readTarGz } from './read-tar.ts';
import { readZip } from './read-zip.ts';
import { joined } from './unpack-gzip.ts';

/**
 * Reads an upload as what its first bytes say that it is, within the limits and `limits.uploadMs`.
 * @throws Refusal
 */
export async function readArchive(body: Readable, limits: IntakeLimits): Promise<FileSet> {
  const flow: Flow = { packed: 0, unpacked: 0 };
  const upload = boundUpload(body, limits, flow);
  const stop = (reason: Refusal): void => void body.destroy(reason);
  const slow = setTimeout(() => {
    stop(tooSlow(limits));
  }, limits.uploadMs);
  try {
    const head = await firstBytes(upload);
    const whole = joined([head], upload);
    if (head[0] === 0x1f && head[1] === 0x8b) return await readTarGz(whole, limits, flow, stop);
    if (head[0] === 0x50 && head[1] === 0x4b) return await readZip(whole, limits);
    throw neither();
  } finally {
    clearTimeout(slow);
    // Whatever still waits for more of it is let go.
    body.destroy();
  }
}

/** At least two bytes, if there are so many. */
async function firstBytes(upload: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.byteLength < 2) {
    const next = await upload.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

function neither(): Refusal {
  return new Refusal(
    'archive-invalid',
    'It is neither a gzipped tar nor a zip archive, by its first bytes.',
    {
      rule: 'archive.kind',
      wayOut: 'Send a .tar.gz, .tgz or .zip.',
    },
  );
}

function tooSlow(limits: IntakeLimits): Refusal {
  return new Refusal('archive-invalid', `The upload was not over after ${limits.uploadMs / 1000} s.`, {
    rule: 'archive.upload-time',
    wayOut: 'Try again on a better line, or send less.',
  });
}
