export interface ServerEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** Reads server-sent events until `until` says so, the stream ends, or ten seconds have gone. */
export async function readEvents(
  url: string,
  token: string,
  until: (event: ServerEvent) => boolean,
  lastEventId?: string,
): Promise<ServerEvent[]> {
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: AbortSignal.timeout(10_000),
  });
  const events: ServerEvent[] = [];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : '';
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event === null) continue;
      events.push(event);
      if (until(event)) return events;
    }
  }
  return events;
}

function parse(block: string): ServerEvent | null {
  const field = (name: string): string | null =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null;
  const event = field('event');
  const data = field('data');
  return event === null || data === null ? null : { event, id: field('id'), data: readJson(data) };
}

function readJson(text: string): unknown {
  return JSON.parse(text);
}
