import type { FileSet } from '../../core/file-set.ts';
import { quoted, type Findings } from '../findings.ts';

/** In the order in which Compose looks for them. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** Path of the compose file that counts, or undefined where there is none. */
export function findComposeFile(files: FileSet, findings: Findings): string | undefined {
  const [first, ...others] = NAMES.filter((name) => files.has(name));
  if (first === undefined) return undefined;
  for (const other of others) {
    const message = `${quoted(other)} isn't read, since there is ${quoted(first)}, and Compose takes that one. Delete the one that you don't mean.`;
    findings.notice('compose.several-files', { file: other, line: 1, column: 1 }, message);
  }
  const base = first.startsWith('docker-') ? 'docker-compose' : 'compose';
  for (const override of [`${base}.override.yml`, `${base}.override.yaml`].filter((name) =>
    files.has(name),
  )) {
    const message = `Compose lays ${quoted(override)} over ${quoted(first)} unasked. Only one file is read here: put what it says into ${quoted(first)}, or leave it out.`;
    findings.refuse('compose.override-file', { file: override, line: 1, column: 1 }, message);
  }
  return first;
}
