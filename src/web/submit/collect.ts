import { isLitter } from '../../core/left-out.ts';
import { formatBytes } from '../../core/units.ts';
import type { Assignment } from '../../http/schemas/assignment.ts';
import { packTarGz } from './tar.ts';

/** What may be sent: an archive as it is, a whole folder, or loose files laid over the hand-out. */
export type Project =
  | { readonly kind: 'archive'; readonly name: string; readonly blob: Blob }
  | {
      readonly kind: 'folder';
      readonly name: string;
      readonly files: readonly NamedFile[];
      readonly leftOut: boolean;
    }
  | { readonly kind: 'loose'; readonly files: readonly NamedFile[] };

/** What a learner put in, or why it can't be sent: whatever is sent is sent whole. */
export type Collected = Project | { readonly kind: 'unusable'; readonly why: string };

export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

type Intake = Assignment['intake'];

const ARCHIVE = /\.(tar\.gz|tgz|zip)$/i;
const WAY_OUT = 'Leave out what the build does not need: data, caches, virtual environments.';

/** Files as a file chooser gives them: `webkitRelativePath` tells where in a folder they were. */
export function collectChosen(list: readonly File[], intake: Intake): Collected {
  const name = list[0]?.webkitRelativePath.split('/', 1)[0] ?? '';
  if (name === '') return singleFiles(list, intake);
  const found = list.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
  const files = found.filter(({ path }) => isTaken(path, intake));
  return folder({ name, files, leftOut: files.length < found.length }, intake);
}

/** Files and folders as they were dropped. */
export async function collectDropped(items: DataTransferItemList, intake: Intake): Promise<Collected> {
  // The list is emptied as soon as the event handler gives up control: take the entries first.
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  try {
    return await collectEntries(entries, intake);
  } catch {
    return unusable('Your browser may not read all of it. Pack it as .tar.gz or .zip, and drop that.');
  }
}

async function collectEntries(entries: readonly FileSystemEntry[], intake: Intake): Promise<Collected> {
  if (entries.every(isFile)) return singleFiles(await Promise.all(entries.map(fileOf)), intake);
  const [first] = entries;
  const whole = entries.length === 1 && first !== undefined && isFolder(first) ? first : null;
  const found: Found = { files: [], leftOut: false };
  for (const entry of whole ? await childrenOf(whole) : entries) await walk(entry, '', intake, found);
  return folder({ name: whole?.name ?? `with ${entries.length} things`, ...found }, intake);
}

/** The body of a submission. Loose files have to be text: they are laid over the hand-out. */
export async function bodyOf(project: Project): Promise<Blob | { files: Record<string, string> }> {
  switch (project.kind) {
    case 'archive':
      return project.blob;
    case 'folder':
      return packTarGz(
        await Promise.all(
          project.files.map(async ({ path, file }) => ({
            path,
            bytes: new Uint8Array(await file.arrayBuffer()),
          })),
        ),
      );
    case 'loose': {
      const texts = await Promise.all(
        project.files.map(async ({ path, file }) => [path, await file.text()] as const),
      );
      return { files: Object.fromEntries(texts) };
    }
  }
}

/** What was put in, in a few words. */
export function describe(project: Project): string {
  switch (project.kind) {
    case 'archive':
      return project.name;
    case 'folder':
      return `folder ${project.name}: ${project.files.length} files${project.leftOut ? ', without .git, caches and the like' : ''}`;
    case 'loose':
      return `${project.files.map((file) => file.path).join(', ')} over the hand-out`;
  }
}

function singleFiles(list: readonly File[], intake: Intake): Collected {
  const [first] = list;
  if (first === undefined) {
    return unusable(
      'There was no file in what you dropped. Drop a .tar.gz or .zip archive, a folder, or single files.',
    );
  }
  if (list.length === 1 && ARCHIVE.test(first.name)) {
    if (first.size > intake.uploadBytes) return tooLarge(first.name, intake.uploadBytes);
    return { kind: 'archive', name: first.name, blob: first };
  }
  return { kind: 'loose', files: list.map((file) => ({ path: file.name, file })) };
}

interface Found {
  readonly files: NamedFile[];
  leftOut: boolean;
}

function folder(found: Found & { readonly name: string }, intake: Intake): Collected {
  const { name, files } = found;
  const most = intake.entries.toLocaleString('en');
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (files.length === 0) return unusable(`The folder ${name} holds nothing that belongs to a project.`);
  if (files.length > intake.entries)
    return unusable(`The folder ${name} holds more than the ${most} files that are taken. ${WAY_OUT}`);
  if (bytes > intake.unpackedBytes) return tooLarge(`The folder ${name}`, intake.unpackedBytes);
  return { kind: 'folder', ...found };
}

function tooLarge(what: string, mostBytes: number): Collected {
  return unusable(`${what} is larger than the ${formatBytes(mostBytes)} that are taken. ${WAY_OUT}`);
}

function unusable(why: string): Collected {
  return { kind: 'unusable', why };
}

function isTaken(path: string, intake: Intake): boolean {
  return !isLitter(path) && !path.split('/').some((name) => intake.leftOut.includes(name));
}

/** One file more than is taken is enough to know that there are too many. */
async function walk(entry: FileSystemEntry, above: string, intake: Intake, found: Found): Promise<void> {
  if (found.files.length > intake.entries) return;
  const path = `${above}${entry.name}`;
  if (!isTaken(path, intake)) found.leftOut = true;
  else if (isFile(entry)) found.files.push({ path, file: await fileOf(entry) });
  else if (isFolder(entry)) {
    for (const child of await childrenOf(entry)) await walk(child, `${path}/`, intake, found);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** A reader hands out a folder in portions, an empty one at the end. */
async function childrenOf(parent: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = parent.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (portion.length === 0) return all;
    all.push(...portion);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
