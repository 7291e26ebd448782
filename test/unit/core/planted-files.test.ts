import { describe, expect, it } from 'vitest';
import { plantedFile } from '../../../src/core/planted-files.ts';

describe('a planted file', () => {
  it('has the size that was asked for and begins with its mark, fresh each time', () => {
    const [one, other] = [plantedFile('data/dump.bin', 3000), plantedFile('data/dump.bin', 3000)];

    expect(one.entry.bytes).toHaveLength(3000);
    expect(Buffer.from(one.entry.bytes).toString('latin1').startsWith(`${one.canary.mark}\n`)).toBe(true);
    expect(one.canary.sha256).not.toBe(other.canary.sha256);
  });

  it('is one that Compose can read where it is a .env, as the hand-out carries it', () => {
    const lines = Buffer.from(plantedFile('.env', 120).entry.bytes).toString('utf8').trimEnd().split('\n');

    for (const line of lines) expect(line).toMatch(/^(#.*|[A-Z]+=[\w-]+)$/);
  });
});
