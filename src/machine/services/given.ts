import type { Service } from '../guarded-service.ts';

/** A service that somebody else runs: it is used, and left alone. */
export function given(url: string): Service {
  return {
    url,
    async [Symbol.asyncDispose]() {
      // Not ours to stop.
    },
  };
}
