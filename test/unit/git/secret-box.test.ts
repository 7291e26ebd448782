import { describe, expect, it } from 'vitest';
import { secretBox } from '../../../src/adapters/git/secret-box.ts';

const KEY = 'a'.repeat(64);

describe('a sealed secret', () => {
  it('is opened by the same key for the same purpose', () => {
    const sealed = secretBox(KEY).seal('ghp_secret', 'credential:1');

    expect(secretBox(KEY).open(sealed, 'credential:1')).toBe('ghp_secret');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('ghp_secret');
  });

  it('is sealed differently each time', () => {
    const box = secretBox(KEY);

    expect(box.seal('x', 'p')).not.toBe(box.seal('x', 'p'));
  });

  it('is not opened for another purpose, by another key, altered, or cut short', () => {
    const box = secretBox(KEY);
    const sealed = box.seal('ghp_secret', 'credential:1');
    const altered = Buffer.from(sealed, 'base64');
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;

    const opened = [
      () => box.open(sealed, 'credential:2'),
      () => secretBox('b'.repeat(64)).open(sealed, 'credential:1'),
      () => box.open(altered.toString('base64'), 'credential:1'),
      () => box.open(sealed.slice(0, 20), 'credential:1'),
    ];

    for (const open of opened) expect(open).toThrow('can’t be opened');
  });
});
