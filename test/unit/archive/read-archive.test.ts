import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTarGz } from '../../../src/adapters/archive/pack-archive.ts';
import { readArchive } from '../../../src/adapters/archive/read-archive.ts';
import { DEFAULT_INTAKE_LIMITS } from '../../../src/core/intake-limits.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { type Entry, read, refusalOf, tarGz, zip } from './archives.ts';

describe('an archive', () => {
  it('gives its files, with what may be executed', async () => {
    const files = await read(
      await tarGz([
        { name: './Dockerfile', text: 'FROM x' },
        { name: 'run.sh', mode: 0o755 },
      ]),
    );

    expect([...files.keys()]).toEqual(['Dockerfile', 'run.sh']);
    expect(files.get('run.sh')?.executable).toBe(true);
    expect(files.get('Dockerfile')).toMatchObject({ executable: false });
  });

  it('in a zip gives the same', async () => {
    const files = await read(
      zip([
        { name: 'Dockerfile', text: 'FROM x' },
        { name: 'run.sh', text: '#!', mode: 0o100755 },
      ]),
    );

    expect(Buffer.from(files.get('Dockerfile')?.bytes ?? []).toString()).toBe('FROM x');
    expect(files.get('run.sh')?.executable).toBe(true);
  });

  it('loses a single folder around everything, and the litter of desktops', async () => {
    const entries = [
      'fix/Dockerfile',
      'fix/src/app.py',
      '__MACOSX/fix/._Dockerfile',
      'fix/.DS_Store',
      'fix/.git/HEAD',
    ];

    const files = await read(await tarGz(entries.map((name) => ({ name }))));

    expect([...files.keys()]).toEqual(['Dockerfile', 'src/app.py']);
  });

  it('that was packed by us is read as it was', async () => {
    const files = await read(
      await tarGz([
        { name: 'Dockerfile', text: 'FROM x' },
        { name: 'a/b.sh', mode: 0o755 },
      ]),
    );

    const again = await readArchive(packTarGz(files, 'fix'), DEFAULT_INTAKE_LIMITS);

    expect([...again]).toEqual([...files]);
  });
});

