import type { ImageFacts, LayerEntry } from '../app/ports/bench.ts';
import type { FinishedBuild } from '../app/ports/subject.ts';
import { ranIn, stepInstructions, type AlignedSteps } from './aligned-steps.ts';
import { lineage, sourcesOf, stageNamed, type Instruction, type Stage } from './dockerfile-stages.ts';
import { blameLayers, blameText, instructionText } from './layer-blame.ts';
import { isUnder, removedAfter } from './removed-paths.ts';

/** The step that installs the dependencies, and what the counterfactual builds say of it. */
export type DependencyStep =
  /** No layer holds the package that was added to the manifest. */
  | { readonly kind: 'absent' }
  | {
      /** `cached` is as it should be; `stale`: the package is there without the manifest naming it; `reinstalled`: it ran for edited sources. */
      readonly kind: 'cached' | 'stale' | 'reinstalled';
      /** For messages, with its line. */
      readonly name: string;
      readonly instruction: Instruction | undefined;
    };

/** A counterfactual build, its steps by their instructions. */
export interface AlignedBuild {
  readonly build: FinishedBuild;
  readonly steps: AlignedSteps;
}

export interface CounterfactualBuilds {
  readonly asSubmitted: AlignedBuild;
  readonly sources: AlignedBuild;
  readonly manifest: AlignedBuild;
}

/** Where the facts of images come from. */
export interface FactsSource {
  readonly of: (build: FinishedBuild) => Promise<ImageFacts>;
  /** Of a stage of the build with an edited manifest; undefined where it can't be built alone. */
  readonly ofStage: (stage: Stage) => Promise<ImageFacts | undefined>;
}

/**
 * Finds the step by its effect: it is the one whose layer holds the added package. Where that layer is a copy out of
 * another stage, the layers of that stage are asked.
 */
export async function findDependencyStep(
  builds: CounterfactualBuilds,
  stages: readonly Stage[],
  final: Stage | undefined,
  addedPath: RegExp,
  facts: FactsSource,
): Promise<DependencyStep> {
  const factsOf = facts.of;
  const found = findInstalled(await factsOf(builds.manifest.build), addedPath, stages, final);
  if (found === undefined) return { kind: 'absent' };

  const { source } = found;
  // A step may come from the cache for an edited manifest and yet depend on it: an earlier run had the same wheels.
  // So what counts is that the package came with the edit.
  if (findAdded(await factsOf(builds.asSubmitted.build), addedPath) !== undefined) {
    return { kind: 'stale', name: nameOf(source), instruction: source };
  }
  if (source?.keyword === 'RUN' && ranIn(builds.sources.steps, source)) return judged(source, true);

  const origins = source === undefined ? stages : originsOf(stages, source);
  const within = new Set(origins.flatMap((stage) => stage.instructions));
  const ran = stepInstructions(stages).filter(
    (instruction) =>
      instruction.keyword === 'RUN' && within.has(instruction) && ranIn(builds.manifest.steps, instruction),
  );
  const again = ran.filter((instruction) => ranIn(builds.sources.steps, instruction));
  if (source?.keyword === 'RUN') {
    // It installs what another stage has fetched or built for it.
    const fetches = again.find(looksLikeInstallation);
    return judged(fetches ?? source, fetches !== undefined);
  }
  const [suspect] = again;
  if (suspect === undefined) return judged(ran[0] ?? source, false);
  const installer = await installerIn(stages, source, addedPath, facts);
  if (installer !== undefined) return judged(installer, ranIn(builds.sources.steps, installer));
  // Where every step that the edited manifest ran has run for edited sources as well, one of them has installed again.
  const isAgain =
    again.length === ran.length || (await wasReinstalled(builds, packagesFolder(found.path), again, factsOf));
  return judged(isAgain ? suspect : (ran[0] ?? source), isAgain);
}

/** Where a package came into an image, and by which instruction. */
interface Installed {
  readonly path: string;
  readonly source: Instruction | undefined;
}

function findInstalled(
  facts: ImageFacts,
  addedPath: RegExp,
  stages: readonly Stage[],
  stage: Stage | undefined,
): Installed | undefined {
  const blames = blameLayers(stages, stage, facts.layers);
  let found = findAdded(facts, addedPath);
  for (;;) {
    const source = found && blames[found.index]?.source;
    // Another owner or mode copies packages into a layer of its own, and installs nothing.
    const isInstalling = source?.keyword !== 'RUN' || looksLikeInstallation(source);
    const below = isInstalling ? undefined : copiedFrom(facts, found);
    if (below === undefined) return found && { path: found.path, source };
    found = below;
  }
}

/** The layer below that holds the same, where the layer of `found` has nothing beside the package that isn't below it too. */
function copiedFrom(facts: ImageFacts, found: Added | undefined): Added | undefined {
  if (found === undefined) return undefined;
  const folder = `${packagesFolder(found.path)}/`;
  const below = facts.layers.slice(0, found.index);
  const held = below.map((layer) => new Set(layer.entries.map(({ path, sha256 }) => `${path} ${sha256}`)));
  const own = (facts.layers[found.index]?.entries ?? []).filter(
    ({ kind, path }) => kind === 'file' && path.startsWith(folder),
  );
  const isHeld = ({ path, sha256 }: LayerEntry): boolean =>
    sha256 !== undefined && held.some((entries) => entries.has(`${path} ${sha256}`));
  if (!own.every(isHeld)) return undefined;
  const index = below.findLastIndex(({ entries }) => entries.some(({ path }) => path === found.path));
  return index === -1 ? undefined : { index, path: found.path };
}

/** The step of another stage whose layer holds what `source` copies from it; undefined where no stage tells. */
async function installerIn(
  stages: readonly Stage[],
  source: Instruction | undefined,
  addedPath: RegExp,
  facts: FactsSource,
): Promise<Instruction | undefined> {
  let copy = source;
  // A stage copies from those above it only.
  for (let depth = 0; copy !== undefined && depth < stages.length; depth++) {
    const [name] = sourcesOf(copy);
    const stage = name === undefined ? undefined : stageNamed(stages, name);
    const inStage = stage && (await facts.ofStage(stage));
    copy = inStage && findInstalled(inStage, addedPath, stages, stage)?.source;
    if (copy?.keyword === 'RUN') return copy;
  }
  return undefined;
}

interface Added {
  readonly index: number;
  readonly path: string;
}

function findAdded(facts: ImageFacts, addedPath: RegExp): Added | undefined {
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

function judged(instruction: Instruction | undefined, isAgain: boolean): DependencyStep {
  return { kind: isAgain ? 'reinstalled' : 'cached', name: nameOf(instruction), instruction };
}

function nameOf(instruction: Instruction | undefined): string {
  return instruction === undefined
    ? 'the step that installs'
    : blameText({ line: instruction.line, instruction: instructionText(instruction) });
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
  suspects: readonly Instruction[],
  factsOf: (build: FinishedBuild) => Promise<ImageFacts>,
): Promise<boolean> {
  const before = compiledFiles(await factsOf(builds.asSubmitted.build), folder);
  const after = compiledFiles(await factsOf(builds.sources.build), folder);
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
function looksLikeInstallation({ text }: Instruction): boolean {
  return (
    /\b(?:pip3?|uv|poetry|pdm|pipenv)\b[^&|;]*\b(?:install|sync|wheel|download)\b/.test(text) &&
    !/--no-deps\b/.test(text)
  );
}
