import type Docker from 'dockerode';
import type { LogExcerpt } from '../../app/ports/container.ts';
import { cleanText } from './build/clean-text.ts';
import { engineCall } from './engine.ts';
import { framesOf } from './multiplexed-stream.ts';

const MOST_LINES = 2_000;
const MOST_LINE_LENGTH = 4_000;

/** The last lines of both streams as they came, at most `mostBytes` of them. */
export async function readLog(container: Docker.Container, mostBytes: number): Promise<LogExcerpt> {
  const raw = await engineCall(
    'read a log',
    container.logs({ stdout: true, stderr: true, follow: false, tail: MOST_LINES }),
  );
  const text = Buffer.concat(framesOf(Buffer.from(raw)).frames.map(({ payload }) => payload));
  const kept = text.subarray(Math.max(0, text.length - mostBytes));
  const lines = kept.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  // What was cut off in its middle is no line.
  if (kept.length < text.length) lines.shift();
  return {
    lines: lines.map((line) => cleanText(line).slice(0, MOST_LINE_LENGTH)),
    truncated: kept.length < text.length || lines.length >= MOST_LINES,
  };
}
