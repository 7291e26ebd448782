import { Link } from 'react-router';
import type { GradebookCell } from '../../http/schemas/gradebook.ts';
import { formatScore } from '../ui/score-ring.tsx';
import { standingWords } from '../ui/standing-badge.tsx';

/** One cell: the counting score coloured by where the learner stands, with marks for what is special about it. */
export function GradeCell({ cell, label }: { readonly cell: GradebookCell; readonly label: string }) {
  const [score, status, attempts, latePercent, flags, submission] = cell;
  const text = score === null ? (status === 'none' ? '–' : '…') : formatScore(score);
  const notes = [
    standingWords(status),
    attempts === 0 ? '' : `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    latePercent > 0 ? `${formatScore(latePercent)} % off for lateness` : '',
    flags.includes('o') ? 'score set by hand' : '',
    flags.includes('e') ? 'extension' : '',
  ].filter((note) => note !== '');
  const title = `${label}: ${notes.join(', ')}`;
  const body = (
    <>
      {text}
      {latePercent > 0 ? <sup aria-hidden="true">late</sup> : null}
      {flags === '' ? null : <sup aria-hidden="true">{flags === 'o' ? '✎' : flags === 'e' ? '+' : '✎+'}</sup>}
      <span className="visually-hidden">, {notes.join(', ')}</span>
    </>
  );
  const className = `grade-cell ${toneOf(score, status)}`;
  return submission === null ? (
    <span className={className} title={title}>
      {body}
    </span>
  ) : (
    <Link className={className} title={title} to={`/submissions/${submission}`}>
      {body}
    </Link>
  );
}

function toneOf(score: number | null, status: GradebookCell[1]): string {
  switch (status) {
    case 'passed':
      return 'pass';
    case 'not-passed':
      return score !== null && score >= 50 ? 'part' : 'fail';
    case 'queued':
    case 'running':
      return 'live';
    case 'fault':
      return 'live';
    case 'none':
      return score === null ? 'none' : 'fail';
  }
}
