import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitOrigin, SshAccess } from '../../app/ports/forges.ts';
import { type GuardedAddress, guardedAddress, guardedSshAddress } from '../outbound/guarded-address.ts';

/** How git gets to a repository of a forge, for as long as it is needed. */
export interface WayToForge extends AsyncDisposable {
  readonly url: string;
  readonly settings: readonly (readonly [string, string])[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What the host key is looked up by, whatever the server is called. */
const ALIAS = 'labgrader-forge';

/**
 * The way to a repository, over SSH where there is a key for it, else over HTTPS. `folder` is private to the caller;
 * git must be run in a folder right below it.
 * @throws Refusal when the address isn't one to go to
 */
export async function wayToForge(
  origin: Omit<CommitOrigin, 'commit'>,
  folder: string,
  privateHosts: readonly string[],
): Promise<WayToForge> {
  if (origin.ssh !== null) {
    const url = `${origin.ssh.url}/${origin.name}.git`;
    return overSsh(await guardedSshAddress(url, privateHosts), origin.ssh, folder);
  }
  const address = await guardedAddress(`${origin.baseUrl}/${origin.name}.git`, privateHosts);
  return overHttps(address, origin.credential);
}

function overHttps({ url, address, family, port }: GuardedAddress, credential: string | null): WayToForge {
  const scheme = url.protocol.slice(0, -1);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const pinned = family === 6 ? `[${address}]` : address;
  return {
    url: url.toString(),
    settings: [
      [`protocol.${scheme}.allow`, 'always'],
      ['http.followRedirects', 'false'],
      // The address that was judged, whatever its name leads to a moment later.
      ['http.curloptResolve', `${host}:${port}:${pinned}`],
      ['http.lowSpeedLimit', '1000'],
      ['http.lowSpeedTime', '20'],
      ['http.proxy', ''],
      ['credential.helper', ''],
      // In the environment, which only this user can read; an argument list is everybody's.
      ...(credential === null ? [] : [['http.extraHeader', authorization(credential)] as const]),
    ],
    environment: { GIT_ALLOW_PROTOCOL: scheme },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** ssh takes keys from files alone: they lie in a folder of their own, readable by nobody else, until it is over. */
async function overSsh(address: GuardedAddress, access: SshAccess, folder: string): Promise<WayToForge> {
  const keys = join(folder, 'ssh');
  await mkdir(keys, { mode: 0o700 });
  const hosts = access.hostKeys.map((key) => `${ALIAS} ${key}\n`).join('');
  await writeFile(join(keys, 'known-hosts'), hosts, { mode: 0o600 });
  await writeFile(join(keys, 'key'), `${access.privateKey.trim()}\n`, { mode: 0o600 });
  const options = [
    `Hostname=${address.address}`,
    `HostKeyAlias=${ALIAS}`,
    ...SSH_OPTIONS,
    // As seen from where git is run, so that no path has to be quoted.
    'IdentityFile=../ssh/key',
    'UserKnownHostsFile=../ssh/known-hosts',
  ];
  return {
    url: address.url.toString(),
    settings: [['protocol.ssh.allow', 'always']],
    environment: {
      GIT_ALLOW_PROTOCOL: 'ssh',
      GIT_SSH_VARIANT: 'ssh',
      GIT_SSH_COMMAND: ['ssh -F /dev/null -a -x -T', ...options.map((option) => `-o ${option}`)].join(' '),
    },
    async [Symbol.asyncDispose]() {
      await rm(keys, { recursive: true, force: true });
    },
  };
}

const SSH_OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'GlobalKnownHostsFile=/dev/null',
  'UpdateHostKeys=no',
  'CheckHostIP=no',
  'VerifyHostKeyDNS=no',
  'IdentitiesOnly=yes',
  'IdentityAgent=none',
  'AddKeysToAgent=no',
  'PreferredAuthentications=publickey',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'ProxyCommand=none',
  'ProxyJump=none',
  'ControlMaster=no',
  'ControlPath=none',
  'CanonicalizeHostname=no',
  'ConnectTimeout=15',
  'ServerAliveInterval=10',
  'ServerAliveCountMax=2',
];

function authorization(credential: string): string {
  return `Authorization: Basic ${Buffer.from(`oauth2:${credential}`).toString('base64')}`;
}
