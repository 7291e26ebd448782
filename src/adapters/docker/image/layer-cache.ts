import type { LayerContent } from './layer-entries.ts';

/** Entries of all kept layers together; some hundred bytes each. */
const MOST_ENTRIES = 400_000;

/** What the layers of base images hold, by their digests; the least recently used ones make room. */
export class LayerCache {
  private readonly layers = new Map<string, LayerContent>();
  private entries = 0;

  get(diffId: string): LayerContent | undefined {
    const layer = this.layers.get(diffId);
    if (!layer) return undefined;
    // A map keeps the order of insertion: what was asked for last stands last.
    this.layers.delete(diffId);
    this.layers.set(diffId, layer);
    return layer;
  }

  set(diffId: string, layer: LayerContent): void {
    this.remove(diffId);
    this.layers.set(diffId, layer);
    this.entries += layer.entries.length;
    for (const oldest of this.layers.keys()) {
      if (this.entries <= MOST_ENTRIES) return;
      this.remove(oldest);
    }
  }

  private remove(diffId: string): void {
    this.entries -= this.layers.get(diffId)?.entries.length ?? 0;
    this.layers.delete(diffId);
  }
}
