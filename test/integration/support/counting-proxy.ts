import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';

/** Stands before a server and counts what is asked of it: on the wire, whoever asks and however. */
export interface CountingProxy extends AsyncDisposable {
  /** `host:port` at which it listens. */
  readonly address: string;
  /** Requests that have passed since it was opened. */
  readonly count: () => number;
}

/** Sees the bytes of one connection, in order, and says how many requests have begun in them. */
export type Counter = (bytes: Buffer) => number;

export async function countingProxy(url: string, counter: () => Counter): Promise<CountingProxy> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const counts = counter();
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    client.on('data', (bytes) => {
      count += counts(bytes);
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the proxy has no port');
  return {
    address: `127.0.0.1:${bound.port}`,
    count: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Postgres: a simple query, or the execution of a prepared one. The first message of a connection has no type. */
export function postgresStatements(): Counter {
  let rest = Buffer.alloc(0);
  let begun = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let statements = 0;
    for (;;) {
      const head = begun ? 1 : 0;
      if (rest.byteLength < head + 4) return statements;
      const length = head + rest.readInt32BE(head);
      if (rest.byteLength < length) return statements;
      const type = begun ? String.fromCharCode(rest[0] ?? 0) : '';
      if (type === 'Q' || type === 'E') statements += 1;
      begun = true;
      rest = rest.subarray(length);
    }
  };
}

/** Redis: a command is a list of strings with their lengths. */
export function redisCommands(): Counter {
  let rest = Buffer.alloc(0);
  let parts = 0;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let commands = 0;
    for (;;) {
      const end = rest.indexOf('\r\n');
      if (end < 0) return commands;
      const number = Number(rest.subarray(1, end).toString());
      if (parts === 0) {
        parts = number;
        rest = rest.subarray(end + 2);
        continue;
      }
      if (rest.byteLength < end + 2 + number + 2) return commands;
      rest = rest.subarray(end + 2 + number + 2);
      parts -= 1;
      if (parts === 0) commands += 1;
    }
  };
}
