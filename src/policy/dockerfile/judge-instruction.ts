import { quoted, type Findings } from '../findings.ts';
import { judgeAddSources } from './add-sources.ts';
import { resolveBaseImage, type BaseImages } from './base-image.ts';
import { FLAG_LESSONS, INSTRUCTION_RULES } from './instruction-rules.ts';
import { judgeMount } from './mounts.ts';
import { readInstruction, type Flag, type Instruction } from './read-dockerfile.ts';
import { findStage, openStage, variablesOf, type Scope } from './stages.ts';
import { expandWord, splitOnSpace } from './words.ts';

/** What judging one instruction needs to know of the rest. */
export interface Surroundings {
  readonly scope: Scope;
  /** Names of all stages in small letters: COPY and mounts may name one. */
  readonly stageNames: ReadonlySet<string>;
  readonly bases: BaseImages;
  readonly findings: Findings;
}

/** Judges one instruction and returns, as one line, the text to build with. */
export function judgeInstruction(instruction: Instruction, around: Surroundings): string {
  const rule = INSTRUCTION_RULES[instruction.keyword];
  if (!rule) return instruction.joined;
  for (const flag of instruction.flags) judgeFlag(flag, instruction.keyword, rule.flags, around.findings);
  switch (rule.judged) {
    case 'base-image':
      return judgeFrom(instruction, around);
    case 'stage-source':
      return withFlags(instruction, (flag) => copySource(flag, around));
    case 'mounts':
      return withFlags(instruction, (flag) => runFlag(flag, around));
    case 'add-sources':
      judgeAddSources(instruction, variablesOf(around.scope), around.scope.escape, around.findings);
      return instruction.joined;
    case 'workdir':
      judgeWorkdir(instruction, around);
      return instruction.joined;
    case 'trigger':
      return judgeTrigger(instruction, around);
    case 'nothing':
      return instruction.joined;
  }
}

