import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { FinishedBuild, Rebuild, Subject } from '../app/ports/subject.ts';
import type { CheckOutcome } from '../core/check-result.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import type { FileSet } from '../core/file-set.ts';
import { alignSteps } from './aligned-steps.ts';
import { buildGrid } from './build-grid.ts';
import { findDependencyStep, type AlignedBuild } from './dependency-step.ts';
import { dependencyVerdict } from './dependency-verdict.ts';
import { finalStage, readStages, type Stage } from './dockerfile-stages.ts';
import { editManifest, editSources } from './counterfactual-edits.ts';
import { failed, inconclusive, passed, type Findings } from './outcome.ts';
import { globPattern } from './path-glob.ts';
import { stageFacts } from './stage-facts.ts';

const Parameters = z.strictObject({
  /** The file that names the dependencies. */
  manifest: z.string().default('requirements.txt'),
  /** A line that names one more package, which the base image can install offline. */
  addLine: z.string().default('gradermark==1.0.0'),
  /** Where that package then is in the image, be it as sources or compiled alone. */
  addedPath: z.string().default('**/gradermark/__init__.py*'),
  /** A source file that a comment is added to; the build id changes beside it. */
  sourceFile: z.string().default('src/appcore/__init__.py'),
});
type Parameters = z.infer<typeof Parameters>;

/** The four builds: as submitted, identical, with edited sources, with an edited manifest. */
interface Builds {
  readonly asSubmitted: FinishedBuild;
  readonly identical: FinishedBuild;
  readonly sources: FinishedBuild;
  readonly manifest: FinishedBuild;
}

const FINDINGS = [
  'reinstalled',
  'manifest-ignored',
  'package-absent',
  'stale-sources',
  'not-serving',
  'sources-break-build',
  'manifest-breaks-build',
  'no-build',
  'control-not-cached',
] as const;
type Outcome = CheckOutcome<(typeof FINDINGS)[number]>;

/**
 * Dependencies are installed again when they change, and only then. Proved by counterfactual builds: what is edited is
 * known, so what the builder runs again tells what each step depends on. No clock and no text of the build decides.
 */
export const buildCache = checkKind({
  name: 'build-cache',
  schema: Parameters,
  findings: FINDINGS,
  needs: 'answer',
  use: 'ending',
  async prepare(subject, parameters, signal): Promise<Judged> {
    const { build } = subject;
    const plan = subject.service.image;
    if (build === null || plan.from !== 'build') {
      return {
        outcome: failed('no-build', { ...lesson(parameters), observed: 'No image is built.', evidence: [] }),
      };
    }
    const stages = readStages(plan.build.dockerfile);
    const identical = await identicalBuild(subject, signal);
    if (!identical.ok || !isAllCached(identical.build)) {
      return { outcome: uncached(build, identical, stages, parameters) };
    }
    const sources = await buildEdited(subject, parameters, signal);
    if (!sources.ok) {
      return { outcome: broken('sources-break-build', 'edited sources', sources, parameters) };
    }
    const manifest = await subject.rebuild(
      { files: (files) => editManifest(files, parameters.manifest, parameters.addLine), freshBuildId: false },
      signal,
    );
    if (!manifest.ok) {
      const what = `\`${parameters.addLine}\` in \`${parameters.manifest}\``;
      return { outcome: broken('manifest-breaks-build', what, manifest, parameters) };
    }
    const stage = finalStage(stages, plan.build.target);
    const judgeWith = (edited: FinishedBuild): Promise<Judged> => {
      const builds = {
        asSubmitted: build,
        identical: identical.build,
        sources: edited,
        manifest: manifest.build,
      };
      return judge(subject, builds, stages, stage, parameters, signal);
    };
    const judged = await judgeWith(sources.build);
    if (!('outcome' in judged) || judged.outcome.finding !== 'reinstalled') return judged;
    // Seen once in some hundred builds: the builder ran a step although it had just taken it from its cache. What
    // reads the sources runs each time that they are edited, so one edit alone condemns nobody.
    const again = await buildEdited(subject, parameters, signal);
    return again.ok ? judgeWith(again.build) : judged;
  },
  async run(subject, parameters, signal, judged) {
    if ('outcome' in judged) return judged.outcome;
    const readiness = await subject.serve(judged.sources, signal);
    const findings = { ...lesson(parameters), evidence: [judged.grid] };
    if (readiness.state !== 'answered') {
      const told =
        readiness.state === 'other-answer'
          ? `answers \`${readiness.answer.slice(0, 120)}\``
          : readiness.state;
      const isSilent = readiness.state === 'silent';
      return failed(isSilent ? 'not-serving' : 'stale-sources', {
        ...findings,
        ...(isSilent && { byTime: 'late' }),
        observed: `The build with edited sources doesn't serve them: asked for its build id, the service says: ${told}.`,
      });
    }
    return passed({
      ...findings,
      observed: `With edited sources, ${judged.step} came from the cache and the new build id is served; with an edited manifest it ran, and the added package is in the image.`,
    });
  },
});

