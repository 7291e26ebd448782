const HOST_KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const;
const ARMOUR = /^-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/;
const MAGIC = 'openssh-key-v1\0';

/**
 * The key of a line of `ssh-keyscan`, of a known-hosts file, or of what a forge publishes: its type and itself. Null
 * when there is none in it.
 */
export function hostKeyOf(line: string): string | null {
  const words = line.trim().split(/\s+/);
  for (const [index, type] of words.entries()) {
    const key = words[index + 1];
    if (key === undefined || !HOST_KEY_TYPES.some((known) => known === type)) continue;
    const bytes = decoded(key);
    if (bytes !== null && fieldAt(bytes, 0) === type) return `${type} ${key}`;
  }
  return null;
}

/** What is wrong with a private key of SSH; null when it is one of ed25519 that asks for no passphrase. */
export function privateKeyProblem(text: string): string | null {
  const body = ARMOUR.exec(text.trim())?.[1];
  const bytes = body === undefined ? null : decoded(body.replace(/\s+/g, ''));
  if (bytes?.startsWith(MAGIC) !== true)
    return 'not a private key of OpenSSH: make one with `ssh-keygen -t ed25519`';
  const cipher = fieldAt(bytes, MAGIC.length);
  if (cipher === null) return 'a key that is cut off';
  if (cipher !== 'none')
    return 'a key with a passphrase, which nobody is there to type: make one with `ssh-keygen -N ""`';
  // Cipher, its derivation and its options, the number of keys, and then the public one.
  let at = MAGIC.length;
  for (let field = 0; field < 3; field += 1) at += 4 + (fieldAt(bytes, at)?.length ?? 0);
  const publicKey = fieldAt(bytes, at + 4);
  const type = publicKey === null ? null : fieldAt(publicKey, 0);
  return type === 'ssh-ed25519' ? null : 'not a key of ed25519: make one with `ssh-keygen -t ed25519`';
}

/** Bytes as characters; null when it isn't base64. */
function decoded(text: string): string | null {
  try {
    return atob(text);
  } catch {
    return null;
  }
}

/** A field behind its length of four bytes; null where it would end outside. */
function fieldAt(bytes: string, at: number): string | null {
  if (at + 4 > bytes.length) return null;
  let length = 0;
  for (let index = at; index < at + 4; index += 1) length = length * 256 + bytes.charCodeAt(index);
  return at + 4 + length > bytes.length ? null : bytes.slice(at + 4, at + 4 + length);
}
