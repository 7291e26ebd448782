import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SecretBox } from '../../app/ports/forges.ts';
import { GraderFault } from '../../core/grader-fault.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Before a dot, the key's id and another dot; what lacks them was sealed before keys had ids. */
const FORMAT = 'k1';

interface Key {
  readonly id: string;
  readonly secret: Buffer;
}

/** AES-256-GCM. `key`, 32 bytes in hexadecimal, seals; `oldKeys` open what was sealed with them. */
export function secretBox(key: string, oldKeys: readonly string[] = []): SecretBox {
  const newest = keyOf(key);
  const keys = [newest, ...oldKeys.map(keyOf)];
  const prefix = `${FORMAT}.${newest.id}.`;
  return {
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest.secret, nonce);
      cipher.setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return prefix + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open(sealed, purpose) {
      const [format, id, body] = sealed.split('.');
      const named = format === FORMAT && body !== undefined;
      const bytes = Buffer.from(named ? body : sealed, 'base64');
      const fitting = named ? keys.filter((each) => each.id === id) : keys;
      let cause: unknown = new Error(`no key has the id ${id ?? ''}`);
      for (const { secret } of fitting) {
        try {
          return openWith(secret, bytes, purpose);
        } catch (error) {
          cause = error;
        }
      }
      throw new GraderFault(
        'a stored secret can’t be opened: was SECRETS_KEY changed without naming the key of before in SECRETS_KEYS_OLD?',
        { cause },
      );
    },
    isNewest: (sealed) => sealed.startsWith(prefix),
  };
}

function openWith(secret: Buffer, bytes: Buffer, purpose: string): string {
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

/** The id is of the key itself, so that nobody has to make one up. */
function keyOf(hex: string): Key {
  const secret = Buffer.from(hex, 'hex');
  if (secret.byteLength !== 32) throw new GraderFault('the key for secrets isn’t 32 bytes');
  return { id: createHash('sha256').update(secret).digest('hex').slice(0, 8), secret };
}
