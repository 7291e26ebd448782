import type { ServicePlan } from '../core/plan.ts';

/** One instruction of a Dockerfile, continuation lines joined. */
export interface Instruction {
  /** Upper-case: `RUN`, `COPY`, … */
  readonly keyword: string;
  /** What follows the keyword, blanks as written. */
  readonly text: string;
  /** First line, from 1. */
  readonly line: number;
}

export interface Stage {
  /** Lower-case name, or `stage-<n>` as the builder calls one without a name. */
  readonly name: string;
  /** What stands behind FROM, lower-case. */
  readonly base: string;
  /** Its FROM first. */
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile that the policy has already taken, in order. Instructions above the first FROM belong to none. */
export function readStages(dockerfile: string): readonly Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of readInstructions(dockerfile)) {
    if (instruction.keyword === 'FROM') {
      const words = instruction.text.split(/\s+/).filter((word) => word !== '' && !word.startsWith('--'));
      const named = words[1]?.toLowerCase() === 'as' ? words[2]?.toLowerCase() : undefined;
      stages.push({
        name: named ?? `stage-${stages.length}`,
        base: words[0]?.toLowerCase() ?? '',
        instructions: [instruction],
      });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

/** The stage that becomes the image: `target`, else the last one. */
export function finalStage(stages: readonly Stage[], target: string | undefined): Stage | undefined {
  if (target === undefined) return stages.at(-1);
  return stageNamed(stages, target) ?? stages.at(-1);
}

/** The stages of the Dockerfile that an image is built of, and the one that becomes it; none of a base image as it is. */
export function stagesOf(image: ServicePlan['image']): {
  readonly stages: readonly Stage[];
  readonly final: Stage | undefined;
} {
  if (image.from !== 'build') return { stages: [], final: undefined };
  const stages = readStages(image.build.dockerfile);
  return { stages, final: finalStage(stages, image.build.target) };
}

/** The stage that a `--from=` or a FROM names, by its name or its number; undefined for an image. */
export function stageNamed(stages: readonly Stage[], name: string): Stage | undefined {
  const wanted = name.toLowerCase();
  return (
    stages.findLast((stage) => stage.name === wanted) ??
    (/^\d+$/.test(wanted) ? stages[Number(wanted)] : undefined)
  );
}

/** The stages that `stage` continues by `FROM <stage>`, outermost base first, itself last. */
export function lineage(stages: readonly Stage[], stage: Stage): readonly Stage[] {
  const chain: Stage[] = [stage];
  for (let current = stage; chain.length <= stages.length;) {
    // FROM looks upwards only, so a stage can't be its own base.
    const earlier = stages.slice(0, stages.indexOf(current)).findLast((other) => other.name === current.base);
    if (earlier === undefined) break;
    chain.unshift(earlier);
    current = earlier;
  }
  return chain;
}

/** What `--from=<stage>` or `from=<stage>` in an instruction's flags and mounts name. */
export function sourcesOf(instruction: Instruction): readonly string[] {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'RUN') return [];
  const flags = /^(?:--\S+\s+)*/.exec(instruction.text)?.[0] ?? '';
  return [...flags.matchAll(/(?:^--|[\s=,]|--)from=([^\s,]+)/g)].flatMap((match) => match[1] ?? []);
}

/** How to build `stage` alone: by its name, or by one that is given to it. Undefined where its FROM is written over several lines. */
export function targeting(
  dockerfile: string,
  stage: Stage,
): { readonly dockerfile: string; readonly target: string } | undefined {
  const [from] = stage.instructions;
  if (from === undefined) return undefined;
  if (/\sas\s+\S+\s*$/i.test(from.text)) return { dockerfile, target: stage.name };
  const lines = dockerfile.split('\n');
  const line = lines[from.line - 1] ?? '';
  if (/[\\`]\s*$/.test(line)) return undefined;
  lines[from.line - 1] = `${line.trimEnd()} AS ${stage.name}`;
  return { dockerfile: lines.join('\n'), target: stage.name };
}

function readInstructions(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile.split(/\r?\n/);
  const escape = /^#\s*escape\s*=\s*`/i.test(lines[0] ?? '') ? '`' : '\\';
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length;) {
    const first = at;
    const { text, next } = joinedLine(lines, at, escape);
    at = next;
    const parts = /^\s*([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(text);
    if (parts === null) continue;
    const keyword = (parts[1] ?? '').toUpperCase();
    instructions.push({ keyword, text: (parts[2] ?? '').trim(), line: first + 1 });
    if (keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD') at = afterHeredocs(lines, at, text);
  }
  return instructions;
}

function joinedLine(lines: readonly string[], start: number, escape: string): { text: string; next: number } {
  let text = '';
  let at = start;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const isSkipped = /^\s*(?:#|$)/.test(line);
    // Comments and empty lines inside of a continued instruction are left out; above one they are lines of their own.
    if (isSkipped && text === '') return { text: '', next: at + 1 };
    if (isSkipped) continue;
    const trimmed = line.trimEnd();
    if (!trimmed.endsWith(escape)) return { text: text + line, next: at + 1 };
    text += `${trimmed.slice(0, -1)} `;
  }
  return { text, next: at };
}

function afterHeredocs(lines: readonly string[], start: number, text: string): number {
  let at = start;
  for (const [, dash, name] of text.matchAll(/<<(-?)["']?([A-Za-z_]\w*)["']?/g)) {
    const end = lines.findIndex(
      (line, index) => index >= at && (dash === '-' ? line.replace(/^\t+/, '') : line) === name,
    );
    if (end === -1) return at;
    at = end + 1;
  }
  return at;
}