describe('an archive is refused', () => {
  const names: [string, string][] = [
    ['../../etc/cron.d/x', 'archive.traversal'],
    ['/etc/passwd', 'archive.traversal'],
    ['C:/windows/x', 'archive.traversal'],
    ['a/../../x', 'archive.traversal'],
    ['a\\b', 'archive.name'],
    ['trailing.', 'archive.name'],
    ['bell\u0007', 'archive.name'],
    ['right-to-left\u202egnp.exe', 'archive.name'],
    ['n'.repeat(300), 'archive.name-length'],
    [Array.from({ length: 40 }, () => 'd').join('/'), 'archive.depth'],
  ];
  it.each(names)('for the name %j', async (name, rule) => {
    expect((await refusalOf(await tarGz([{ name: 'Dockerfile' }, { name }]))).rule).toBe(rule);
  });

  const kinds: [Entry['type'] & string, string][] = [
    ['symlink', 'archive.link'],
    ['link', 'archive.link'],
    ['fifo', 'archive.device'],
    ['character-device', 'archive.device'],
  ];
  it.each(kinds)('for a %s in it, naming the file', async (type, rule) => {
    expect(await refusalOf(await tarGz([{ name: 'odd', type }]))).toMatchObject({ rule, file: 'odd' });
  });

  const pairs: [string, string][] = [
    ['Dockerfile', 'Dockerfile'],
    ['Dockerfile', 'dockerfile'],
    ['caf\u00e9', 'CAFE\u0301'],
    ['src', 'src/app.py'],
    ['src/app.py', 'SRC/other.py'],
  ];
  it.each(pairs)('when %j and %j take the same place', async (one, other) => {
    expect((await refusalOf(await tarGz([{ name: one }, { name: other }]))).rule).toBe('archive.collision');
  });

  it('for a link in a zip, told by its mode', async () => {
    expect((await refusalOf(zip([{ name: 'x', text: '/etc/passwd', mode: 0o120777 }]))).rule).toBe(
      'archive.link',
    );
  });

  it('for a zip that leads out, or unpacks to more than it says', async () => {
    expect((await refusalOf(zip([{ name: '../x', text: '' }]))).rule).toMatch(
      /^archive\.(traversal|unreadable)$/,
    );
    expect((await refusalOf(zip([{ name: 'x', text: 'much more', size: 2 }]))).rule).toBe(
      'archive.unreadable',
    );
  });

  it('at each limit, by its name', async () => {
    const three = await tarGz([
      { name: 'a', text: 'x'.repeat(600) },
      { name: 'b', text: 'y'.repeat(600) },
      { name: 'c' },
    ]);

    expect((await refusalOf(three, { entries: 2 })).rule).toBe('archive.entries');
    expect((await refusalOf(three, { fileBytes: 500 })).rule).toBe('archive.file-bytes');
    expect((await refusalOf(three, { unpackedBytes: 1000 })).rule).toBe('archive.unpacked-bytes');
    expect((await refusalOf(three, { uploadBytes: 40 })).rule).toBe('archive.upload-bytes');
  });

  it('when it blows up, before it has', async () => {
    const bomb = await tarGz([{ name: 'zeros', text: '\0'.repeat(12_000_000) }]);

    expect((await refusalOf(bomb)).rule).toBe('archive.ratio');
  });

  it('when it is broken off, empty, or something else', async () => {
    const whole = await tarGz([{ name: 'Dockerfile', text: 'FROM x'.repeat(1000) }]);

    expect((await refusalOf(whole.subarray(0, whole.byteLength - 30))).rule).toBe('archive.unreadable');
    expect((await refusalOf(gzipSync('not a tar at all'.repeat(100)))).rule).toBe('archive.unreadable');
    expect((await refusalOf(Buffer.from('hello'))).rule).toBe('archive.kind');
    expect((await refusalOf(Buffer.alloc(0))).rule).toBe('archive.kind');
    expect((await refusalOf(await tarGz([{ name: '.DS_Store' }]))).rule).toBe('archive.empty');
  });

  it('when it never ends', async () => {
    const drip = new Readable({ read: () => undefined });
    drip.push(Buffer.from([0x1f, 0x8b]));

    const reading = readArchive(drip, { ...DEFAULT_INTAKE_LIMITS, uploadMs: 50 });

    await expect(reading).rejects.toMatchObject({ details: { rule: 'archive.upload-time' } });
  });

  it.each([
    ['at once where what came is enough to tell', '../app.py', 60_000, 'archive.traversal'],
    ['in the end where it is not', 'src/app.py', 200, 'archive.upload-time'],
  ])('when it is large and its rest never comes, %s', async (_when, name, uploadMs, rule) => {
    const noise = randomBytes(300_000).toString('base64');
    const whole = await tarGz([
      { name, text: noise },
      { name: 'Dockerfile', text: noise },
    ]);
    const body = new Readable({ read: () => undefined });
    body.push(whole.subarray(0, 200_000));

    const reading = readArchive(body, { ...DEFAULT_INTAKE_LIMITS, uploadMs });

    await expect(reading).rejects.toMatchObject({ details: { rule } });
  });

  it.each([
    ['with an error', (body: Readable) => body.destroy(new Error('aborted'))],
    ['without a word', (body: Readable) => body.destroy()],
  ])('when it breaks off %s, be it a tar or a zip', async (_how, breakOff) => {
    for (const head of ['\x1f\x8b', 'PK']) {
      const body = new Readable({ read: () => undefined });
      body.push(Buffer.from(head, 'latin1'));
      const reading = readArchive(body, DEFAULT_INTAKE_LIMITS);
      setImmediate(() => breakOff(body));

      await expect(reading).rejects.toMatchObject({ details: { rule: 'archive.truncated' } });
    }
  });

  it('or taken, whatever its bytes, without any other end', async () => {
    const whole = await tarGz([
      { name: 'Dockerfile', text: 'FROM x' },
      { name: 'src/app.py', text: 'print()' },
    ]);
    const hit = fc.record({ at: fc.nat(whole.byteLength - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(hit, { minLength: 1, maxLength: 5 }),
        fc.nat(whole.byteLength),
        async (hits, end) => {
          const bytes = Buffer.from(whole.subarray(0, end));
          for (const { at, byte } of hits) if (at < end) bytes[at] = byte;
          await read(bytes).catch((error: unknown) => {
            expect(error).toBeInstanceOf(Refusal);
          });
        },
      ),
      { numRuns: 150 },
    );
  });
});
