import { SetupProblem } from '../../src/machine/setup-problem.ts';

const PARENT_POLL_MS = 1000;

/** Aborts at Ctrl-C and when asked to end, so that what was started is stopped; the second time ends at once. */
export function endingSignal(): AbortSignal {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (ending.signal.aborted) process.exit(130);
      process.stderr.write('stops what was started …\n');
      ending.abort(new SetupProblem(`ended by ${name}`));
    });
  }
  // npm passes a signal to the shell between us, which dies of it without a word to us.
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent || ending.signal.aborted) return;
      ending.abort(new SetupProblem('ended, since npm has ended'));
    }, PARENT_POLL_MS);
    watch.unref();
  }
  return ending.signal;
}

/** Runs a script's main part: its number is the exit code; a setup problem is told in its own words. */
export async function runScript(main: (signal: AbortSignal) => Promise<number>): Promise<never> {
  const signal = endingSignal();
  let code: number;
  try {
    code = await main(signal);
  } catch (error) {
    // What was cut off by the end throws what it likes: the end is all that there is to tell.
    const problem: unknown = signal.aborted ? signal.reason : error;
    if (!(problem instanceof SetupProblem)) throw error;
    process.stderr.write(`\n${problem.message}\n`);
    code = signal.aborted ? 130 : 3;
  }
  // A pool that keeps a socket open must not keep the command from ending.
  process.exit(code);
}
