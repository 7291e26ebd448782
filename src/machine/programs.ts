import { access, constants, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

/** Daemons live in folders that an ordinary user's PATH leaves out. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/** The first program of these names, searched like a shell does; null where there is none. */
export async function findProgram(names: readonly string[], path: string): Promise<string | null> {
  for (const name of names) {
    for (const folder of [...path.split(delimiter), ...MORE_FOLDERS]) {
      const candidate = join(folder, name);
      if (folder !== '' && (await isExecutable(candidate))) return candidate;
    }
  }
  return null;
}

/** Folder of the newest PostgreSQL server programs; null where there are none. */
export async function findPostgres(path: string): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const folder = join('/usr/lib/postgresql', version, 'bin');
    if (await isExecutable(join(folder, 'initdb'))) return folder;
  }
  const initdb = await findProgram(['initdb'], path);
  return initdb === null ? null : dirname(initdb);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** A TCP port of the loopback interface that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
