import type { LayerEntry } from '../../../app/ports/bench.ts';

/** Entries of one layer that are kept. What comes above is counted in its bytes alone. */
const MOST_ENTRIES = 200_000;

/** Longest path that the kernel takes. */
const LONGEST_PATH = 4_096;

export type TarKind = 'file' | 'directory' | 'link' | 'other';

/** What one layer holds. */
export interface LayerContent {
  readonly bytes: number;
  readonly entries: readonly LayerEntry[];
  /** The beginning of the layer's own `/etc/passwd`, where it has one and contents were read. */
  readonly accounts?: string;
}

/** Collects a layer's entries from the names of its tar, whose whiteouts are files with names of a special kind. */
export class LayerEntries {
  private readonly entries: LayerEntry[] = [];
  private bytes = 0;

  add(name: string, kind: TarKind, bytes: number, sha256?: string): void {
    const fileBytes = kind === 'file' ? bytes : 0;
    this.bytes += fileBytes;
    if (this.entries.length >= MOST_ENTRIES || name.length > LONGEST_PATH) return;
    const path = absolutePath(name);
    const [, folder = '', hidden = ''] = /^(.*\/)\.wh\.(.+)$/s.exec(path) ?? [];
    if (hidden === '.wh..opq')
      this.entries.push({ path: folder.slice(0, -1) || '/', kind: 'opaque', bytes: 0 });
    // Other names of this kind are the store's own bookkeeping.
    else if (hidden.startsWith('.wh.')) return;
    else if (hidden !== '') this.entries.push({ path: `${folder}${hidden}`, kind: 'whiteout', bytes: 0 });
    else this.entries.push({ path, kind, bytes: fileBytes, ...(sha256 !== undefined && { sha256 }) });
  }

  content(): LayerContent {
    return { bytes: this.bytes, entries: this.entries };
  }
}

/** `./etc/apt/` and `etc/apt` are both `/etc/apt`. */
export function absolutePath(name: string): string {
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  return `/${segments.join('/')}`;
}
