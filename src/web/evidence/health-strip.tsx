import type { EvidenceOf } from '../../core/evidence.ts';
import { formatOffset } from '../../core/units.ts';
import { Badge } from '../ui/badge.tsx';
import { WideTable } from './wide-table.tsx';

export function HealthStrip({ health }: { readonly health: EvidenceOf<'health'> }) {
  if (health.probes.length === 0) return <p className="muted">No probe was run.</p>;
  return (
    <div className="stack tight">
      <div className="ev-strip" aria-hidden="true">
        {health.probes.map((probe, index) => (
          <i key={index} className={probe.exitCode === 0 ? 'good' : 'bad'} title={formatOffset(probe.atMs)} />
        ))}
      </div>
      <WideTable label="Health probes" head={['When', 'Exit', 'Status after it', 'Output']} numeric={[1]}>
        {health.probes.map((probe, index) => (
          <tr key={index}>
            <td className="nowrap numeric muted">{formatOffset(probe.atMs)}</td>
            <td className="right">{probe.exitCode}</td>
            <td>
              <Badge
                tone={probe.status === 'healthy' ? 'pass' : probe.status === 'unhealthy' ? 'fail' : 'plain'}
              >
                {probe.status}
              </Badge>
            </td>
            <td className="mono">{probe.output}</td>
          </tr>
        ))}
      </WideTable>
    </div>
  );
}
