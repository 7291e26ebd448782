import type Docker from 'dockerode';
import type { ContainerEvent } from '../../app/ports/container.ts';
import { engineCall } from './engine.ts';

/**
 * IPv4 address of a started container on one network, or null where it is on none. The engine may give it another one
 * each time that it starts it: between two lives the old one is free, and another container may have taken it.
 */
export class CurrentAddress {
  readonly #container: Docker.Container;
  readonly #network: string | undefined;
  readonly #events: () => readonly ContainerEvent[];
  #known: string | null;
  /** When the last end was whose new start has been looked at. */
  #lastEndMs: number | undefined;

  private constructor(
    container: Docker.Container,
    network: string | undefined,
    events: () => readonly ContainerEvent[],
    known: string | null,
  ) {
    this.#container = container;
    this.#network = network;
    this.#events = events;
    this.#known = known;
  }

  /** @throws GraderFault when the engine doesn't tell. */
  static async of(
    container: Docker.Container,
    network: string | undefined,
    events: () => readonly ContainerEvent[],
  ): Promise<CurrentAddress> {
    return new CurrentAddress(container, network, events, await addressOn(container, network));
  }

  /** As it was when it was last asked for. */
  get known(): string | null {
    return this.#known;
  }

  /** Asks the engine again only where the container has been started again. @throws GraderFault when it doesn't tell. */
  async now(): Promise<string | null> {
    const events = this.#events();
    const end = events.findLastIndex(({ action }) => action === 'die');
    const endMs = events[end]?.atMs;
    const isAgainUp = end !== -1 && events.slice(end).some(({ action }) => action === 'start');
    if (!isAgainUp || endMs === this.#lastEndMs) return this.#known;
    const address = await addressOn(this.#container, this.#network);
    // Where it has ended once more meanwhile it has none; its next start is looked at again.
    if (address === null) return this.#known;
    this.#lastEndMs = endMs;
    this.#known = address;
    return address;
  }
}

async function addressOn(container: Docker.Container, network: string | undefined): Promise<string | null> {
  const info = await engineCall('inspect', container.inspect());
  const address = network === undefined ? undefined : info.NetworkSettings.Networks[network]?.IPAddress;
  return address === undefined || address === '' ? null : address;
}
