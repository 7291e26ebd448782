import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { EXIT } from './cli/exit-codes.ts';
import { failureOf } from './cli/failure.ts';
import { USAGE, usage } from './cli/usage.ts';

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
    const failure = failureOf(error);
    process.stderr.write(`${failure.words}\n`);
    return failure.exitCode;
  }
}

// What a command needs is loaded with it: a learner's commands have no use for an engine.
async function run(words: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(words);
  const [command, ...operands] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  switch (command) {
    case 'grade': {
      const [scenario, folder] = two(operands);
      const engineHost = process.env['DOCKER_HOST'];
      const request = {
        scenario,
        folder,
        json: values.json,
        ...(engineHost !== undefined && { engineHost }),
      };
      const { gradeCommand } = await import('./cli/grade-command.ts');
      return (await gradeCommand(request, signal)) ? EXIT.done : EXIT.notPassed;
    }
    case 'lab:handout': {
      const { handoutCommand } = await import('./cli/handout-command.ts');
      await handoutCommand(...two(operands));
      return EXIT.done;
    }
    case 'submit':
    case 'watch':
    case 'status': {
      const { course, assignment, watch, json, server } = values;
      const environment = {
        server: server ?? process.env['LABGRADER_URL'],
        token: process.env['LABGRADER_TOKEN'],
      };
      const request = {
        wish: { ...environment, home: homedir() },
        operands,
        course,
        assignment,
        watch,
        json,
      };
      const commands = await import('./cli/service-commands.ts');
      if (command === 'submit') return commands.submitCommand(request, signal);
      return command === 'watch'
        ? commands.watchCommand(request, signal)
        : commands.statusCommand(request, signal);
    }
    case undefined:
    default:
      throw usage();
  }
}

function two(operands: readonly string[]): [string, string] {
  const [first, second, ...rest] = operands;
  if (first === undefined || second === undefined || rest.length > 0) throw usage();
  return [first, second];
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        watch: { type: 'boolean', default: false },
        server: { type: 'string' },
        course: { type: 'string' },
        assignment: { type: 'string' },
      },
    });
  } catch {
    throw usage();
  }
}
