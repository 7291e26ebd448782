import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { type Files, HONEST } from '../../attacks/support/arena.ts';

const COMPOSE = [
  'services:',
  '  api:',
  '    build: .',
  '    restart: always',
  '    ports: ["8000:8000"]',
  '    volumes: ["kept:/kept"]',
  '    networks: [front, back]',
  'networks: { front: {}, back: {} }',
  'volumes: { kept: {} }',
  '',
].join('\n');

export interface Slowness {
  readonly buildSeconds?: number;
  readonly startSeconds?: number;
}

/** Honest work whose processes can be told from all others on the machine. */
export class Marked {
  readonly #mark = `mark-${randomBytes(8).toString('hex')}`;
  #made = 0;

  /** Takes so long to build, which no cache can shorten, and so long to start, which takes some room on the disk. */
  files({ buildSeconds = 0, startSeconds = 0 }: Slowness): Files {
    this.#made += 1;
    const build = `ENV MARK=${this.#mark}\nRUN echo ${this.#made} && sleep ${buildSeconds}\nCOPY src/`;
    const start = `CMD ["sh", "-c", "sleep ${startSeconds} && head -c 1000000 /dev/zero > room && exec \\"$@\\"", "sh", `;
    return {
      Dockerfile: HONEST.Dockerfile.replace('COPY src/', build).replace('CMD [', start),
    };
  }

  /** The same as a project that has all that a run can leave: a volume, networks, and a container that is started again. */
  project(slowness: Slowness): Files {
    return { ...this.files(slowness), 'compose.yaml': COMPOSE };
  }

  /** The command lines of those of its processes that run now, wherever. */
  async processes(): Promise<readonly string[]> {
    const mark = `MARK=${this.#mark}`;
    const found: string[] = [];
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(mark)) continue;
      found.push((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
    }
    return found;
  }
}
