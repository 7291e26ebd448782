import type { DeliveryRecord, Forges } from './ports/forges.ts';

/** Deliveries of one forge that one process works on at once: one that hangs must leave room for the others. */
const OF_ONE_FORGE = 2;

/** What one process works on at the moment. No two deliveries of a repository are, as the order of pushes counts. */
export class DeliveriesInWork {
  readonly #inWork = new Set<DeliveryRecord>();
  #claiming: Promise<unknown> = Promise.resolve();

  /** Claims the next delivery that is due and leaves room, and does `work` on it. False when there was none. */
  async next(
    claim: (except: Parameters<Forges['claimDelivery']>[2]) => Promise<DeliveryRecord | null>,
    work: (delivery: DeliveryRecord) => Promise<void>,
  ): Promise<boolean> {
    // One after another: what is excepted must be known before the next one is claimed.
    const claimed = this.#claiming.then(async () => {
      const delivery = await claim(this.#full());
      if (delivery !== null) this.#inWork.add(delivery);
      return delivery;
    });
    this.#claiming = claimed.catch(() => undefined);
    const delivery = await claimed;
    if (delivery === null) return false;
    try {
      await work(delivery);
    } finally {
      this.#inWork.delete(delivery);
    }
    return true;
  }

  #full(): Parameters<Forges['claimDelivery']>[2] {
    const all = [...this.#inWork];
    const forgeIds = all.map(({ forgeId }) => forgeId);
    return {
      forgeIds: forgeIds.filter((id) => forgeIds.filter((other) => other === id).length >= OF_ONE_FORGE),
      repositoryIds: all.flatMap(({ repositoryId }) => repositoryId ?? []),
    };
  }
}
