import { useCallback, useEffect, useState } from 'react';
import type { z } from 'zod';
import { ask, problemFrom, type Problem } from './client.ts';

/** Something asked of the API. A reload keeps what is shown until the new answer is there. */
export type Resource<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: Problem; readonly reload: () => void }
  | {
      readonly state: 'ready';
      readonly value: T;
      readonly reload: () => void;
      /** Puts a newer value in place, for example one that an event brought. */
      readonly replace: (value: T) => void;
    };

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Asks for `path` now and whenever it changes; null asks for nothing and stays loading. */
export function useResource<S extends z.ZodType>(schema: S, path: string | null): Resource<z.output<S>> {
  type T = z.output<S>;
  const [held, setHeld] = useState<{ path: string | null; answer: Answer<T> } | null>(null);
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => {
    setTurn((before) => before + 1);
  }, []);
  const replace = useCallback(
    (value: T) => {
      setHeld({ path, answer: { ok: true, value } });
    },
    [path],
  );

  useEffect(() => {
    if (path === null) return;
    const controller = new AbortController();
    ask(schema, path, { signal: controller.signal }).then(
      (value) => {
        if (!controller.signal.aborted) setHeld({ path, answer: { ok: true, value } });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setHeld({ path, answer: { ok: false, problem: problemFrom(error) } });
      },
    );
    return () => {
      controller.abort();
    };
  }, [schema, path, turn]);

  if (held === null || path === null || held.path !== path) return { state: 'loading' };
  return held.answer.ok
    ? { state: 'ready', value: held.answer.value, reload, replace }
    : { state: 'failed', problem: held.answer.problem, reload };
}
