import type { FileEntry, FileSet } from './file-set.ts';
import type { IntakeLimits } from './intake-limits.ts';
import { isLitter } from './left-out.ts';
import { Refusal } from './refusal.ts';
import { printable, submittedPath } from './submitted-path.ts';

export type EntryKind = 'file' | 'folder' | 'link' | 'device' | 'other';

const NOT_TAKEN = {
  link: 'it is a link, and links may lead anywhere',
  device: 'it is a device or a pipe',
  other: 'it is neither a file nor a folder',
} as const;

/** Gathers the entries of one submission, and refuses what isn't taken before its contents are read. */
export class SubmittedFiles {
  readonly #limits: IntakeLimits;
  readonly #files = new Map<string, FileEntry>();
  /** Paths as the least careful file system tells them apart, with the path that first took the place. */
  readonly #places = new Map<string, { readonly path: string; readonly kind: 'file' | 'folder' }>();
  #entries = 0;
  #bytes = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /**
   * Judges an entry by its header. Returns the path under which to `put` its contents, or undefined when they are
   * to be skipped. `bytes` is the size that the header tells.
   * @throws Refusal
   */
  open(name: string, kind: EntryKind, bytes: number): string | undefined {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) tooMuch('entries', `more than ${this.#limits.entries} entries`);
    const path = submittedPath(name);
    if (kind === 'link' || kind === 'device' || kind === 'other') {
      if (isLitter(path)) return undefined;
      throw new Refusal('archive-invalid', `\`${printable(name)}\` isn't taken: ${NOT_TAKEN[kind]}.`, {
        file: printable(name),
        rule: `archive.${kind}`,
        wayOut: 'Put the file itself in its place; `tar --dereference` does so for links.',
      });
    }
    this.count(bytes, path);
    if (path === '' || isLitter(path)) return undefined;
    this.#takePlace(path, kind);
    return kind === 'file' ? path : undefined;
  }

  /** Counts `bytes` more against the limits. @throws Refusal */
  count(bytes: number, path: string): void {
    if (bytes > this.#limits.fileBytes)
      tooMuch('file-bytes', `\`${printable(path)}\` is larger than ${this.#limits.fileBytes} bytes`, path);
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.unpackedBytes)
      tooMuch('unpacked-bytes', `unpacked it is larger than ${this.#limits.unpackedBytes} bytes`);
  }

  put(path: string, entry: FileEntry): void {
    this.#files.set(path, entry);
  }

  /** Everything put in, as it is. */
  all(): FileSet {
    return this.#files;
  }

  /** Everything put in, a single folder around it all taken off. @throws Refusal when there is nothing. */
  whole(): FileSet {
    if (this.#files.size === 0) {
      throw new Refusal('archive-invalid', 'It holds no file.', {
        rule: 'archive.empty',
        wayOut: 'Pack the folder that the Dockerfile lies in.',
      });
    }
    const tops = new Set([...this.#files.keys()].map((path) => path.split('/', 1)[0]));
    const [top] = tops;
    if (tops.size > 1 || top === undefined || this.#files.has(top)) return this.#files;
    return new Map([...this.#files].map(([path, entry]) => [path.slice(top.length + 1), entry]));
  }

  #takePlace(path: string, kind: 'file' | 'folder'): void {
    const segments = path.split('/');
    for (let depth = 1; depth <= segments.length; depth += 1) {
      const part = segments.slice(0, depth).join('/');
      const isLast = depth === segments.length;
      const partKind = isLast ? kind : 'folder';
      const place = part.normalize('NFKC').toLowerCase();
      const known = this.#places.get(place);
      if (known === undefined) this.#places.set(place, { path: part, kind: partKind });
      else if (known.path !== part)
        collide(part, `\`${known.path}\`, which is the same name on some machines`);
      else if (known.kind !== partKind) collide(part, 'itself: once it is a file, once a folder');
      else if (isLast && kind === 'file') collide(part, 'itself: it comes twice');
    }
  }
}

function collide(path: string, what: string): never {
  throw new Refusal('archive-invalid', `\`${printable(path)}\` collides with ${what}.`, {
    file: printable(path),
    rule: 'archive.collision',
    wayOut: 'Keep one of the two.',
  });
}

function tooMuch(limit: string, what: string, file?: string): never {
  throw new Refusal('archive-too-large', `The archive isn't taken: ${what}.`, {
    ...(file !== undefined && { file: printable(file) }),
    rule: `archive.${limit}`,
    wayOut: 'Leave out build results, virtual environments and data that the lab did not come with.',
  });
}
