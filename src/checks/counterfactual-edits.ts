import { randomBytes } from 'node:crypto';
import { textFile, textOf, type FileSet } from '../core/file-set.ts';

/** The files with a comment added to a source file, another one each time. */
export function editSources(files: FileSet, sourceFile: string): FileSet {
  return new Map(files).set(sourceFile, textFile(`${textOf(files, sourceFile) ?? ''}\n${comment()}`));
}

/**
 * The files with a line added to the manifest, and nothing else that a program which reads it could stumble over. The
 * blanks behind it are others each time: an earlier run's equal manifest would be in the builder's cache already.
 */
export function editManifest(files: FileSet, manifest: string, addLine: string): FileSet {
  const text = (textOf(files, manifest) ?? '').replace(/\n*$/, '\n');
  return new Map(files).set(manifest, textFile(`${text}${addLine}${blanks()}\n`));
}

/** 64 random bits in blanks and tabs. */
function blanks(): string {
  return [...randomBytes(8)]
    .map((byte) => byte.toString(2).padStart(8, '0').replaceAll('0', ' ').replaceAll('1', '\t'))
    .join('');
}

function comment(): string {
  return `# ${randomBytes(8).toString('hex')}\n`;
}
