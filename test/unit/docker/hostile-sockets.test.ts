import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSockets, endpoint } from '../../../src/adapters/docker/agents/socket-table.ts';

const hex = (digits: number): fc.Arbitrary<string> =>
  fc
    .array(fc.nat(15), { minLength: digits, maxLength: digits })
    .map((all) => all.map((digit) => digit.toString(16).toUpperCase()).join(''));
const place = fc.tuple(fc.oneof(hex(8), hex(32)), hex(4));
const text = place.map(([address, port]) => `${address}:${port}`);

describe('the socket tables of the kernel', () => {
  it('tell an address and a port for every place that the kernel can write', () => {
    fc.assert(
      fc.property(place, ([address, port]) => {
        const read = endpoint(`${address}:${port}`);

        expect(read.port).toBe(Number.parseInt(port, 16));
        expect(isIP(read.address)).not.toBe(0);
        // The same address, by the standard library's reading of it.
        if (address.length === 8) expect(read.address).toBe(wordsOf(address).join('.'));
        else expect(expanded(read.address)).toBe(Buffer.from(wordsOf(address)).toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('lose and invent no socket', () => {
    const row = fc.record({
      family: fc.constantFrom('tcp' as const, 'tcp6' as const),
      local: text,
      remote: text,
      state: fc.constantFrom('01', '08', '0A'),
      owners: fc.constant([]),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const { listening, established, waiting } = decodeSockets(rows);

        const ours = rows.filter(({ state, local }) => state === '0A' && !local.startsWith('0B00007F:'));
        expect(established).toHaveLength(rows.filter(({ state }) => state === '01').length);
        expect(waiting).toHaveLength(rows.filter(({ state }) => state !== '0A').length);
        expect(listening).toHaveLength(ours.length);
      }),
    );
  });
});

/** The bytes of an address that the kernel wrote in words of the machine's order. */
function wordsOf(address: string): number[] {
  const words = address.match(/.{8}/g) ?? [];
  return words.flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
}

/** All sixteen bytes of an IPv6 address, in hex; of a mapped IPv4 one too. */
function expanded(address: string): string {
  if (isIP(address) === 4) {
    const mapped = Buffer.from(address.split('.').map(Number)).toString('hex');
    return `${'0'.repeat(20)}ffff${mapped}`;
  }
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return all.map((group) => group.padStart(4, '0')).join('');
}
