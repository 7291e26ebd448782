import { engineCall, messageOf, statusOf } from './engine.ts';

/** The engine's refusals that come of what the learner wrote: a missing command, an unknown user, a bad path. */
const LEARNERS =
  /OCI runtime|executable file|no such file|permission denied|not a directory|user|working directory|invalid|mount/i;

/** The call's result, or the engine's words where what the learner wrote is the reason of its refusal. */
export async function attempt<T>(what: string, call: Promise<T>): Promise<T | string> {
  return engineCall<T | string>(
    what,
    call.catch((error: unknown) => {
      const status = statusOf(error) ?? 0;
      if (
        (status >= 400 && status < 500 && status !== 409) ||
        (status === 500 && LEARNERS.test(messageOf(error)))
      ) {
        return messageOf(error);
      }
      throw error;
    }),
  );
}
