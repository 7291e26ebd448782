import { clip } from './clip.ts';

/** What is known of how a container's main process ended. */
export interface Exit {
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** The engine's own words where it could not start the process; empty otherwise. */
  readonly startError: string;
  /** Where nobody tried to start it, since what it depends on wasn't as it asks. */
  readonly waitedFor: VainWait | null;
}

/** What a service waited for in vain. */
export interface VainWait {
  /** Which service, on what condition, and what became of it. */
  readonly words: string;
  /** Whether nothing but the start-up time decided: it might have come later. */
  readonly byTime: boolean;
}

const MOST_WORDS_CHARACTERS = 300;

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/** The number of a stop signal as Dockerfiles and compose files write it (`SIGINT`, `INT`, `2`); SIGTERM where none is named. */
export function stopSignalNumber(name: string): number | undefined {
  if (name === '') return 15;
  if (/^\d+$/.test(name)) return Number(name);
  const wanted = `SIG${name.toUpperCase().replace(/^SIG/, '')}`;
  const [number] = Object.entries(SIGNALS).find(([, known]) => known === wanted) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** Why a container never ran, for the middle of a sentence. */
export function whyNeverStarted({ startError, waitedFor }: Pick<Exit, 'startError' | 'waitedFor'>): string {
  return waitedFor === null
    ? `the engine could not start it: ${clip(startError, MOST_WORDS_CHARACTERS)}`
    : `it waited in vain for ${clip(waitedFor.words, MOST_WORDS_CHARACTERS)}`;
}

/** Says in one or two sentences what an exit code tells, and what it doesn't. */
export function meaningOfExit({ exitCode, oomKilled, startError, waitedFor }: Exit): string {
  if (waitedFor !== null) return NEVER_TRIED;
  if (startError !== '') return meaningOfStartError(startError);
  if (oomKilled && exitCode !== 0) {
    return `${exitCode ?? 'No code'}: the kernel killed a process of the container because it went over its memory limit.`;
  }
  switch (exitCode) {
    case null:
      return 'The main process has not ended, or the engine kept no exit code.';
    case 0:
      return '0: the main process finished by itself, without an error. A container ends with its main process, also when that has only put something into the background.';
    case 1:
      return '1: the program itself gave up with an error; an uncaught Python exception ends this way. Its last log lines say which.';
    case 2:
      return '2: wrong usage, as a shell or an argument parser reports it. The last log lines name the argument.';
    case 3:
      return '3: the program gave up with a code of its own; uvicorn uses it when the application could not be started.';
    case 125:
      return '125: the engine itself could not run the container.';
    case 126:
      return '126: the command was found but could not be executed, for want of the execute permission or because it is no program.';
    case 127:
      return '127: the command was not found. A script whose first line ends in a carriage return says the same of its interpreter.';
    case 137:
      return '137 = 128 + 9: killed by SIGKILL. The kernel recorded no memory kill, so somebody sent it: the engine after the grace period of a stop, or another process.';
    case 139:
      return '139 = 128 + 11: killed by SIGSEGV, a memory access that was not allowed. Native code crashed.';
    case 143:
      return '143 = 128 + 15: ended by SIGTERM, the signal of an orderly stop.';
    default:
      return exitCode > 128 && SIGNALS[exitCode - 128] !== undefined
        ? `${exitCode} = 128 + ${exitCode - 128}: ended by ${SIGNALS[exitCode - 128] ?? 'a signal'}.`
        : `${exitCode}: a code of the program's own. Its documentation or its last log lines say what it means.`;
  }
}

const NEVER_TRIED =
  'Never started, so there are no logs: Compose starts a service only once what it depends on is as its `depends_on` asks. What it waited for is where to look.';

function meaningOfStartError(error: string): string {
  if (/exec format error/i.test(error)) {
    return 'Never started: the kernel does not take the file as a program. A script without a `#!` line and a program for another processor both look like that.';
  }
  if (/permission denied/i.test(error)) {
    return 'Never started: the command exists but may not be executed (exit code 126 on the command line).';
  }
  if (/not found|no such file/i.test(error)) {
    return 'Never started: no such command in the image (exit code 127 on the command line). There are no logs, since nothing ran. A script whose `#!` line ends in a carriage return looks the same.';
  }
  return `Never started, so there are no logs. The engine refused it with the words: ${clip(error, MOST_WORDS_CHARACTERS)}`;
}
