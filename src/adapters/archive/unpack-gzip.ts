import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';

const SMALL_BYTES = 64 * 1024;
const SMALL_UNPACKED_BYTES = 1024 * 1024;

/**
 * Unpacks gzip as it comes in. What is small is unpacked where it is: to have another thread do it would take longer
 * than to do it.
 * @throws Error when it isn't gzip, or ends too early
 */
export async function* unpackGzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const begun: Buffer[] = [];
  const rest = packed[Symbol.asyncIterator]();
  for (let bytes = 0; bytes <= SMALL_BYTES; bytes += begun.at(-1)?.byteLength ?? 0) {
    const next = await rest.next();
    if (next.done === true) {
      const small = unpackSmall(Buffer.concat(begun));
      if (small !== null) {
        yield small;
        return;
      }
      break;
    }
    begun.push(next.value);
  }
  const gunzip = createGunzip();
  // What goes wrong on the way in comes out at the other end.
  const pumping = pipeline(joined(begun, rest), gunzip).catch(() => undefined);
  yield* gunzip;
  await pumping;
}

/** Null when it isn't small once it is unpacked. */
function unpackSmall(packed: Buffer): Buffer | null {
  try {
    return gunzipSync(packed, { maxOutputLength: SMALL_UNPACKED_BYTES });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What was read already, and then the rest. */
export async function* joined(begun: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* begun;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
