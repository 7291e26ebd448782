import { useCallback, useState } from 'react';
import { problemFrom, type Problem } from './client.ts';

export interface Action<Args extends readonly unknown[]> {
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly run: (...args: Args) => void;
  readonly clear: () => void;
}

/** Something that a person sets off: knows whether it is under way and how it failed. One at a time. */
export function useAction<Args extends readonly unknown[]>(
  act: (...args: Args) => Promise<void>,
): Action<Args> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  function run(...args: Args): void {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    act(...args)
      .catch((error: unknown) => {
        setProblem(problemFrom(error));
      })
      .finally(() => {
        setBusy(false);
      });
  }
  const clear = useCallback(() => {
    setProblem(null);
  }, []);
  return { busy, problem, run, clear };
}

/** The message of the problem that names this field, if there is one. */
export function fieldProblem(problem: Problem | null, path: string): string | null {
  return (
    problem?.fields?.find((field) => field.path === path || field.path.startsWith(`${path}.`))?.message ??
    null
  );
}
