import { Transform } from 'node:stream';
import { Refusal } from '../../core/refusal.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';

const RATIO_FROM_BYTES = 1024 * 1024;

/** Bytes that went into the unpacking and came out of it. */
export interface Flow {
  packed: number;
  unpacked: number;
}

/** Lets at most `limits.uploadBytes` through, and counts them. */
export function boundUpload(limits: IntakeLimits, flow: Flow): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      flow.packed += chunk.byteLength;
      if (flow.packed > limits.uploadBytes) done(uploadTooLarge(limits));
      else done(null, chunk);
    },
  });
}

/** Lets unpacked bytes through while they stay in proportion to the packed ones. */
export function boundUnpacked(limits: IntakeLimits, flow: Flow): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      flow.unpacked += chunk.byteLength;
      const ratioTooHigh = flow.unpacked > RATIO_FROM_BYTES && flow.unpacked > flow.packed * limits.ratio;
      // Headers and padding come on top of the entries' own bytes.
      const tooMuch = flow.unpacked > limits.unpackedBytes + (limits.entries + 2) * 4096;
      if (ratioTooHigh) done(ratioRefusal(limits));
      else if (tooMuch) done(unpackedTooLarge(limits));
      else done(null, chunk);
    },
  });
}

export function uploadTooLarge(limits: IntakeLimits): Refusal {
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
