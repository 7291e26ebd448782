import type { EvidenceOf } from '../../core/evidence.ts';
import { Badge } from '../ui/badge.tsx';

type Exchange = EvidenceOf<'http'>['exchanges'][number];

/** Requests with their answers; those that came as expected are folded up. */
export function HttpExchanges({ http }: { readonly http: EvidenceOf<'http'> }) {
  if (http.exchanges.length === 0) return <p className="muted">Nothing was asked.</p>;
  return (
    <ol className="ev-http">
      {http.exchanges.map((exchange, index) => (
        <li key={index} className={exchange.ok ? 'ok' : 'bad'}>
          <details open={!exchange.ok}>
            <summary>
              <code className="truncate" title={exchange.request}>
                {exchange.request}
              </code>
              <Badge tone={exchange.ok ? 'pass' : 'fail'}>
                {exchange.ok ? 'as expected' : 'not as expected'}
              </Badge>
            </summary>
            <Answer exchange={exchange} />
          </details>
        </li>
      ))}
    </ol>
  );
}

function Answer({ exchange }: { readonly exchange: Exchange }) {
  return (
    <div className="ev-http-body">
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
    </div>
  );
}
