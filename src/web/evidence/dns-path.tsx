import type { EvidenceOf } from '../../core/evidence.ts';
import { formatOffset } from '../../core/units.ts';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { WideTable } from './wide-table.tsx';

export function DnsPath({ dns }: { readonly dns: EvidenceOf<'dns'> }) {
  return (
    <div className="stack tight">
      <ol className="ev-dns">
        <li className="hop">
          <span className="small muted">asks</span>
          <strong>your container</strong>
        </li>
        {dns.resolvers.length === 0 ? (
          <li className="hop bad">
            <span className="small muted">resolver</span>
            <strong>none</strong>
          </li>
        ) : null}
        {dns.resolvers.map((resolver, index) => (
          <li key={index} className={`hop ${resolver.answers ? 'good' : 'bad'}`}>
            <span className="small muted">{resolver.via}</span>
            <code>{resolver.address}</code>
            <Badge tone={resolver.answers ? 'pass' : 'fail'}>
              <Icon name={resolver.answers ? 'check' : 'cross'} />
              {resolver.answers ? 'answers' : 'does not answer'}
            </Badge>
          </li>
        ))}
      </ol>
      {dns.queries.length === 0 ? (
        <p className="muted">No query reached a resolver that answers.</p>
      ) : (
        <WideTable label="Queries seen" head={['When', 'Name', 'Type', 'Asked of', 'Answer']}>
          {dns.queries.map((query, index) => (
            <tr key={index}>
              <td className="nowrap numeric muted">{formatOffset(query.atMs)}</td>
              <th scope="row">
                <code>{query.name}</code>
              </th>
              <td>{query.recordType}</td>
              <td className="nowrap">
                <code>{query.server}</code>
              </td>
              <td className="mono">{query.answer}</td>
            </tr>
          ))}
        </WideTable>
      )}
    </div>
  );
}
