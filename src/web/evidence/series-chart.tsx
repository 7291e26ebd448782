import type { EvidenceOf } from '../../core/evidence.ts';
import { formatDuration } from '../../core/units.ts';

const WIDTH = 640;
const HEIGHT = 170;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 12;
const RIGHT = 12;

/** A count over time, drawn as steps: it holds its value until the next look. */
export function SeriesChart({ series }: { readonly series: EvidenceOf<'series'> }) {
  const first = series.points[0];
  const last = series.points.at(-1);
  if (first === undefined || last === undefined) return <p className="muted">Nothing was measured.</p>;
  const top = niceTop(Math.max(...series.points.map((point) => point.value)));
  const span = Math.max(1, last.atMs - first.atMs);
  const x = (atMs: number): number => LEFT + ((atMs - first.atMs) / span) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const peak = Math.max(...series.points.map((point) => point.value));
  const line = series.points
    .map((point, index) =>
      index === 0 ? `M${x(point.atMs)} ${y(point.value)}` : `H${x(point.atMs)}V${y(point.value)}`,
    )
    .join('');
  const label = `${series.title}: from ${first.value} to ${last.value} ${series.unit} in ${formatDuration(span)}, at most ${peak}`;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={`ev-chart ${last.value > 0 ? 'bad' : 'good'}`}
      role="img"
      aria-label={label}
    >
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} className="grid" />
          <text x={LEFT - 8} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <text
          key={part}
          x={x(first.atMs + part * span)}
          y={HEIGHT - 7}
          textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
        >
          {formatDuration(part * span)}
        </text>
      ))}
      <path d={`${line}V${y(0)}H${x(first.atMs)}Z`} className="area" />
      <path d={line} className="line" />
      <circle cx={x(last.atMs)} cy={y(last.value)} r="4" className="dot" />
    </svg>
  );
}

/** An even number at or above the peak, so that the middle line has a whole value. */
function niceTop(peak: number): number {
  if (peak <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(peak));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * power >= peak) ?? 10;
  return step * power;
}
