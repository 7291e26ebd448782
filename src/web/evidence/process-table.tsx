import type { EvidenceOf } from '../../core/evidence.ts';
import { processStateWords } from '../../core/evidence-text.ts';
import { processTree } from '../../core/process-tree.ts';
import { formatDuration } from '../../core/units.ts';
import { Badge } from '../ui/badge.tsx';
import { WideTable } from './wide-table.tsx';

export function ProcessTable({ processes }: { readonly processes: EvidenceOf<'processes'> }) {
  if (processes.rows.length === 0) return <p className="muted">No process was seen.</p>;
  const zombies = processes.rows.filter((row) => row.state.startsWith('Z')).length;
  return (
    <>
      <p className="small muted">
        {processes.rows.length} {processes.rows.length === 1 ? 'process' : 'processes'},{' '}
        {zombies === 0 ? 'no zombie' : `${zombies} ${zombies === 1 ? 'zombie' : 'zombies'}`}
      </p>
      <WideTable label={processes.title} head={['Process', 'PID', 'State', 'User', 'Age']}>
        {processTree(processes.rows).map(({ row, depth }) => {
          const zombie = row.state.startsWith('Z');
          return (
            <tr key={`${row.pid} ${row.ageMs}`} className={zombie ? 'ev-zombie' : ''}>
              <th
                scope="row"
                className="mono wide"
                style={{ paddingLeft: `${1 + Math.min(depth, 8) * 1.25}rem` }}
              >
                {depth === 0 ? null : (
                  <span className="muted" aria-hidden="true">
                    └{' '}
                  </span>
                )}
                {row.argv === '' ? `[${row.name}]` : row.argv}
              </th>
              <td className="right">{row.pid}</td>
              <td>
                {zombie ? (
                  <Badge tone="fail">zombie</Badge>
                ) : (
                  <span className="small">{processStateWords(row.state)}</span>
                )}
              </td>
              <td className="right">{row.user}</td>
              <td className="right nowrap">{formatDuration(row.ageMs)}</td>
            </tr>
          );
        })}
      </WideTable>
    </>
  );
}
