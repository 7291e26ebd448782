import { Refusal } from '../core/refusal.ts';
import type { ForgeRecord, SecretBox } from './ports/forges.ts';

type Sealed = Pick<ForgeRecord, 'id' | 'secret' | 'credential'>;

export function sealForge(
  secrets: SecretBox | null,
  id: string,
  secret: string,
  credential: string | null,
): Pick<ForgeRecord, 'secret' | 'credential'> {
  const box = neededSecrets(secrets);
  return {
    secret: box.seal(secret, webhookPurpose(id)),
    credential: credential === null ? null : box.seal(credential, credentialPurpose(id)),
  };
}

/** @throws Refusal where nothing can be kept secret */
export function neededSecrets(secrets: SecretBox | null): SecretBox {
  if (secrets === null) {
    throw new Refusal(
      'conflict',
      'No forge can be set up: this installation has no key to keep secrets with.',
      {
        rule: 'forge.secrets-key',
        wayOut: 'Set SECRETS_KEY to 64 hexadecimal digits, for example of `openssl rand -hex 32`.',
      },
    );
  }
  return secrets;
}

export function openForgeSecret(secrets: SecretBox, forge: Sealed): string {
  return secrets.open(forge.secret, webhookPurpose(forge.id));
}

export function openForgeCredential(secrets: SecretBox, forge: Sealed): string | null {
  return forge.credential === null ? null : secrets.open(forge.credential, credentialPurpose(forge.id));
}

/** What the secret of a forge's webhooks is sealed for: sealed for one it opens for no other. */
export function webhookPurpose(forgeId: string): string {
  return `webhook:${forgeId}`;
}

export function credentialPurpose(forgeId: string): string {
  return `credential:${forgeId}`;
}
