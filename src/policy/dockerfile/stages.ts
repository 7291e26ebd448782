import { expandWord, splitQuoted, type Variables } from './words.ts';
import type { Instruction } from './read-dockerfile.ts';

/** What is known while a Dockerfile is read from top to bottom. */
export interface Scope {
  readonly escape: string;
  /** Arguments that the build is given. */
  readonly buildArgs: Variables;
  /** ARGs before the first FROM. */
  readonly globals: Map<string, string>;
  readonly stages: Stage[];
}

export interface Stage {
  /** In small letters, as the builder compares them; '' where it has none. */
  readonly name: string;
  readonly variables: Map<string, string>;
  workdir: string;
}

export function newScope(escape: string, buildArgs: Variables): Scope {
  return { escape, buildArgs, globals: new Map(), stages: [] };
}

/** The stage of that name among those above. */
export function findStage(scope: Scope, name: string): Stage | undefined {
  return name === '' ? undefined : scope.stages.findLast((stage) => stage.name === name.toLowerCase());
}

/** Opens the stage of a FROM; it goes on from the stage it names, if it names one. */
export function openStage(scope: Scope, name: string, parent: Stage | undefined): void {
  scope.stages.push({
    name: name.toLowerCase(),
    variables: new Map(parent?.variables),
    workdir: parent?.workdir ?? '/',
  });
}

/** Takes note of what ARG and ENV set for the lines below. */
export function learnVariables(scope: Scope, instruction: Instruction): void {
  if (instruction.keyword === 'ARG') learnArguments(scope, instruction.args);
  if (instruction.keyword === 'ENV') learnEnvironment(scope, instruction.args);
}

/** Variables in force at the end of what was read so far. */
export function variablesOf(scope: Scope): Variables {
  return scope.stages.at(-1)?.variables ?? scope.globals;
}

function learnArguments(scope: Scope, args: string): void {
  const stage = scope.stages.at(-1);
  const target = stage?.variables ?? scope.globals;
  for (const word of splitQuoted(args, scope.escape)) {
    const { name, value } = pair(word);
    const written = value === undefined ? undefined : expandWord(value, target, scope.escape);
    const known = scope.buildArgs.get(name) ?? written ?? (stage && scope.globals.get(name));
    if (known !== undefined) target.set(name, known);
  }
}

function learnEnvironment(scope: Scope, args: string): void {
  const stage = scope.stages.at(-1);
  if (!stage) return;
  const words = splitQuoted(args, scope.escape);
  // The old form: ENV NAME the whole rest
  const pairs = words[0]?.includes('=')
    ? words.map(pair)
    : [{ name: words[0] ?? '', value: args.slice((words[0] ?? '').length).trim() }];
  // All of one line see the values from before that line.
  const before = new Map(stage.variables);
  for (const { name, value } of pairs) {
    const expanded = expandWord(value ?? '', before, scope.escape);
    if (expanded === undefined) stage.variables.delete(name);
    else stage.variables.set(name, expanded);
  }
}

function pair(word: string): { readonly name: string; readonly value?: string } {
  const equals = word.indexOf('=');
  return equals < 0 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}
