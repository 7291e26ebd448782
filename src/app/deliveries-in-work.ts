import type { DeliveryRecord, Forges } from './ports/forges.ts';

/** More than may be of one forge. */
const AT_ONCE = 4;
/** Deliveries of one forge that one process works on at once: one that hangs must leave room for the others. */
const OF_ONE_FORGE = 2;

type Except = Parameters<Forges['claimDelivery']>[2];

interface Told {
  /** One has ended: there is room for another. */
  readonly onRoom: () => void;
  readonly onFault: (error: unknown) => void;
}

/** What one process works on at the moment. No two deliveries of a repository are, as the order of pushes counts. */
export class DeliveriesInWork {
  readonly #inWork = new Map<DeliveryRecord, Promise<void>>();
  readonly #told: Told;

  constructor(told: Told) {
    this.#told = told;
  }

  /** Claims what is due while there is room, and begins `work` on each, whose end isn't waited for. Not to be called twice at once. */
  async begin(
    claim: (except: Except) => Promise<DeliveryRecord | null>,
    work: (delivery: DeliveryRecord) => Promise<void>,
  ): Promise<void> {
    while (this.#inWork.size < AT_ONCE) {
      const delivery = await claim(this.#full());
      if (delivery === null) return;
      this.#inWork.set(delivery, this.#workOn(delivery, work));
    }
  }

  /** Until none of those that were begun is in work. */
  async ended(): Promise<void> {
    await Promise.all(this.#inWork.values());
  }

  async #workOn(delivery: DeliveryRecord, work: (delivery: DeliveryRecord) => Promise<void>): Promise<void> {
    try {
      await work(delivery);
    } catch (error) {
      this.#told.onFault(error);
    } finally {
      this.#inWork.delete(delivery);
    }
    this.#told.onRoom();
  }

  #full(): Except {
    const all = [...this.#inWork.keys()];
    const forgeIds = all.map(({ forgeId }) => forgeId);
    return {
      forgeIds: forgeIds.filter((id) => forgeIds.filter((other) => other === id).length >= OF_ONE_FORGE),
      repositoryIds: all.flatMap(({ repositoryId }) => repositoryId ?? []),
    };
  }
}
