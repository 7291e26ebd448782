import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';

/** Names and texts of the files at a path of a container, running or not. */
export async function filesAt(container: Docker.Container, path: string): Promise<readonly string[]> {
  const archive = await container.getArchive({ path });
  const found: string[] = [];
  const entries = Readable.from(archive).pipe(extract());
  for await (const entry of entries) {
    const content = await text(entry);
    if (entry.header.type === 'file') found.push(`${entry.header.name}: ${content}`);
  }
  return found.sort();
}
