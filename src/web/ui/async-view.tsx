import type { ReactNode } from 'react';
import type { Resource } from '../api/use-resource.ts';
import { ProblemNote } from './problem-note.tsx';

/** Shows what was asked for, or that it is under way, or why it didn't come. */
export function AsyncView<T>({
  resource,
  children,
}: {
  readonly resource: Resource<T>;
  readonly children: (value: T) => ReactNode;
}) {
  switch (resource.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      // What isn't there doesn't come by asking again.
      return (
        <ProblemNote
          problem={resource.problem}
          retry={resource.problem.status === 404 ? undefined : resource.reload}
        />
      );
    case 'ready':
      return children(resource.value);
  }
}

export function Loading() {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading …</span>
      <div className="bone" style={{ width: '40%' }} />
      <div className="bone" style={{ width: '90%' }} />
      <div className="bone" style={{ width: '75%' }} />
    </div>
  );
}
