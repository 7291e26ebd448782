import type { EvidenceOf } from '../../core/evidence.ts';
import { formatDuration } from '../../core/units.ts';
import { Badge } from '../ui/badge.tsx';

export function ExitCard({ exit }: { readonly exit: EvidenceOf<'exit'> }) {
  return (
    <div className="ev-exit">
      <div className="ev-exit-code">
        <span>exit code</span>
        <strong>{exit.exitCode ?? '–'}</strong>
      </div>
      <dl className="facts">
        <dt>Meaning</dt>
        <dd>
          {exit.meaning === '' ? 'none known' : exit.meaning}{' '}
          {exit.oomKilled ? <Badge tone="fail">killed at the memory limit</Badge> : null}
        </dd>
        <dt>Ran for</dt>
        <dd>{exit.ranForMs === null ? 'it never started' : formatDuration(exit.ranForMs)}</dd>
        <dt>Command</dt>
        <dd>
          <span className="ev-argv">
            {exit.argv.length === 0
              ? 'none'
              : exit.argv.map((word, index) => <code key={index}>{word === '' ? '""' : word}</code>)}
          </span>
        </dd>
      </dl>
    </div>
  );
}
