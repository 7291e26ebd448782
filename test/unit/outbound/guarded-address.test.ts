import { describe, expect, it } from 'vitest';
import { guardedAddress, isPublicAddress } from '../../../src/adapters/outbound/guarded-address.ts';

describe('an address that somebody gave', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'nonsense',
  ])('is not gone to when it is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '140.82.121.3', '172.32.0.1', '172.15.0.1', '2606:50c0:8000::153'])(
    'is gone to when it is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('may be private, and without TLS, where host and port are listed', async () => {
    const found = await guardedAddress('http://127.0.0.1:8080/a/b.git', ['127.0.0.1:8080']);

    expect(found).toMatchObject({ address: '127.0.0.1', family: 4, port: 8080 });
    await expect(guardedAddress('http://127.0.0.1:8081/a', ['127.0.0.1:8080'])).rejects.toThrow('https');
    await expect(guardedAddress('https://127.0.0.1:8081/a', ['127.0.0.1:8080'])).rejects.toThrow('private');
  });

  it.each([
    'https://0x7f.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://127.1/',
  ])('is seen through however it is written: %s', async (url) => {
    await expect(guardedAddress(url, [])).rejects.toThrow('private network');
  });

  it.each(['file:///etc/passwd', 'ext::sh -c id', 'ssh://h/x', 'git://h/x', 'https://u:p@8.8.8.8/', '/etc'])(
    'is not gone to by another protocol or with a password in it: %s',
    async (url) => {
      await expect(guardedAddress(url, [])).rejects.toThrow('isn’t gone to');
    },
  );
});
