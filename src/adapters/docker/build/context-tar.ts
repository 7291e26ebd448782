import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { isInside, sortedByPath, textFile, type FileEntry, type FileSet } from '../../../core/file-set.ts';

/** The name under which a compiled Dockerfile is sent that has no place of its own in the context. */
const SPARE_NAME = '.labgrader.dockerfile';

/** A context as it is sent, and the path of the compiled Dockerfile in it. */
export interface SentContext {
  readonly files: FileSet;
  readonly dockerfile: string;
}

/** The files of a folder of a submission, by their paths in it; `.` for all. */
export function folderOf(files: FileSet, folder: string): FileSet {
  if (folder === '.' || folder === '') return files;
  const prefix = `${folder.replace(/\/+$/, '')}/`;
  return new Map(
    [...files]
      .filter(([path]) => isInside(path, folder))
      .map(([path, entry]) => [path.slice(prefix.length), entry]),
  );
}

/**
 * A context with the compiled Dockerfile in the place of the learner's own, so that `COPY . .` brings no file that
 * isn't there at home. One that lies elsewhere, or that `.dockerignore` keeps out, is sent under a name of its own:
 * the builder reads it nowhere but in the context.
 */
export function withDockerfile(context: FileSet, ownPath: string, dockerfile: string): SentContext {
  const path = context.has(ownPath) ? ownPath : SPARE_NAME;
  return { files: new Map(context).set(path, textFile(dockerfile)), dockerfile: path };
}

/**
 * A tar of a context whose bytes depend on paths, contents and the executable bit alone: entries sorted, parent
 * folders named, no times and no owners. The builder's cache sees modes and owners, so they must never vary.
 */
export function contextTar(context: FileSet): Readable {
  const tar = pack();
  for (const [path, entry] of withFolders(context)) {
    const common = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };
    if (entry === 'folder') tar.entry({ ...common, name: `${path}/`, type: 'directory', mode: 0o755 });
    else
      tar.entry({ ...common, name: path, mode: entry.executable ? 0o755 : 0o644 }, Buffer.from(entry.bytes));
  }
  tar.finalize();
  return Readable.from(tar);
}

function withFolders(context: FileSet): [string, FileEntry | 'folder'][] {
  const entries: [string, FileEntry | 'folder'][] = [];
  const named = new Set<string>();
  for (const [path, entry] of sortedByPath(context)) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth++) {
      const folder = segments.slice(0, depth).join('/');
      if (!named.has(folder)) entries.push([folder, 'folder']);
      named.add(folder);
    }
    entries.push([path, entry]);
  }
  return entries;
}
