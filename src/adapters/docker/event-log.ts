import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { ContainerEvent } from '../../app/ports/container.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { engineCall } from './engine.ts';
import { LABEL } from './labels.ts';

/** Kept of one container: more than any check looks at, and a restart loop can't fill memory. */
const MOST_EVENTS = 200;
const MOST_CONTAINERS = 2_000;

const EngineEvent = z.object({
  Action: z.string(),
  timeNano: z.number(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

type Listener = (event: ContainerEvent) => void;

/** What the engine tells of the grader's containers, kept by container. One stream serves all benches. */
export class EventLog implements Disposable {
  readonly #events = new Map<string, ContainerEvent[]>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #stream: Readable;

  private constructor(stream: Readable) {
    this.#stream = stream;
    // An engine that goes away ends the stream; the calls made meanwhile tell it as a fault.
    stream.on('error', () => undefined);
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      this.#take(line);
    });
    // It tells its input's errors again, and unheard ones end the process.
    lines.on('error', () => undefined);
  }

  /** @throws GraderFault when the engine gives no events. */
  static async open(docker: Docker): Promise<EventLog> {
    const filters = { type: ['container'], label: [LABEL.bench] };
    const stream = await engineCall(
      'listen to events',
      docker.getEvents({ filters: JSON.stringify(filters) }),
    );
    // A wrapper would not close what it wraps, and the open connection would keep the process from ending.
    if (!(stream instanceof Readable)) throw new GraderFault("the engine's events don't come as a stream");
    return new EventLog(stream);
  }

  /** Whether it still hears. */
  get alive(): boolean {
    return this.#stream.readable;
  }

  /** Oldest first. */
  of(containerId: string): readonly ContainerEvent[] {
    return this.#events.get(containerId) ?? [];
  }

  /** Calls `listener` for each event from now on; the returned function ends that. */
  listen(containerId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(containerId) ?? new Set();
    this.#listeners.set(containerId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(containerId);
    };
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }

  #take(line: string): void {
    const parsed = eventIn(line);
    if (parsed === undefined) return;
    const { Action, timeNano, Actor } = parsed;
    const exitCode = Actor.Attributes['exitCode'];
    const event = {
      atMs: Math.round(timeNano / 1_000_000),
      action: Action.slice(0, 100),
      ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
    };
    const events = this.#events.get(Actor.ID) ?? [];
    // A health check makes three events a second, which would crowd out the one end that matters.
    if (events.length < MOST_EVENTS && !Action.startsWith('exec_')) events.push(event);
    this.#events.set(Actor.ID, events);
    if (this.#events.size > MOST_CONTAINERS) {
      for (const oldest of this.#events.keys()) {
        this.#events.delete(oldest);
        break;
      }
    }
    for (const listener of this.#listeners.get(Actor.ID) ?? []) listener(event);
    // The last one of a container: nobody looks at what is gone.
    if (Action === 'destroy') this.#events.delete(Actor.ID);
  }
}

/** Undefined for a line that isn't one: an engine that is killed leaves its last one unfinished. */
function eventIn(line: string): z.infer<typeof EngineEvent> | undefined {
  try {
    return EngineEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
