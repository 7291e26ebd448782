import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { isInside, sortedByPath, textFile, type FileEntry, type FileSet } from '../../../core/file-set.ts';

/** The name under which the compiled Dockerfile is sent, beside the learner's own. */
export const DOCKERFILE_NAME = '.labgrader.dockerfile';

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

/** A context with the compiled Dockerfile under its own name. */
export function withDockerfile(context: FileSet, dockerfile: string): FileSet {
  return new Map(context).set(DOCKERFILE_NAME, textFile(dockerfile));
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
