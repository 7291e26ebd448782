import type { EvidenceOf } from '../../core/evidence.ts';
import { formatDuration, formatOffset } from '../../core/units.ts';

/** A gap this long is worth telling apart from what follows at once. */
const GAP_MS = 500;

export function Timeline({ timeline }: { readonly timeline: EvidenceOf<'timeline'> }) {
  if (timeline.events.length === 0) return <p className="muted">Nothing happened.</p>;
  return (
    <ol className="ev-time">
      {timeline.events.map((event, index) => {
        const before = timeline.events[index - 1];
        const gap = before === undefined ? 0 : event.atMs - before.atMs;
        return (
          <li key={index} className={gap >= GAP_MS ? 'gap' : ''}>
            {gap >= GAP_MS ? <span className="ev-gap">{formatDuration(gap)} later</span> : null}
            <span className="ev-at">{formatOffset(event.atMs)}</span>
            <span className="ev-what">{event.what}</span>
          </li>
        );
      })}
    </ol>
  );
}
