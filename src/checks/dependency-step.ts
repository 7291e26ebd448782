import type { BuildStep, ImageFacts } from '../app/ports/bench.ts';
import type { FinishedBuild } from '../app/ports/subject.ts';
import {
  instructionOf,
  lineage,
  sourcesOf,
  stageNamed,
  type Instruction,
  type Stage,
} from './dockerfile-stages.ts';
import { blameLayers, blameText, instructionText } from './layer-blame.ts';
import { isUnder, removedAfter } from './removed-paths.ts';
import { ranIn } from './same-step.ts';

/** The step that installs the dependencies, and what the counterfactual builds say of it. */
export type DependencyStep =
  /** No layer holds the package that was added to the manifest. */
  | { readonly kind: 'absent' }
  | {
      /** `cached` is as it should be; `stale`: it didn't run for an edited manifest; `reinstalled`: it ran for edited sources. */
      readonly kind: 'cached' | 'stale' | 'reinstalled';
      /** For messages, with its line. */
      readonly name: string;
      readonly step: BuildStep | undefined;
    };

export interface CounterfactualBuilds {
  readonly asSubmitted: FinishedBuild;
  readonly sources: FinishedBuild;
  readonly manifest: FinishedBuild;
}

/**
 * Finds the step by its effect: it is the one whose layer holds the added package. Where that layer is a copy out of
 * another stage, the steps of that stage are asked.
 */
export async function findDependencyStep(
  builds: CounterfactualBuilds,
  stages: readonly Stage[],
  final: Stage | undefined,
  addedPath: RegExp,
  factsOf: (build: FinishedBuild) => Promise<ImageFacts>,
): Promise<DependencyStep> {
  const facts = await factsOf(builds.manifest);
  const found = findAdded(facts, addedPath);
  if (found === undefined) return { kind: 'absent' };

  const source = blameLayers(stages, final, facts.layers)[found.index]?.source;
  const own = source?.keyword === 'RUN' ? stepsOf(stages, [source], builds)[0] : undefined;
  if (own !== undefined) return judged(own, ranIn(builds.sources.steps, own), builds, stages);

  const origins = source === undefined ? stages : originsOf(stages, source);
  const ran = runSteps(stages, origins, builds).filter((step) => ranIn(builds.manifest.steps, step));
  const [first] = ran;
  if (first === undefined) {
    const name = source === undefined ? 'the step that installs' : instructionText(source);
    return { kind: 'stale', name, step: undefined };
  }
  const again = ran.filter((step) => ranIn(builds.sources.steps, step));
  const [suspect] = again;
  const isAgain =
    suspect !== undefined && (await wasReinstalled(builds, packagesFolder(found.path), again, factsOf));
  return judged(isAgain ? suspect : first, isAgain, builds, stages);
}

function findAdded(facts: ImageFacts, addedPath: RegExp): { index: number; path: string } | undefined {
  for (let index = facts.layers.length - 1; index >= 0; index--) {
    const layer = facts.layers[index];
    if (layer === undefined || layer.fromBase) continue;
    const removed = removedAfter(facts.layers, index);
    const entry = layer.entries.find(
      ({ kind, path }) => kind === 'file' && addedPath.test(path) && !isUnder(path, removed),
    );
    if (entry !== undefined) return { index, path: entry.path };
  }
  return undefined;
}

function judged(
  step: BuildStep,
  isAgain: boolean,
  builds: CounterfactualBuilds,
  stages: readonly Stage[],
): DependencyStep {
  const instruction = instructionOf(stages, step);
  const name =
    instruction === undefined
      ? `\`${step.name}\``
      : blameText({ line: instruction.line, instruction: instructionText(instruction) });
  if (isAgain) return { kind: 'reinstalled', name, step };
  return { kind: ranIn(builds.manifest.steps, step) ? 'cached' : 'stale', name, step };
}

/** The stages that an instruction takes from, and those that they take from in turn. */
function originsOf(stages: readonly Stage[], instruction: Instruction): readonly Stage[] {
  const found = new Set<Stage>();
  const open: Instruction[] = [instruction];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of sourcesOf(next)) {
      const stage = stageNamed(stages, name);
      for (const member of stage === undefined ? [] : lineage(stages, stage)) {
        if (found.has(member)) continue;
        found.add(member);
        open.push(...member.instructions);
      }
    }
  }
  return stages.filter((stage) => found.has(stage));
}

function runSteps(
  stages: readonly Stage[],
  origins: readonly Stage[],
  builds: CounterfactualBuilds,
): readonly BuildStep[] {
  const runs = origins.flatMap((stage) => stage.instructions).filter(({ keyword }) => keyword === 'RUN');
  return stepsOf(stages, runs, builds);
}

function stepsOf(
  stages: readonly Stage[],
  instructions: readonly Instruction[],
  { manifest }: CounterfactualBuilds,
): readonly BuildStep[] {
  return instructions.flatMap(
    (instruction) => manifest.steps.find((step) => instructionOf(stages, step) === instruction) ?? [],
  );
}

/** The folder that the package lies in, beside the other packages. */
function packagesFolder(path: string): string {
  return path.split('/').slice(0, -2).join('/');
}

/**
 * Steps of another stage ran for edited sources. Did one of them install the packages anew, or was it only the project
 * that was installed? Compiled Python files tell: each holds the time at which its package was installed.
 */
async function wasReinstalled(
  builds: CounterfactualBuilds,
  folder: string,
  suspects: readonly BuildStep[],
  factsOf: (build: FinishedBuild) => Promise<ImageFacts>,
): Promise<boolean> {
  const before = compiledFiles(await factsOf(builds.asSubmitted), folder);
  const after = compiledFiles(await factsOf(builds.sources), folder);
  const common = [...before].filter(([path]) => after.has(path));
  if (common.length === 0) return suspects.some(looksLikeInstallation);
  const changed = common.filter(([path, hash]) => after.get(path) !== hash);
  return changed.length * 2 > common.length;
}

function compiledFiles(facts: ImageFacts, folder: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const layer of facts.layers) {
    if (layer.fromBase) continue;
    for (const { path, sha256 } of layer.entries) {
      if (sha256 !== undefined && path.endsWith('.pyc') && path.startsWith(`${folder}/`))
        hashes.set(path, sha256);
    }
  }
  return hashes;
}

/** The last resort, where the packages were installed without compiled files: nothing else tells installations apart. */
function looksLikeInstallation(step: BuildStep): boolean {
  return (
    /\b(?:pip3?|uv|poetry|pdm|pipenv)\b[^&|;]*\b(?:install|sync|wheel|download)\b/.test(step.instruction) &&
    !/--no-deps\b/.test(step.instruction)
  );
}
