import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { FileSet } from '../../core/file-set.ts';
import type { MountPlan, ServicePlan } from '../../core/plan.ts';

type FilesMount = Extract<MountPlan, { kind: 'files' }>;

/** Does it mount one file of the project? No volume can be one, so it is copied into the container. */
export function isOfOneFile({ source }: FilesMount, files: FileSet): boolean {
  return files.has(source);
}

/** The mounts of single files of the project. */
export function oneFileMounts(service: ServicePlan, files: FileSet): readonly FilesMount[] {
  return service.mounts.filter(
    (mount): mount is FilesMount => mount.kind === 'files' && isOfOneFile(mount, files),
  );
}

/** A tar archive that holds such a file at its place, to be unpacked at `/` of a container before it starts. */
export async function mountedFile({ source, target }: FilesMount, files: FileSet): Promise<Buffer> {
  const archive = pack();
  const entry = files.get(source);
  const name = target.replace(/^\/+/, '');
  if (entry) archive.entry({ name, mode: entry.executable ? 0o755 : 0o644 }, Buffer.from(entry.bytes));
  archive.finalize();
  return buffer(archive);
}
