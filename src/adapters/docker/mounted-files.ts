import { pack } from 'tar-stream';
import { isInside, type FileSet } from '../../core/file-set.ts';
import type { ServicePlan } from '../../core/plan.ts';

/**
 * A tar archive for each path of the submission that a service mounts, to be unpacked at `/` of its container before
 * it starts: nothing of the host is mounted, and what a container changes is its own copy.
 */
export async function mountedFiles(service: ServicePlan, files: FileSet): Promise<readonly Buffer[]> {
  const archives: Buffer[] = [];
  for (const mount of service.mounts) {
    if (mount.kind === 'files') archives.push(await archiveOf(mount.source, mount.target, files));
  }
  return archives;
}

async function archiveOf(source: string, target: string, files: FileSet): Promise<Buffer> {
  const archive = pack();
  const from = source.replace(/\/+$/, '');
  const to = target.replace(/^\/+/, '').replace(/\/+$/, '');
  for (const [path, entry] of files) {
    if (!isInside(path, from)) continue;
    const below = from === '.' ? path : path.slice(from.length).replace(/^\//, '');
    archive.entry(
      { name: below === '' ? to : `${to}/${below}`, mode: entry.executable ? 0o755 : 0o644 },
      Buffer.from(entry.bytes),
    );
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
