import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { LayerCache } from '../../src/adapters/docker/image/layer-cache.ts';
import { readImage } from '../../src/adapters/docker/image/read-image.ts';
import type { ImageFacts, LayerEntry } from '../../src/app/ports/bench.ts';
import { wastedBytes } from '../../src/core/wasted-bytes.ts';
import { GraderFault } from '../../src/core/grader-fault.ts';
import { TestBuilds } from './support/builds.ts';
import { testBases, testEngine } from './support/engine.ts';

const signal = AbortSignal.timeout(280_000);

/** Both ways to read an image must tell the same. */
const WAYS = [
  ['from the store', false],
  ['by saving it', true],
] as const;

describe('an image', () => {
  let docker: Docker;
  let builds: TestBuilds;
  let baseImages: readonly string[];
  let slim: string;

  beforeAll(async () => {
    docker = testEngine();
    builds = new TestBuilds(docker, 'image');
    const bases = await testBases(docker);
    baseImages = [...bases.values()];
    slim = bases.get('python:3.11-slim') ?? '';
  });

  afterAll(async () => {
    await builds[Symbol.asyncDispose]();
  });

  const read = (id: string, bySaving: boolean): Promise<ImageFacts> =>
    readImage(docker, { id }, { baseImages, bySaving }, signal);

  it.each(WAYS)('tells the accounts that its own layers know, read %s', async (_, bySaving) => {
    const id = await builds.image(
      { dockerfile: `FROM ${slim}\nRUN useradd --uid 4242 appuser\n`, files: {} },
      signal,
    );

    const facts = await read(id, bySaving);

    expect(facts.users).toContainEqual({ name: 'appuser', uid: 4242 });
  });

  it.each(WAYS)('tells its own layers from its base’s, read %s', async (_, bySaving) => {
    const id = await builds.image(
      { dockerfile: `FROM ${slim}\nCOPY a.txt /app/\nRUN true\n`, files: { 'a.txt': 'abc' } },
      signal,
    );

    const facts = await read(id, bySaving);

    const base = await docker.getImage(slim).inspect();
    const own = facts.layers.filter((layer) => !layer.fromBase);
    expect(facts.id).toBe(id);
    expect(facts.layers.filter((layer) => layer.fromBase).map((layer) => layer.diffId)).toEqual(
      base.RootFS.Layers,
    );
    expect(own[0]).toMatchObject({ bytes: 3 });
    expect(own[0]?.createdBy).toContain('COPY a.txt /app/');
    expect(own[0]?.entries).toContainEqual({
      path: '/app/a.txt',
      kind: 'file',
      bytes: 3,
      sha256: sha256('abc'),
    });
    expect(facts.totalBytes).toBe(facts.layers.reduce((sum, layer) => sum + layer.bytes, 0));
    expect(facts.totalBytes).toBeGreaterThan(100_000_000);
  });

  it.each(WAYS)('tells what layers take away and bring anew, read %s', async (_, bySaving) => {
    const dockerfile = [
      `FROM ${slim}`,
      'RUN mkdir -p /d/e && head -c 1000 /dev/zero > /d/e/big && echo x > /f && ln -s f /s && ln /f /h && mkfifo /p',
      'RUN rm -r /d && rm /f && rm /usr/bin/python3 && mkdir /empty',
      'RUN mkdir /d && echo y > /d/new',
      'RUN rm -r /d && mkdir /d && echo z > /d/z',
    ];

    const facts = await read(
      await builds.image({ dockerfile: `${dockerfile.join('\n')}\n` }, signal),
      bySaving,
    );

    const own = facts.layers.filter((layer) => !layer.fromBase);
    expect(own.map((layer) => shown(layer.entries))).toEqual([
      ['directory /d', 'directory /d/e', 'file /d/e/big 1000', 'file /f 2', 'link /h', 'other /p', 'link /s'],
      [
        'whiteout /d',
        'directory /empty',
        'whiteout /f',
        'directory /usr',
        'directory /usr/bin',
        'whiteout /usr/bin/python3',
      ],
      ['directory /d', 'file /d/new 2'],
      ['directory /d', 'opaque /d', 'file /d/z 2'],
    ]);
    expect(wastedBytes(facts.layers).slice(-4)).toEqual([1_002, 0, 2, 0]);
  });

  it('is read alike in both ways, and by a cache of its base', async () => {
    const dockerfile = `FROM ${slim}\nRUN python3 -m venv /venv && rm -rf /usr/share/doc && touch "/ünï cödé"\nWORKDIR /app\n`;
    const id = await builds.image({ dockerfile }, signal);
    const cache = new LayerCache();

    const stored = await readImage(docker, { id }, { baseImages, cache }, signal);
    const cached = await readImage(docker, { id }, { baseImages, cache }, signal);
    const saved = await read(id, true);

    expect(cached).toEqual(stored);
    expect(comparable(saved)).toEqual(comparable(stored));
  });

  it('tells its configuration', async () => {
    const dockerfile = [
      `FROM ${slim}`,
      'USER nobody',
      'WORKDIR /srv',
      'ENV WORD="a b"',
      'EXPOSE 8000',
      'STOPSIGNAL SIGINT',
      'HEALTHCHECK CMD ["true"]',
      'ENTRYPOINT ["python3"]',
      'CMD ["-V"]',
    ];

    const { config } = await read(
      await builds.image({ dockerfile: `${dockerfile.join('\n')}\n` }, signal),
      false,
    );

    expect(config).toMatchObject({
      user: 'nobody',
      workingDir: '/srv',
      exposedPorts: ['8000/tcp'],
      stopSignal: 'SIGINT',
      healthcheck: { test: ['CMD', 'true'] },
      entrypoint: ['python3'],
      command: ['-V'],
    });
    expect(config.environment).toContain('WORD=a b');
  });

  it.each(WAYS)('of a single layer without a history is read %s', async (_, bySaving) => {
    const id = await importImage(docker, { 'etc/greeting': 'hello' });
    try {
      const facts = await read(id, bySaving);

      expect(facts.layers).toMatchObject([{ createdBy: '', fromBase: false, bytes: 5 }]);
      expect(facts.config).toMatchObject({ user: '', entrypoint: [], command: [] });
    } finally {
      await docker.getImage(id).remove({ force: true });
    }
  });

  it('is read without a container or a volume that stays', async () => {
    const id = await builds.image({ dockerfile: `FROM ${slim}\nRUN mkdir /data\nVOLUME /data\n` }, signal);

    await read(id, false);

    const filters = { ancestor: [id] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  });

  it('that the engine lacks is a fault', async () => {
    await expect(read(`sha256:${'0'.repeat(64)}`, false)).rejects.toThrow(GraderFault);
  });

  it('is left unread when the run is aborted', async () => {
    const abort = AbortSignal.abort(new Error('cancelled'));

    await expect(readImage(docker, { id: slim }, { baseImages }, abort)).rejects.toThrow('cancelled');
  });
});

/** Entries as lines in the order of their paths; whiteouts and folders of one path by their kind. */
function shown(entries: readonly LayerEntry[]): string[] {
  const byPath = [...entries].sort((a, b) => compare(a.path, b.path) || compare(a.kind, b.kind));
  return byPath.map(({ kind, path, bytes }) =>
    kind === 'file' ? `${kind} ${path} ${bytes}` : `${kind} ${path}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Facts without the digests of the base's files, which only saving an image gives. */
function comparable(facts: ImageFacts): unknown {
  return facts.layers.map((layer) => ({
    ...layer,
    entries: layer.entries
      .map(({ sha256: digest, ...entry }) => ({ ...entry, digest: layer.fromBase ? '' : digest }))
      .sort((a, b) => compare(a.path, b.path) || compare(a.kind, b.kind)),
  }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An image of one layer, made outside of any builder. */
async function importImage(docker: Docker, files: Readonly<Record<string, string>>): Promise<string> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const tag = `labgrader-test:import-${process.pid}`;
  const answer = await docker.importImage(Readable.from(tar), { repo: tag });
  for await (const _chunk of answer);
  return (await docker.getImage(tag).inspect()).Id;
}
