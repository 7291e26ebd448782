import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testBases, testEngine } from './support/engine.ts';
import { Parsers } from './support/parsers.ts';

/** Bytes that end a line for somebody, or a field, or are no UTF-8. */
const TRAPS = Buffer.from('\n\r\v\f\t :()\\\x1c\x85\xa0\xff0Z\xe2\x80', 'latin1');
const byte = fc.oneof(fc.constantFrom(...TRAPS), fc.integer({ min: 1, max: 255 }));
const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.array(byte, { maxLength }).map((all) => Buffer.from(all));
/** What `prctl` takes for a name. */
const name = fc.oneof(
  bytes(15),
  fc
    .constantFrom('\rUid:1 1 1 1', '\x85State:\tS', '\nPPid:\t1', ') Z 1 (', '\\nUid:\t1')
    .map((text) => Buffer.from(text, 'latin1')),
);
const id = fc.nat(4_294_967_295);
const hex = (digits: number): fc.Arbitrary<string> =>
  fc
    .array(fc.nat(15), { minLength: digits, maxLength: digits })
    .map((all) => all.map((digit) => digit.toString(16).toUpperCase()).join(''));

/** Texts of some five hundred bytes each, and what may stay of each: nothing would, but for the process's own affairs. */
const MANY = 1_000;
const MOST_BYTES_EACH = 50;

const Fields = z.record(z.string(), z.string());

describe('what the kernel tells of a hostile process', () => {
  let parsers: Parsers;

  beforeAll(async () => {
    const docker = testEngine();
    parsers = await Parsers.start(docker, (await testBases(docker)).get('python:3.11-slim') ?? '');
  });
  afterAll(() => parsers[Symbol.asyncDispose]());

  it('is its own name and the kernel’s other lines, whatever the name', async () => {
    const process = fc.record({
      name,
      state: fc.constantFrom('S', 'R', 'Z', 'T'),
      parent: id,
      uids: fc.array(id, { minLength: 4, maxLength: 4 }),
      groups: fc.array(id, { maxLength: 200 }),
      pids: fc.array(id, { minLength: 1, maxLength: 3 }),
      capabilities: hex(16),
    });
    await fc.assert(
      fc.asyncProperty(process, async ({ name, state, parent, uids, groups, pids, capabilities }) => {
        const told: Readonly<Record<string, string>> = {
          State: `${state} (whatever)`,
          PPid: String(parent),
          Uid: uids.join('\t'),
          Groups: groups.map((group) => `${group} `).join(''),
          NStgid: pids.join('\t'),
          CapEff: capabilities,
        };
        const lines = Object.entries(told).map(([key, value]) => `${key}:\t${value}\n`);
        const text = Buffer.concat([
          Buffer.from('Name:\t'),
          escaped(name),
          Buffer.from(`\n${lines.join('')}`),
        ]);

        const read = await parsers.read('status', text, Fields);
        expect(read).toEqual({ Name: escaped(name).toString(), ...told });
      }),
      { numRuns: 300 },
    );
  });

  it('is the time at which it began, whatever the name', async () => {
    await fc.assert(
      fc.asyncProperty(name, fc.array(id, { minLength: 49, maxLength: 49 }), async (name, numbers) => {
        const text = Buffer.concat([Buffer.from('42 ('), name, Buffer.from(`) S ${numbers.join(' ')}\n`)]);

        expect(await parsers.read('startTicks', text, z.number())).toBe(numbers[18]);
      }),
      { numRuns: 300 },
    );
  });

  it('is its arguments, but for empty ones at their end, with a mark for what is no text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes(30), { maxLength: 8 }), async (argv) => {
        const text = Buffer.concat(argv.flatMap((each) => [each, Buffer.from([0])]));
        const last = argv.findLastIndex((each) => each.length > 0);

        const read = await parsers.read('arguments', text, z.array(z.string()));
        expect(read).toEqual(argv.slice(0, last + 1).map((each) => each.toString()));
      }),
      { numRuns: 300 },
    );
  });

  it('is each whole line of its tables of sockets, wherever they are cut', async () => {
    const row = fc.record({
      local: hex(32),
      remote: hex(8),
      state: fc.constantFrom('01', '0A', '06'),
      inode: id,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), fc.nat(), async (rows, cut) => {
        const lines = rows.map(
          ({ local, remote, state, inode }, index) =>
            `${String(index).padStart(4)}: ${local}:1F90 ${remote}:0050 ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1 0000000000000000\n`,
        );
        const text = Buffer.from(['  sl  local_address rem_address   st\n', ...lines].join(''));
        const seen = text.subarray(0, text.length - (cut % text.length));
        const whole = Math.max(0, seen.toString().split('\n').length - 2);

        const read = await parsers.read('sockets', seen, z.array(z.array(z.string())));
        expect(read).toEqual(
          rows
            .slice(0, whole)
            .map(({ local, remote, state, inode }) => [
              `${local}:1F90`,
              `${remote}:0050`,
              state,
              String(inode),
            ]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is read in any case where any bytes may stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (text) => {
        await parsers.read('status', text, Fields);
        await parsers.read('arguments', text, z.array(z.string()));
        await parsers.read('sockets', text, z.array(z.array(z.string())));
      }),
      { numRuns: 200 },
    );
  });

  it('is forgotten once it is read', async () => {
    const readMany = async (from: number): Promise<number> => {
      for (let number = from; number < from + MANY; number++) {
        const text = Buffer.from(`Name:\tn${number}\nkey${number}:\t${String(number).repeat(100)}\n`);
        await parsers.read('status', text, Fields);
        await parsers.read('arguments', text, z.array(z.string()));
        await parsers.read('sockets', text, z.array(z.array(z.string())));
      }
      return parsers.held();
    };
    const before = await readMany(0);
    const after = await readMany(MANY);

    expect((after - before) / MANY, 'bytes more for each text').toBeLessThan(MOST_BYTES_EACH);
  });
});

/** A name as the kernel writes it into a `status`. */
function escaped(name: Buffer): Buffer {
  return Buffer.from(name.toString('latin1').replaceAll('\\', '\\\\').replaceAll('\n', '\\n'), 'latin1');
}
