import { textParts } from './read-bounded.ts';

export interface ServerEvent {
  readonly event: string;
  /** By which the stream is resumed; null where the event has none. */
  readonly id: string | null;
  readonly data: unknown;
}

/** Characters of one event; the longest is the report of a run with its evidence. */
const MAX_EVENT = 32 * 1024 * 1024;

/**
 * The events of a response as they come in; null for what only tells that the stream is alive. Ends with the
 * connection, also where it breaks off in the middle of an event. @throws Error when it breaks
 */
export async function* readServerEvents(
  response: Response,
  parse: (text: string) => unknown,
): AsyncGenerator<ServerEvent | null> {
  let rest = '';
  for await (const part of textParts(response)) {
    // A line may end in \n, \r\n or \r; what ends in \r may go on with \n.
    rest = (rest + part).replace(/\r\n/g, '\n');
    if (rest.length > MAX_EVENT) throw new Error('an event is too long');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    yield null;
    for (const block of blocks) yield eventOf(block, parse);
  }
}

function eventOf(block: string, parse: (text: string) => unknown): ServerEvent | null {
  let event = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event = value ?? '';
    else if (name === 'id') id = value ?? '';
    else if (name === 'data') data.push(value ?? '');
  }
  return data.length === 0 ? null : { event, id, data: parse(data.join('\n')) };
}
