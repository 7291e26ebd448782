import { cleanText } from './clean-text.ts';

/** Lines kept of each step's end, for the message of a build that fails. */
const TAIL_LINES = 40;

/** Bytes of a line that are kept; programs that draw progress bars write very long ones. */
const LINE_BYTES = 4_096;

interface Pending {
  /** Bytes of the unfinished line, `LINE_BYTES` at most. */
  bytes: Buffer;
  /** More came than was kept. */
  cut: boolean;
}

/** A build's log: lines as they come, at most `mostBytes` in all, and the last lines of every step. */
export class BuildLog {
  private readonly pending = new Map<string, Pending>();
  private readonly tails = new Map<string, string[]>();
  private readonly lastLines: string[] = [];
  private keptBytes = 0;
  private droppedBytes = 0;
  private readonly mostBytes: number;
  private readonly onLine: (line: string) => void;

  constructor(mostBytes: number, onLine: (line: string) => void) {
    this.mostBytes = mostBytes;
    this.onLine = onLine;
  }

  /** Takes what a step wrote. The two streams of a step have their own unfinished lines. */
  write(step: string, stream: number, message: Uint8Array): void {
    const key = `${step} ${stream}`;
    const pending = this.pending.get(key) ?? { bytes: Buffer.alloc(0), cut: false };
    this.pending.set(key, pending);
    let rest = Buffer.from(message);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      append(pending, rest.subarray(0, end));
      this.endLine(step, pending);
      rest = rest.subarray(end + 1);
    }
    append(pending, rest);
  }

  /** A line of the grader's own words, for example a step's heading. */
  say(line: string): void {
    this.keep(undefined, cleanText(line));
  }

  /** Ends unfinished lines, and says what was left out. */
  end(): void {
    for (const [key, pending] of this.pending) {
      if (pending.bytes.length > 0) this.endLine(key.slice(0, key.lastIndexOf(' ')), pending);
    }
    this.pending.clear();
    if (this.droppedBytes > 0) {
      this.onLine(
        `… ${this.droppedBytes} more bytes of the build log were left out: at most ${this.mostBytes} are kept`,
      );
    }
  }

  /** The last lines of a step, or of the whole log where the step wrote none. */
  tail(step: string | undefined): readonly string[] {
    return (step === undefined ? undefined : this.tails.get(step)) ?? this.lastLines;
  }

  private endLine(step: string, pending: Pending): void {
    // A carriage return starts a line anew, as progress bars do: what stands last is what one would see.
    const text = pending.bytes.toString('utf8').replace(/\r+$/, '');
    const visible = cleanText(text.slice(text.lastIndexOf('\r') + 1));
    this.keep(step, pending.cut ? `${visible} …` : visible);
    pending.bytes = Buffer.alloc(0);
    pending.cut = false;
  }

  private keep(step: string | undefined, line: string): void {
    pushBounded(this.lastLines, line);
    if (step !== undefined) {
      const tail = this.tails.get(step) ?? [];
      pushBounded(tail, line);
      this.tails.set(step, tail);
    }
    const bytes = Buffer.byteLength(line) + 1;
    // After the first line that doesn't fit nothing is kept, so that no gap goes unseen.
    if (this.droppedBytes > 0 || this.keptBytes + bytes > this.mostBytes) this.droppedBytes += bytes;
    else {
      this.keptBytes += bytes;
      this.onLine(line);
    }
  }
}

function append(pending: Pending, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const room = LINE_BYTES - pending.bytes.length;
  pending.cut ||= bytes.length > room;
  if (room > 0) pending.bytes = Buffer.concat([pending.bytes, bytes.subarray(0, room)]);
}

function pushBounded(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > TAIL_LINES) lines.shift();
}
