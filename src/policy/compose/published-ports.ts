import type { PortMapping, ServicePlan } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';

/** Two services can't publish one port: at home the second would not start. */
export function judgePublishedPorts(
  services: readonly ServicePlan[],
  places: ReadonlyMap<string, Place>,
  findings: Findings,
): void {
  const taken = new Map<string, string>();
  for (const { name, ports } of services) {
    for (const port of ports) {
      if (port.published === null) continue;
      const key = keyOf(port);
      const other = taken.get(key);
      const at = places.get(name);
      if (other !== undefined && at) {
        const message = `${quoted(name)} publishes port ${port.published}, which ${other === name ? 'it' : quoted(other)} publishes already. A port of the machine leads to one place.`;
        findings.refuse('compose.ports.conflict', at, message);
      }
      taken.set(key, name);
    }
  }
}

function keyOf({ published, protocol, hostIp }: PortMapping): string {
  return `${published ?? ''}/${protocol} ${hostIp ?? ''}`;
}
