import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';

/** Stands between a process and a server on loopback, as the network between two machines does. */
export interface SplitLink extends AsyncDisposable {
  /** The server's address as the process is to be given it. */
  readonly url: string;
  /** Passes nothing on any more, either way: nobody is told, and no connection ends. */
  split(): void;
  /** Passes on what was held back, late, and everything from then on. */
  heal(): void;
}

export async function startSplitLink(target: string): Promise<SplitLink> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', (chunk) => {
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      if (!whole) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link has no port');
  const url = new URL(target);
  url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.toString(),
    split() {
      whole = false;
      for (const socket of open) socket.pause();
    },
    heal() {
      whole = true;
      for (const socket of open) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
