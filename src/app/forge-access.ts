import { openForgeCredential } from './forge-secrets.ts';
import type {
  CommitOrigin,
  ForgeRecord,
  RepositoryAccess,
  RepositoryRecord,
  SecretBox,
  SshAccess,
} from './ports/forges.ts';

/** What a private key is sealed for: that of a forge, or that of one of its repositories. */
export function sshKeyPurpose(forgeId: string, repository: string | null): string {
  return repository === null ? `ssh-key:${forgeId}` : `ssh-key:${forgeId}/${repository}`;
}

export function repositoryCredentialPurpose(forgeId: string, repository: string): string {
  return `credential:${forgeId}/${repository}`;
}

/** Seals what is given of a repository's own access; null takes it away, and what is absent stays absent. */
export function sealAccess(
  secrets: SecretBox,
  forgeId: string,
  name: string,
  given: { readonly credential?: string | null | undefined; readonly sshKey?: string | null | undefined },
): Partial<RepositoryAccess> {
  const seal = (text: string | null, purpose: string): string | null =>
    text === null ? null : secrets.seal(text, purpose);
  const { credential, sshKey } = given;
  return {
    ...(credential !== undefined && {
      credential: seal(credential, repositoryCredentialPurpose(forgeId, name)),
    }),
    ...(sshKey !== undefined && { sshKey: seal(sshKey, sshKeyPurpose(forgeId, name)) }),
  };
}

/**
 * How a repository is fetched from and its forge told of commits. What the repository has of its own stands above what
 * the forge has, and at either a key above a token: over SSH where a key comes first, over HTTPS where a token does.
 */
export function originOf(secrets: SecretBox, repository: RepositoryRecord): Omit<CommitOrigin, 'commit'> {
  const { forge, name } = repository;
  const own =
    repository.credential === null
      ? null
      : secrets.open(repository.credential, repositoryCredentialPurpose(forge.id, name));
  const credential = own ?? openForgeCredential(secrets, forge);
  const ssh = sshOf(secrets, forge, name, repository.sshKey, own !== null);
  return { kind: forge.kind, baseUrl: forge.baseUrl, name, credential, ssh };
}

function sshOf(
  secrets: SecretBox,
  { id, ssh }: ForgeRecord,
  name: string,
  ownKey: string | null,
  hasOwnToken: boolean,
): SshAccess | null {
  if (ssh === null) return null;
  const { url, hostKeys } = ssh;
  if (ownKey !== null) return { url, hostKeys, privateKey: secrets.open(ownKey, sshKeyPurpose(id, name)) };
  if (hasOwnToken || ssh.key === null) return null;
  return { url, hostKeys, privateKey: secrets.open(ssh.key, sshKeyPurpose(id, null)) };
}
