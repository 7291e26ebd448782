import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { isInside, type FileSet } from '../../core/file-set.ts';
import { engineCall, removal } from './engine.ts';

const AT = 'project';

export interface ProjectFolder {
  /** Path in the project, `.` for all of it. */
  readonly source: string;
  readonly files: FileSet;
}

/**
 * Fills an engine's volume with a folder of the project: what a service mounts of it. No host's folder is mounted, and
 * like one, a volume hides what the image has at that place, is held against writing by `:ro`, and outlives the
 * container. `options` make a container that has no other use: it is never started.
 */
export async function fillVolume(
  docker: Docker,
  volume: string,
  folder: ProjectFolder,
  options: Pick<Docker.ContainerCreateOptions, 'Image' | 'Labels'>,
): Promise<void> {
  const container = await engineCall(
    'create a container to fill a mount',
    docker.createContainer({
      ...options,
      Entrypoint: ['/never-started'],
      Cmd: [],
      HostConfig: { NetworkMode: 'none', Mounts: [projectMount(volume, `/${AT}`, false)] },
    }),
  );
  try {
    const archive = await archiveOf(folder);
    // From the root, since the engine leaves the folder that it unpacks into as it is.
    await engineCall('fill a mount', container.putArchive(archive, { path: '/' }));
  } finally {
    await removal('remove what filled a mount', container.remove({ force: true }));
  }
}

/** How a container has such a volume. */
export function projectMount(volume: string, target: string, readOnly: boolean): Docker.MountSettings {
  return {
    Type: 'volume',
    Source: volume,
    Target: target,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  };
}

/** Whoever a service runs as may write there, as a learner's own user may at home. */
async function archiveOf({ source, files }: ProjectFolder): Promise<Buffer> {
  const archive = pack();
  const folders = new Set<string>();
  archive.entry({ name: AT, type: 'directory', mode: 0o777 });
  for (const [path, entry] of files) {
    if (!isInside(path, source)) continue;
    const below = source === '.' ? path : path.slice(source.length + 1);
    const parts = below.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if (folders.has(folder)) continue;
      folders.add(folder);
      archive.entry({ name: `${AT}/${folder}`, type: 'directory', mode: 0o777 });
    }
    archive.entry(
      { name: `${AT}/${below}`, mode: entry.executable ? 0o777 : 0o666 },
      Buffer.from(entry.bytes),
    );
  }
  archive.finalize();
  return buffer(archive);
}
