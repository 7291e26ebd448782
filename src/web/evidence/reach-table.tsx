import type { EvidenceOf } from '../../core/evidence.ts';
import { REACH_WORDS } from '../../core/evidence-text.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { WideTable } from './wide-table.tsx';

type Reach = EvidenceOf<'reachability'>['rows'][number]['reach'];

const TONES = {
  answered: 'pass',
  'other-answer': 'warn',
  refused: 'fail',
  reset: 'fail',
  timeout: 'fail',
  'not-published': 'fail',
  'not-tried': 'plain',
} as const satisfies Record<Reach, Tone>;

export function ReachTable({ reachability }: { readonly reachability: EvidenceOf<'reachability'> }) {
  return (
    <WideTable
      label="Who can reach the service"
      look="ev-reach"
      head={['Asked from', <Hidden key="way" />, 'Address', 'Result']}
    >
      {reachability.rows.map((row, index) => (
        <tr key={index}>
          <th scope="row">{row.from}</th>
          <td className="ev-arrow">
            <Arrow reach={row.reach} />
          </td>
          <td className="nowrap">
            <code>{row.address}</code>
          </td>
          <td>
            <Badge tone={TONES[row.reach]}>{REACH_WORDS[row.reach]}</Badge>
            {row.detail === '' ? null : <div className="small muted ev-detail">{row.detail}</div>}
          </td>
        </tr>
      ))}
    </WideTable>
  );
}

function Hidden() {
  return <span className="visually-hidden">way</span>;
}

/** An arrow that arrives, or one that is stopped half-way. */
function Arrow({ reach }: { readonly reach: Reach }) {
  const tone = TONES[reach];
  const arrives = tone === 'pass' || tone === 'warn';
  return (
    <svg
      viewBox="0 0 96 16"
      preserveAspectRatio="xMidYMid meet"
      width="72"
      height="16"
      className={`ev-way ${tone}`}
      aria-hidden="true"
    >
      <circle cx="5" cy="8" r="3.5" fill="currentColor" />
      {arrives ? (
        <path d="M8.5 8H90m-5-5 5.5 5-5.5 5" />
      ) : tone === 'plain' ? (
        <path d="M12 8h78" strokeDasharray="2 6" />
      ) : (
        <>
          <path d="M8.5 8H52M56 2.5l8 11m0-11-8 11" />
          <path d="M70 8h22" strokeDasharray="2 5" opacity="0.6" />
        </>
      )}
    </svg>
  );
}
