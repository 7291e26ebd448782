import { describe, expect, it } from 'vitest';
import { publishedInstead, publishedTarget } from '../../../src/core/published-port.ts';

const plain = { published: 8000, target: 80, protocol: 'tcp' } as const;

describe('publishedTarget', () => {
  it.each([
    ['every address', plain],
    ['every IPv4 address', { ...plain, hostIp: '0.0.0.0' }],
    ['the loopback address', { ...plain, hostIp: '127.0.0.1' }],
  ])('leads from localhost where the mapping names %s', (_what, mapping) => {
    expect(publishedTarget([mapping], 8000)).toBe(80);
  });

  it.each([
    ['IPv6 alone', { ...plain, hostIp: '::1' }],
    ['another loopback address', { ...plain, hostIp: '127.0.0.2' }],
    ['UDP', { ...plain, protocol: 'udp' as const }],
    ['another port', { ...plain, published: 8001 }],
    ['no port', { ...plain, published: null }],
  ])('leads nowhere where the mapping names %s', (_what, mapping) => {
    expect(publishedTarget([mapping], 8000)).toBeNull();
  });

  it('takes the mapping that leads from localhost, beside one that does not', () => {
    expect(publishedTarget([{ ...plain, hostIp: '::1', target: 1 }, plain], 8000)).toBe(80);
  });
});

describe('publishedInstead', () => {
  it('writes the mappings as a learner would', () => {
    const mappings = [
      { ...plain, hostIp: '::1' },
      { ...plain, hostIp: '127.0.0.1', protocol: 'udp' as const },
      { ...plain, published: null },
    ];

    expect(publishedInstead(mappings)).toBe(
      'what is published: `[::1]:8000:80`, `127.0.0.1:8000:80/udp`, `80`',
    );
  });

  it('says that there are none', () => {
    expect(publishedInstead([])).toBe('nothing is published at all');
  });
});