/** What the builds alone tell: an outcome, or that the build with edited sources has to serve them yet. */
type Judged =
  | { readonly outcome: Outcome }
  | { readonly sources: FinishedBuild; readonly step: string; readonly grid: EvidenceOf<'build-grid'> };

async function judge(
  subject: Subject,
  builds: Builds,
  stages: readonly Stage[],
  final: Stage | undefined,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<Judged> {
  const aligned = {
    asSubmitted: align(builds.asSubmitted, stages),
    identical: align(builds.identical, stages),
    sources: align(builds.sources, stages),
    manifest: align(builds.manifest, stages),
  };
  const step = await findDependencyStep(aligned, stages, final, globPattern(parameters.addedPath), {
    of: (build) =>
      build === builds.asSubmitted ? subject.imageFacts(signal) : subject.imageFactsOf(build, signal),
    ofStage: (stage) => stageFacts(subject, builds.manifest, stage, signal),
  });
  const grid = buildGrid(
    [
      { title: 'as submitted', steps: aligned.asSubmitted.steps },
      { title: 'identical', steps: aligned.identical.steps },
      { title: 'source edited', steps: aligned.sources.steps, isEdited: true },
      { title: 'manifest edited', steps: aligned.manifest.steps },
    ],
    stages,
    step,
  );
  const verdict = dependencyVerdict(step, grid.firstBroken, parameters);
  if (verdict.finding === null) {
    return { sources: builds.sources, step: verdict.name, grid: grid.evidence };
  }
  const findings = { ...lesson(parameters), observed: verdict.observed, evidence: [grid.evidence] };
  return { outcome: failed(verdict.finding, findings) };
}

function align(build: FinishedBuild, stages: readonly Stage[]): AlignedBuild {
  return { build, steps: alignSteps(stages, build.steps) };
}

/** With edited sources, different ones each time. */
function buildEdited(subject: Subject, parameters: Parameters, signal: AbortSignal): Promise<Rebuild> {
  return subject.rebuild(
    { files: (files) => editSources(files, parameters.sourceFile), freshBuildId: true },
    signal,
  );
}

/** The control: nothing is edited, so all must come from the cache. One retry, in case the builder had just cleaned up. */
async function identicalBuild(subject: Subject, signal: AbortSignal): Promise<Rebuild> {
  const unchanged = { files: (files: FileSet) => files, freshBuildId: false };
  const first = await subject.rebuild(unchanged, signal);
  return first.ok && isAllCached(first.build) ? first : subject.rebuild(unchanged, signal);
}

function isAllCached(build: FinishedBuild): boolean {
  return build.steps.every((step) => step.cached);
}

function uncached(
  build: FinishedBuild,
  identical: Rebuild,
  stages: readonly Stage[],
  parameters: Parameters,
): Outcome {
  const steps = identical.ok ? identical.build.steps : [];
  const ran = steps.find((step) => !step.cached);
  const grid = buildGrid(
    [
      { title: 'as submitted', steps: alignSteps(stages, build.steps) },
      { title: 'identical', steps: alignSteps(stages, steps) },
    ],
    stages,
    null,
  );
  return inconclusive('control-not-cached', {
    ...lesson(parameters),
    observed: identical.ok
      ? `The same files were built again, and the builder ran \`${ran?.name ?? 'a step'}\` instead of taking it from its cache.`
      : `The same files were built again, and that build failed: ${identical.outcome.message}`,
    evidence: [grid.evidence],
  });
}

function broken(
  finding: 'sources-break-build' | 'manifest-breaks-build',
  what: string,
  rebuild: Extract<Rebuild, { ok: false }>,
  parameters: Parameters,
): Outcome {
  const { message, logTail } = rebuild.outcome;
  return failed(finding, {
    ...lesson(parameters),
    observed: `Built again with ${what}, the build fails: ${message.slice(0, 300)}`,
    evidence: [
      {
        type: 'log',
        title: 'Last lines of that build',
        lines: logTail.slice(-40),
        truncated: logTail.length > 40,
      },
    ],
  });
}

function lesson({ manifest }: Parameters): Pick<Findings, 'expected' | 'explanation'> {
  return {
    expected: `After an edit of sources alone, the step that installs the dependencies comes from the cache and the new sources are served; after an edit of \`${manifest}\` it runs.`,
    explanation:
      'The builder takes a step from its cache as long as the instruction and everything it reads are the same, and once one step has to run, so has every step below it. So what a step reads decides how often it runs.',
  };
}
