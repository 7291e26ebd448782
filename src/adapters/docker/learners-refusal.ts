import { engineCall, messageOf, statusOf } from './engine.ts';

/** What the engine says where it lacks something itself, or where something of the grader's is gone. */
const OURS: readonly RegExp[] = [
  /no such (image|container|network|volume)|network \S+ not found/i,
  /(apply|create|join) cgroup|cgroups?: /i,
  /resource temporarily unavailable|cannot allocate memory|too many open files|no space left|disk quota/i,
  /(mount|mounting|creating) "?overlay/i,
  /device or resource busy|context (canceled|deadline exceeded)|ttrpc: closed|shim (exited|disconnected)/i,
  /iptables|failed to (set up|create) .*(endpoint|network)|address already in use/i,
];

/** The engine's refusals that come of what the learner wrote: a missing command, an unknown user, a bad path. */
const LEARNERS =
  /OCI runtime|executable file|no such file|permission denied|not a directory|user|working directory|invalid|mount/i;

/** The call's result, or the engine's words where what the learner wrote is the reason of its refusal. */
export async function attempt<T>(what: string, call: Promise<T>): Promise<T | string> {
  return engineCall<T | string>(
    what,
    call.catch((error: unknown) => {
      const message = messageOf(error);
      if (isLearners(statusOf(error) ?? 0, message)) return message;
      throw error;
    }),
  );
}

/** Does a refusal come of what the learner wrote? Only then is it held against them. */
export function isLearners(status: number, message: string): boolean {
  if (status === 409 || OURS.some((fault) => fault.test(message))) return false;
  const isRefusal = status >= 400 && status < 500 && status !== 404;
  return isRefusal || ((status === 404 || status === 500) && LEARNERS.test(message));
}
