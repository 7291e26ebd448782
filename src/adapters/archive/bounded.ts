import type { Readable } from 'node:stream';
import { Refusal } from '../../core/refusal.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';

/** Small things may be very regular. */
export const RATIO_FROM_BYTES = 1024 * 1024;

/** Bytes that went into the unpacking and came out of it. */
export interface Flow {
  packed: number;
  unpacked: number;
}

/** What comes in, of which at most `limits.uploadBytes`; `flow` counts it. @throws Refusal, also when it breaks off */
export async function* boundUpload(body: Readable, limits: IntakeLimits, flow: Flow): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue;
      flow.packed += chunk.byteLength;
      if (flow.packed > limits.uploadBytes) throw uploadTooLarge(limits);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof Refusal ? error : brokenOff();
  }
}

/** Lets unpacked bytes through while they stay in proportion to the packed ones. @throws Refusal */
export function boundUnpacked(limits: IntakeLimits, flow: Flow) {
  return async function* (unpacked: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of unpacked) {
      flow.unpacked += chunk.byteLength;
      if (flow.unpacked > RATIO_FROM_BYTES && flow.unpacked > flow.packed * limits.ratio) {
        throw ratioRefusal(limits);
      }
      // Headers and padding come on top of the entries' own bytes.
      if (flow.unpacked > limits.unpackedBytes + (limits.entries + 2) * 4096) throw unpackedTooLarge(limits);
      yield chunk;
    }
  };
}

function uploadTooLarge(limits: IntakeLimits): Refusal {
  return new Refusal('archive-too-large', `The upload is larger than ${limits.uploadBytes} bytes.`, {
    rule: 'archive.upload-bytes',
    wayOut: 'Leave out build results, virtual environments and data that the lab did not come with.',
  });
}

export function ratioRefusal(limits: IntakeLimits): Refusal {
  return new Refusal('archive-too-large', `It unpacks to more than ${limits.ratio} times its size.`, {
    rule: 'archive.ratio',
    wayOut: 'Leave out large files of zeros and the like.',
  });
}

function brokenOff(): Refusal {
  return new Refusal('archive-invalid', 'The upload was broken off.', {
    rule: 'archive.truncated',
    wayOut: 'Send it again: nothing of it was taken.',
  });
}

function unpackedTooLarge(limits: IntakeLimits): Refusal {
  return new Refusal('archive-too-large', `Unpacked it is larger than ${limits.unpackedBytes} bytes.`, {
    rule: 'archive.unpacked-bytes',
    wayOut: 'Leave out build results, virtual environments and data that the lab did not come with.',
  });
}

/** A file that can't be read as what it claims to be. */
export function unreadable(what: string, cause: unknown): Refusal {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new Refusal('archive-invalid', `It can't be read as ${what}${why}.`, {
    rule: 'archive.unreadable',
    wayOut: 'Send a .tar.gz, .tgz or .zip that was uploaded to its end.',
  });
}
