import type { Problem } from '../api/client.ts';
import { fieldWords } from './field-words.ts';
import { Ticked } from './ticked.tsx';

/** A refusal or a failure: what happened, where, and the way out. Announced at once. */
export function ProblemNote({
  problem,
  retry,
}: {
  readonly problem: Problem | null;
  readonly retry?: (() => void) | undefined;
}) {
  if (problem === null) return null;
  const fields = problem.fields ?? [];
  // Named fields say it all; the place and the way out would only speak of the request's form.
  const place = fields.length > 0 ? null : placeOf(problem);
  return (
    <div className="note fail" role="alert">
      <p>
        <strong>{problem.title}</strong>
      </p>
      {fields.length > 0 ? null : (
        <p>
          <Ticked text={problem.detail} />
        </p>
      )}
      {place === null ? null : (
        <p className="small">
          <code>{place}</code>
        </p>
      )}
      {fields.length === 0 ? null : (
        <ul className="small">
          {fields.map((field) => (
            <li key={`${field.path} ${field.message}`}>
              {field.path === '' ? null : <code>{fieldWords(field.path)}</code>} {field.message}
            </li>
          ))}
        </ul>
      )}
      {problem.wayOut === undefined || fields.length > 0 ? null : (
        <p>
          <Ticked text={problem.wayOut} />
        </p>
      )}
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
