import type { EvidenceOf } from '../../core/evidence.ts';
import { socketAddress } from '../../core/evidence-text.ts';
import { Badge } from '../ui/badge.tsx';
import { WideTable } from './wide-table.tsx';

export function SocketTable({ sockets }: { readonly sockets: EvidenceOf<'sockets'> }) {
  if (sockets.rows.length === 0) return <p className="muted">Nothing listens inside the container.</p>;
  return (
    <WideTable label="Listening sockets" head={['Listening on', 'Who can connect', 'Owner']}>
      {sockets.rows.map((row, index) => (
        <tr key={index}>
          <th scope="row" className="nowrap">
            <code className={row.reachableFromOutside ? 'ev-open' : 'ev-shut'}>
              {socketAddress(row.address, row.port)}
            </code>{' '}
            <span className="small muted">{row.family === 'ipv4' ? 'IPv4' : 'IPv6'}</span>
          </th>
          <td>
            <Badge tone={row.reachableFromOutside ? 'pass' : 'fail'}>
              {row.reachableFromOutside ? 'anyone on the network' : 'only the container itself'}
            </Badge>
          </td>
          <td>
            {row.owners.length === 0 ? <span className="muted">unknown</span> : null}
            {row.owners.map((owner) => (
              <div key={owner.pid} className="mono ev-owner">
                <span className="muted">{owner.pid}</span> {owner.argv}
              </div>
            ))}
          </td>
        </tr>
      ))}
    </WideTable>
  );
}
