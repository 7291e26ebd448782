import type { Problem } from '../api/client.ts';

/** A refusal or a failure: what happened, where, and the way out. Announced at once. */
export function ProblemNote({
  problem,
  retry,
}: {
  readonly problem: Problem | null;
  readonly retry?: (() => void) | undefined;
}) {
  if (problem === null) return null;
  const place = placeOf(problem);
  const unnamed = problem.fields ?? [];
  return (
    <div className="note fail" role="alert">
      <p>
        <strong>{problem.title}</strong>
      </p>
      <p>{problem.detail}</p>
      {place === null ? null : (
        <p className="small">
          <code>{place}</code>
        </p>
      )}
      {unnamed.length === 0 ? null : (
        <ul className="small">
          {unnamed.map((field) => (
            <li key={`${field.path} ${field.message}`}>
              {field.path === '' ? '' : `${field.path}: `}
              {field.message}
            </li>
          ))}
        </ul>
      )}
      {problem.wayOut === undefined ? null : <p>{problem.wayOut}</p>}
      {retry === undefined ? null : (
        <p>
          <button type="button" className="button slim" onClick={retry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}

function placeOf(problem: Problem): string | null {
  if (problem.file === undefined) return problem.rule ?? null;
  const line = problem.line === undefined ? '' : `:${problem.line}`;
  return `${problem.file}${line}${problem.rule === undefined ? '' : ` (${problem.rule})`}`;
}
