import { packTarGz } from './tar.ts';

/** What a learner put in: an archive as it is, a whole folder, or loose files laid over the hand-out. */
export type Collected =
  | { readonly kind: 'archive'; readonly name: string; readonly blob: Blob }
  | {
      readonly kind: 'folder';
      readonly name: string;
      readonly files: readonly NamedFile[];
      readonly leftOut: number;
    }
  | { readonly kind: 'loose'; readonly files: readonly NamedFile[] };

export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

/** Folders that belong to the learner's machine, not to the project. */
const LITTER =
  /(^|\/)(\.git|\.venv|venv|__pycache__|node_modules|__MACOSX|\.idea|\.vscode)\/|(^|\/)\.DS_Store$/;
const ARCHIVE = /\.(tar\.gz|tgz|zip)$/i;
const MOST_FILES = 2000;

/** Files as a file chooser gives them: `webkitRelativePath` tells where in a folder they were. */
export function collectChosen(list: readonly File[]): Collected | null {
  return classify(
    list.map((file) => ({
      path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
      file,
    })),
  );
}

/** Files and folders as they were dropped. */
export async function collectDropped(items: DataTransferItemList): Promise<Collected | null> {
  // The list is emptied as soon as the event handler gives up control: take the entries first.
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: NamedFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return classify(found);
}

/** The body of a submission. Loose files have to be text: they are laid over the hand-out. */
export async function bodyOf(collected: Collected): Promise<Blob | { files: Record<string, string> }> {
  switch (collected.kind) {
    case 'archive':
      return collected.blob;
    case 'folder':
      return packTarGz(
        await Promise.all(
          collected.files.map(async ({ path, file }) => ({
            path,
            bytes: new Uint8Array(await file.arrayBuffer()),
          })),
        ),
      );
    case 'loose': {
      const texts = await Promise.all(
        collected.files.map(async ({ path, file }) => [path, await file.text()] as const),
      );
      return { files: Object.fromEntries(texts) };
    }
  }
}

/** What was put in, in a few words. */
export function describe(collected: Collected): string {
  switch (collected.kind) {
    case 'archive':
      return collected.name;
    case 'folder': {
      const litter =
        collected.leftOut === 0 ? '' : `, ${collected.leftOut} left out (.git, caches and the like)`;
      return `folder ${collected.name}: ${collected.files.length} files${litter}`;
    }
    case 'loose':
      return `${collected.files.map((file) => file.path).join(', ')} over the hand-out`;
  }
}

function classify(found: readonly NamedFile[]): Collected | null {
  const [first] = found;
  if (first === undefined) return null;
  if (found.length === 1 && ARCHIVE.test(first.path) && !first.path.includes('/')) {
    return { kind: 'archive', name: first.file.name, blob: first.file };
  }
  if (found.every(({ path }) => !path.includes('/'))) return { kind: 'loose', files: found };
  const kept = found.filter(({ path }) => !LITTER.test(path));
  const root = first.path.split('/')[0] ?? '';
  const sameRoot = kept.every(({ path }) => path.startsWith(`${root}/`));
  return {
    kind: 'folder',
    name: root,
    files: kept.map(({ path, file }) => ({ path: sameRoot ? path.slice(root.length + 1) : path, file })),
    leftOut: found.length - kept.length,
  };
}

async function walk(entry: FileSystemEntry, found: NamedFile[]): Promise<void> {
  if (found.length >= MOST_FILES) return;
  const path = entry.fullPath.replace(/^\//, '');
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    found.push({ path, file });
  } else if (isFolder(entry) && !LITTER.test(`${path}/`)) {
    for (const child of await childrenOf(entry)) await walk(child, found);
  }
}

/** A reader hands out a folder in portions, an empty one at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (portion.length === 0 || all.length > MOST_FILES) return all;
    all.push(...portion);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
