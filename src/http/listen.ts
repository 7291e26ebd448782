import type { Server } from 'node:http';
import type { Express } from 'express';

/** Listens until closed. @throws the system's error where it can't. */
export async function listen(app: Express, port: number, host: string): Promise<Server> {
  return new Promise<Server>((resolve, reject) => {
    const listening = app.listen(port, host, (error?: Error) => {
      if (error) reject(error);
      else resolve(listening);
    });
  });
}

/** Address at which a server listens, without a slash at its end. */
export function urlOf(server: Server, host: string): string {
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Streams of events have no end of their own: after a moment the rest is cut. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, 500);
  await closed;
  clearTimeout(cut);
}
