import type { EvidenceOf } from '../../core/evidence.ts';
import { WideTable } from './wide-table.tsx';

const CELLS = {
  cached: { mark: 'CACHED', tone: 'cached' },
  ran: { mark: 'ran', tone: 'ran' },
  absent: { mark: '–', tone: 'absent' },
} as const satisfies Record<EvidenceOf<'build-grid'>['steps'][number]['cells'][number], object>;

/** Steps downwards, builds across: where a row that should be cached ran, its note says so. */
export function BuildGrid({ grid }: { readonly grid: EvidenceOf<'build-grid'> }) {
  return (
    <WideTable look="ev-grid" label="Build steps, build by build" head={['Line', 'Step', ...grid.builds]}>
      {grid.steps.map((step, index) => (
        <tr key={index} className={step.note === '' ? '' : 'ev-marked'}>
          <td className="right muted">{step.line ?? '–'}</td>
          <th scope="row" className="wide">
            <span className="mono ev-instruction">{step.name}</span>
            {step.note === '' ? null : <span className="ev-note">{step.note}</span>}
          </th>
          {grid.builds.map((build, column) => {
            const cell = CELLS[step.cells[column] ?? 'absent'];
            return (
              <td key={build} className="center">
                <span className={`ev-cell ${cell.tone}`}>{cell.mark}</span>
              </td>
            );
          })}
        </tr>
      ))}
    </WideTable>
  );
}
