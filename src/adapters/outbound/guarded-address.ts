import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Refusal } from '../../core/refusal.ts';

/** An address that may be gone to, and the URL that was asked for. */
export interface GuardedAddress {
  readonly url: URL;
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

const PRIVATE_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
/** The internet is 2000::/3; within it, what leads to other addresses is left out. */
const PUBLIC_6 = ['2000::', 3] as const;
const TUNNELS_6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const;

const private4 = new BlockList();
for (const [net, prefix] of PRIVATE_4) private4.addSubnet(net, prefix, 'ipv4');
const public6 = new BlockList();
public6.addSubnet(...PUBLIC_6, 'ipv6');
const tunnels6 = new BlockList();
for (const [net, prefix] of TUNNELS_6) tunnels6.addSubnet(net, prefix, 'ipv6');

/** Is it an address of the internet, and not of a machine or a network of our own? */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !private4.check(address, 'ipv4');
    case 6:
      return public6.check(address, 'ipv6') && !tunnels6.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * Where to connect for a URL. What this gives must be connected to as it is: a name that is asked for again may lead
 * elsewhere by then. `privateHosts` (`host:port`) may be private and without TLS.
 * @throws Refusal
 */
export async function guardedAddress(text: string, privateHosts: readonly string[]): Promise<GuardedAddress> {
  const url = parsed(text);
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const allowed = privateHosts.includes(`${url.hostname}:${port}`);
  if (!secure && !(allowed && url.protocol === 'http:')) throw refused('it isn’t an https address');
  if (url.username !== '' || url.password !== '') throw refused('it holds a name or a password');
  return lookedUp(url, port, allowed);
}

/**
 * The same for git over SSH, `ssh://git@host`, whose server is proved by its host key.
 * @throws Refusal
 */
export async function guardedSshAddress(
  text: string,
  privateHosts: readonly string[],
): Promise<GuardedAddress> {
  const url = parsed(text);
  const port = url.port === '' ? 22 : Number(url.port);
  if (url.protocol !== 'ssh:') throw refused('it isn’t an ssh address');
  if (url.password !== '') throw refused('it holds a password');
  return lookedUp(url, port, privateHosts.includes(`${url.hostname.toLowerCase()}:${port}`));
}

async function lookedUp(url: URL, port: number, allowed: boolean): Promise<GuardedAddress> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(host, { all: true }).catch(() => []);
  if (!allowed && found.some((item) => !isPublicAddress(item.address))) {
    throw refused('it leads into a private network');
  }
  const [first] = found;
  if (first === undefined) throw refused('its name is unknown');
  return { url, address: first.address, family: first.family === 6 ? 6 : 4, port };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refused('it isn’t an address');
  }
}

function refused(why: string): Refusal {
  return new Refusal('request-invalid', `The address isn’t gone to: ${why}.`, { rule: 'address.guarded' });
}
