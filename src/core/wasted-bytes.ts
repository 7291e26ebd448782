/** A layer as far as waste is concerned: the files that it brings and takes away. */
export interface WastefulLayer {
  readonly entries: readonly {
    /** Absolute; of a whiteout the path that it takes away, of an opaque mark the folder that it empties. */
    readonly path: string;
    readonly kind: 'file' | 'directory' | 'link' | 'other' | 'whiteout' | 'opaque';
    readonly bytes: number;
  }[];
}

/**
 * For each layer, in order, the bytes that it carries though nobody can see them in the finished image: files that a
 * later layer deletes, or brings anew. They are charged in full to the layer that brought them.
 */
export function wastedBytes(layers: readonly WastefulLayer[]): readonly number[] {
  const wasted = layers.map(() => 0);
  const visible = new VisibleFiles((layer, bytes) => {
    wasted[layer] = (wasted[layer] ?? 0) + bytes;
  });
  layers.forEach((layer, index) => {
    // What a layer takes away lies below it, whatever the order of its entries.
    for (const { kind, path } of layer.entries) {
      if (kind === 'whiteout') visible.remove(path);
      if (kind === 'opaque') visible.empty(path);
    }
    for (const { kind, path, bytes } of layer.entries) {
      if (kind === 'directory') visible.replaceFile(path);
      else if (kind !== 'whiteout' && kind !== 'opaque') visible.put(path, index, bytes);
    }
  });
  return wasted;
}

class VisibleFiles {
  readonly #files = new Map<string, { readonly layer: number; readonly bytes: number }>();
  /** Every folder that some file ever lay in: only these are worth a search for what lies below. */
  readonly #folders = new Set<string>();
  readonly #waste: (layer: number, bytes: number) => void;

  constructor(waste: (layer: number, bytes: number) => void) {
    this.#waste = waste;
  }

  put(path: string, layer: number, bytes: number): void {
    this.remove(path);
    this.#files.set(path, { layer, bytes });
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (this.#folders.has(folder)) break;
      this.#folders.add(folder);
    }
  }

  remove(path: string): void {
    this.replaceFile(path);
    this.empty(path);
  }

  replaceFile(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    this.#waste(file.layer, file.bytes);
  }

  empty(folder: string): void {
    if (!this.#folders.has(folder)) return;
    for (const path of [...this.#files.keys()]) {
      if (path.startsWith(`${folder}/`)) this.replaceFile(path);
    }
  }
}
