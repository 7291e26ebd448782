import { GraderFault } from '../../../core/grader-fault.ts';

const NEWLINE = 0x0a;

/**
 * The JSON documents of a stream, one a line. Lines are cut before they are decoded, so that a character split
 * between two chunks stays whole. @throws GraderFault for a line above `mostBytes` or one that isn't JSON.
 */
export async function* jsonLines(stream: AsyncIterable<unknown>, mostBytes: number): AsyncGenerator {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of stream) {
    let rest = toBuffer(chunk);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield* parse(Buffer.concat([...pending, rest.subarray(0, end)]));
      pending = [];
      pendingBytes = 0;
      rest = rest.subarray(end + 1);
    }
    pendingBytes += rest.length;
    if (pendingBytes > mostBytes)
      throw new GraderFault(`the engine sent a line of more than ${mostBytes} bytes`);
    if (rest.length > 0) pending.push(rest);
  }
  yield* parse(Buffer.concat(pending));
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.from(String(chunk));
}

function* parse(line: Buffer): Generator {
  const text = line.toString('utf8').trim();
  if (text === '') return;
  try {
    yield JSON.parse(text);
  } catch (error) {
    throw new GraderFault('the engine sent a line that is not JSON', { cause: error });
  }
}
