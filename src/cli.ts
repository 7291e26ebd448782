import { parseArgs } from 'node:util';
import { gradeCommand } from './cli/grade-command.ts';
import { handoutCommand } from './cli/handout-command.ts';
import { Refusal } from './core/refusal.ts';

/** 0 passed or done, 1 graded but not passed, 2 wrong usage, 3 the grader's own fault. */
const EXIT = { done: 0, notPassed: 1, usage: 2, fault: 3 } as const;

const USAGE = `Usage:
  npm run --silent grade -- <scenario> <folder> [--json]   grades a folder here and now
  npm run --silent lab:handout -- <scenario> <folder>      writes the starter as a learner gets it

grade exits with 0 when the submission passed, 1 when it was graded but didn't pass or was rejected,
2 on wrong usage, 3 when the grader itself failed. With --json standard output is one JSON document.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      ending.abort(new Error(`ended by ${name}`));
    });
  }
  try {
    return await run(words, ending.signal);
  } catch (error) {
    const isRefusal = error instanceof Refusal;
    process.stderr.write(`${isRefusal ? wordsOf(error) : `The grader failed: ${messagesOf(error)}`}\n`);
    return isRefusal ? EXIT.usage : EXIT.fault;
  }
}

async function run(words: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(words);
  const [command, scenario, folder, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  if (scenario === undefined || folder === undefined || rest.length > 0) throw usage();
  switch (command) {
    case 'grade': {
      const engineHost = process.env['DOCKER_HOST'];
      const request = {
        scenario,
        folder,
        json: values.json,
        ...(engineHost !== undefined && { engineHost }),
      };
      return (await gradeCommand(request, signal)) ? EXIT.done : EXIT.notPassed;
    }
    case 'lab:handout':
      await handoutCommand(scenario, folder);
      return EXIT.done;
    case undefined:
    default:
      throw usage();
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch {
    throw usage();
  }
}

function usage(): Refusal {
  return new Refusal('request-invalid', USAGE);
}

function wordsOf({ message, details }: Refusal): string {
  return details.wayOut === undefined ? message : `${message}\n${details.wayOut}`;
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messagesOf(error.cause)}`;
}
