import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';

/** Stands between a client and a server on loopback, and can cut every connection there is. */
export interface CutProxy extends AsyncDisposable {
  readonly url: string;
  readonly connections: number;
  /** Ends all connections at once, as a network does that goes away; new ones are taken. */
  cut(): void;
}

export async function startCutProxy(target: string): Promise<CutProxy> {
  const port = Number(new URL(target).port);
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    get connections() {
      return connections;
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