function judgeFlag(flag: Flag, keyword: string, allowed: readonly string[], findings: Findings): void {
  const name = flag.name.toLowerCase();
  const rule = `dockerfile.${keyword.toLowerCase()}.flag`;
  if (/[^\x20-\x7e]|["'\\`]/.test(flag.text)) {
    findings.refuse(
      'dockerfile.flag.quotes',
      flag.at,
      `${quoted(flag.text)} has quotes, an escape or a letter outside of ASCII in a flag, which versions of the builder read differently. Write the flag without.`,
    );
  } else if (!allowed.includes(flag.name)) {
    const lesson = FLAG_LESSONS.get(name) ?? `${keyword} takes ${flagList(allowed)}.`;
    findings.refuse(
      rule,
      flag.at,
      `${quoted(`--${flag.name}`)} can't be used with ${keyword} here. ${lesson}`,
    );
  } else if (flag.name === 'chmod' && !/^(?:[0-7]{3,4}$|.*\$)/.test(flag.value)) {
    findings.refuse(
      'dockerfile.flag.chmod',
      flag.at,
      `${quoted(flag.text)} names no mode in digits, and older versions of the builder pass over any other without a word. Write the mode as ${quoted('chmod')} takes it in digits, for example ${quoted('755')} for what may be executed.`,
    );
  }
}

function flagList(allowed: readonly string[]): string {
  return allowed.length === 0 ? 'no flags' : allowed.map((flag) => quoted(`--${flag}`)).join(', ');
}

function judgeFrom(instruction: Instruction, around: Surroundings): string {
  const { scope, findings } = around;
  const [image = '', as = '', name = ''] = splitOnSpace(instruction.args);
  const count = splitOnSpace(instruction.args).length;
  if (count !== 1 && (count !== 3 || as.toLowerCase() !== 'as')) {
    openStage(scope, '', undefined);
    const message = `FROM names one image, and may name the stage: ${quoted('FROM image AS name')}. Here stands ${quoted(instruction.args)}.`;
    findings.refuse('dockerfile.from.syntax', instruction.argsAt, message);
    return instruction.joined;
  }
  const reference = expandWord(image, scope.globals, scope.escape);
  const parent = findStage(scope, reference ?? '');
  openStage(scope, name, parent);
  const source =
    parent || reference === 'scratch' ? reference : baseOf(image, reference, instruction, around);
  return source === undefined ? instruction.joined : `FROM ${source}${name === '' ? '' : ` AS ${name}`}`;
}

function baseOf(
  image: string,
  reference: string | undefined,
  instruction: Instruction,
  { bases, findings }: Surroundings,
): string | undefined {
  if (reference === undefined) {
    findings.refuse(
      'dockerfile.from.form',
      instruction.argsAt,
      `${quoted(image)} can't be read: in FROM a variable is taken as ${quoted('$NAME')}, ${quoted('${NAME}')}, ${quoted('${NAME:-default}')} or ${quoted('${NAME:+other}')}. Versions of the builder differ on other forms.`,
    );
    return undefined;
  }
  if (reference !== '')
    return resolveBaseImage(reference, bases, findings, 'dockerfile.from', instruction.argsAt);
  findings.refuse(
    'dockerfile.from.variable',
    instruction.argsAt,
    `${quoted(image)} comes to nothing: a variable in FROM must have a value from an ARG above the first FROM, for example ${quoted('ARG NAME=value')}. ARGs inside of a stage aren't seen by FROM.`,
  );
  return undefined;
}

/** The instruction as one line, with some flags replaced. */
function withFlags(instruction: Instruction, replace: (flag: Flag) => string): string {
  const flags = instruction.flags.map(replace);
  if (flags.every((flag, index) => flag === instruction.flags[index]?.text)) return instruction.joined;
  return [instruction.keyword, ...flags.filter((flag) => flag !== ''), instruction.args].join(' ');
}

function copySource(flag: Flag, { stageNames, bases, findings }: Surroundings): string {
  if (flag.name !== 'from') return flag.text;
  const isStage =
    stageNames.has(flag.value.toLowerCase()) || /^\d+$/.test(flag.value) || flag.value === 'scratch';
  if (isStage) return flag.text;
  const local = resolveBaseImage(flag.value, bases, findings, 'dockerfile.copy.from', flag.at);
  return local === undefined ? flag.text : `--from=${local}`;
}

function runFlag(flag: Flag, { stageNames, bases, findings }: Surroundings): string {
  if (flag.name === 'mount') {
    const value = judgeMount(flag, (name) => stageNames.has(name.toLowerCase()), bases, findings);
    return value === flag.value ? flag.text : `--mount=${value}`;
  }
  if (flag.name !== 'network') return flag.text;
  // Both mean "no network" here: the builder has none to give.
  if (flag.value === 'none' || flag.value === 'default') return '';
  findings.refuse(
    'dockerfile.run.network',
    flag.at,
    `${quoted(flag.text)} would put this step into the network of the machine that builds, next to everything else on it. Builds have no network here; what the labs install comes with the base image.`,
  );
  return flag.text;
}

function judgeWorkdir(instruction: Instruction, { scope, findings }: Surroundings): void {
  const stage = scope.stages.at(-1);
  const path = expandWord(instruction.args, variablesOf(scope), scope.escape) ?? instruction.args;
  const workdir = absolute(path, stage?.workdir ?? '/');
  if (stage) stage.workdir = workdir;
  if (!/^\/(?:proc|sys)(?:\/|$)/.test(workdir)) return;
  findings.refuse(
    'dockerfile.workdir.kernel',
    instruction.argsAt,
    `${quoted(workdir)} is a view into the running kernel, not a folder. A WORKDIR there has been a way out of the container (CVE-2024-21626). Use a folder of the image such as ${quoted('/app')}.`,
  );
}

function absolute(path: string, from: string): string {
  const segments: string[] = [];
  for (const segment of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

function judgeTrigger(instruction: Instruction, around: Surroundings): string {
  const trigger = readInstruction(instruction.args, instruction.argsAt, around.scope.escape);
  if (['FROM', 'ONBUILD', 'MAINTAINER'].includes(trigger.keyword)) {
    around.findings.refuse(
      'dockerfile.onbuild.trigger',
      instruction.argsAt,
      `${trigger.keyword} can't stand behind ONBUILD: the builder refuses it too.`,
    );
    return instruction.joined;
  }
  const text = judgeInstruction(trigger, around);
  return text === trigger.joined ? instruction.joined : `ONBUILD ${text}`;
}
