import { describe, expect, it } from 'vitest';
import { hostKeyOf, privateKeyProblem } from '../../../src/core/ssh-keys.ts';

const HOST_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAILPXPzg0bLWhmqIfAVPfIjYa3zd5fPOtHpzJJEgQa2/M';

/** A field behind its length, as keys of OpenSSH are made of. */
function field(text: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return length.toString('latin1') + text;
}

function privateKey(cipher: string, type: string): string {
  const publicKey = field(type) + field('x'.repeat(32));
  const parts = [field(cipher), field('none'), field(''), '\0\0\0\x01', field(publicKey), field('secret')];
  const body = Buffer.from(`openssh-key-v1\0${parts.join('')}`, 'latin1').toString('base64');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

describe('a host key', () => {
  it.each([
    `ssh-ed25519 ${HOST_KEY}`,
    `git.example.edu ssh-ed25519 ${HOST_KEY}`,
    `[git.example.edu]:2222 ssh-ed25519 ${HOST_KEY} a comment`,
  ])('is found in %s', (line) => {
    expect(hostKeyOf(line)).toBe(`ssh-ed25519 ${HOST_KEY}`);
  });

  it.each(['', '# git.example.edu:22 SSH-2.0-OpenSSH', HOST_KEY, `ssh-rsa ${HOST_KEY}`, 'ssh-ed25519 ****'])(
    'is not found in “%s”',
    (line) => {
      expect(hostKeyOf(line)).toBeNull();
    },
  );
});

describe('a private key', () => {
  it('is taken when it is of ed25519 and asks for no passphrase', () => {
    expect(privateKeyProblem(privateKey('none', 'ssh-ed25519'))).toBeNull();
  });

  it.each([
    [privateKey('aes256-ctr', 'ssh-ed25519'), 'passphrase'],
    [privateKey('none', 'ssh-rsa'), 'not a key of ed25519'],
    [`ssh-ed25519 ${HOST_KEY}`, 'not a private key'],
    [privateKey('none', 'ssh-ed25519').replace(/\n.*\n/, '\nb3BlbnNzaC1rZXktdjEA\n'), 'cut off'],
  ])('is refused with what to do otherwise', (text, why) => {
    expect(privateKeyProblem(text)).toContain(why);
  });
});
