import type { EvidenceOf } from '../../core/evidence.ts';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';

export function HttpExchanges({ http }: { readonly http: EvidenceOf<'http'> }) {
  if (http.exchanges.length === 0) return <p className="muted">Nothing was asked.</p>;
  return (
    <ol className="ev-http">
      {http.exchanges.map((exchange, index) => (
        <li key={index} className={exchange.ok ? 'ok' : 'bad'}>
          <div className="row spread">
            <code>{exchange.request}</code>
            <Badge tone={exchange.ok ? 'pass' : 'fail'}>
              <Icon name={exchange.ok ? 'check' : 'cross'} />
              {exchange.ok ? 'as expected' : 'not as expected'}
            </Badge>
          </div>
          <dl className="facts small">
            <dt>Expected</dt>
            <dd>{exchange.expected}</dd>
            <dt>Observed</dt>
            <dd>{exchange.observed}</dd>
          </dl>
          {exchange.body.trim() === '' ? null : (
            <pre className="ev-pre" tabIndex={0} role="group" aria-label={`Body of ${exchange.request}`}>
              {exchange.body}
            </pre>
          )}
        </li>
      ))}
    </ol>
  );
}
