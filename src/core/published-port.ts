import type { PortMapping } from './plan.ts';

/** Addresses of a machine at which its own `localhost` arrives over IPv4. `::` takes IPv4 as well where the engine lets it. */
const LOCALHOST: ReadonlySet<string> = new Set(['', '0.0.0.0', '127.0.0.1', '::']);

/** The container's port that `localhost:<port>` of the learner's own machine leads to; null where no mapping is the way. */
export function publishedTarget(ports: readonly PortMapping[], port: number): number | null {
  const mapping = ports.find(
    ({ published, protocol, hostIp }) =>
      published === port && protocol === 'tcp' && LOCALHOST.has(hostIp ?? ''),
  );
  return mapping?.target ?? null;
}

/** For a message: the mappings that there are instead, as they would be written. */
export function publishedInstead(ports: readonly PortMapping[]): string {
  if (ports.length === 0) return 'nothing is published at all';
  return `what is published: ${ports.map((mapping) => `\`${mappingText(mapping)}\``).join(', ')}`;
}

function mappingText({ published, target, protocol, hostIp = '' }: PortMapping): string {
  const address = hostIp.includes(':') ? `[${hostIp}]:` : hostIp === '' ? '' : `${hostIp}:`;
  return `${address}${published === null ? '' : `${published}:`}${target}${protocol === 'udp' ? '/udp' : ''}`;
}
