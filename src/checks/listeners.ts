import type { Container, ContainerProcess, ListeningSocket } from '../app/ports/container.ts';

/** Docker's own name server listens at this address in containers on networks of a project; it is nobody's app. */
const EMBEDDED_DNS = '127.0.0.11';

/** What listens in the container, without Docker's own name server. */
export async function listenersOf(app: Container, signal: AbortSignal): Promise<readonly ListeningSocket[]> {
  const { listening } = await app.sockets(signal);
  return listening.filter((socket) => socket.address !== EMBEDDED_DNS);
}

/** Every process that holds a listening socket of `port`: also the parent of workers that share it. */
export async function ownersOf(
  app: Container,
  port: number,
  signal: AbortSignal,
): Promise<readonly ContainerProcess[]> {
  const sockets = await listenersOf(app, signal);
  const owners = new Map<number, ContainerProcess>();
  for (const socket of sockets) {
    if (socket.port !== port) continue;
    for (const owner of socket.owners) owners.set(owner.hostPid, owner);
  }
  return [...owners.values()];
}

/** Reached from inside of the container only. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}
