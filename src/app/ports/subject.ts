import type { FileSet } from '../../core/file-set.ts';
import type { BuildPlan, Plan, ServicePlan } from '../../core/plan.ts';
import type { Canary } from '../../core/planted-files.ts';
import type { Scenario } from '../../core/scenario-bundle.ts';
import type { BuildOutcome, BuildStep, BuiltImage, ImageFacts, Stack } from './bench.ts';
import type { Container, ContainerState } from './container.ts';
import type { ConnectError } from './prober.ts';
import type { SealedInternet } from './sealed-internet.ts';

/** What a check sees of a run: the plan, what was built of it, what runs, and the ways to try more. */
export interface Subject {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** The graded service of the plan. */
  readonly service: ServicePlan;
  /** The port inside the container that the learner's `curl localhost:<scenario.port>` leads to; null where none does. */
  readonly port: number | null;
  /** The build of the graded service; null where it runs a base image as it is. */
  readonly build: FinishedBuild | null;
  readonly internet: SealedInternet;
  /** The upstream that the service was given as `UPSTREAM_URL`. */
  readonly upstream: GivenUpstream;
  /** What runs now: another object after `refresh` or `serve`. */
  readonly stack: Stack;
  /** The graded container of `stack`: another object after `recreate` too. */
  readonly app: Container;
  /** What came of waiting for the first answer of `app`. */
  readonly readiness: Readiness;

  /** The facts of the graded image, read once a run. */
  imageFacts(signal: AbortSignal): Promise<ImageFacts>;
  /** The facts of a counterfactual build's image; every call reads it anew. */
  imageFactsOf(build: FinishedBuild, signal: AbortSignal): Promise<ImageFacts>;
  /** Builds the graded service again with a fresh build id, its files changed by `edit`. */
  rebuild(edit: Edit, signal: AbortSignal): Promise<Rebuild>;
  /** Builds one stage of what `build` was built of, by the same Dockerfile with a `target` of its own. */
  buildStage(build: FinishedBuild, stage: StageTarget, signal: AbortSignal): Promise<Rebuild>;
  /** Takes everything down, brings it up anew as submitted and waits for the first answer. */
  refresh(signal: AbortSignal): Promise<Readiness>;
  /** Makes the running containers anew, their volumes kept, and waits for the first answer; see `Stack.recreate`. */
  recreate(signal: AbortSignal): Promise<Readiness>;
  /** Takes everything down, brings it up with `build` as the graded image and waits for the first answer. */
  serve(build: FinishedBuild, signal: AbortSignal): Promise<Readiness>;
}

/** A build that succeeded, with what the grader put into it. */
export interface FinishedBuild {
  readonly image: BuiltImage;
  readonly steps: readonly BuildStep[];
  /** The fresh random `BUILD_ID` that `/version` must tell. */
  readonly buildId: string;
  /** Planted files of its context, each with its own random text. */
  readonly canaries: readonly Canary[];
  readonly durationMs: number;
}

/** How the files of a counterfactual build differ from those submitted. */
export interface Edit {
  /** Changes the files; protected folders are restored before it, so it may edit the grader's sources. */
  readonly files: (files: FileSet) => FileSet;
  /** False keeps the build id (and so the sources) of the first build. */
  readonly freshBuildId: boolean;
}

/** The Dockerfile in which the stage has the name `target`. */
export type StageTarget = Required<Pick<BuildPlan, 'dockerfile' | 'target'>>;

export type Rebuild =
  | { readonly ok: true; readonly build: FinishedBuild }
  | { readonly ok: false; readonly outcome: Extract<BuildOutcome, { ok: false }> };

export interface GivenUpstream {
  /** Host name, fresh and random for this run. */
  readonly name: string;
  readonly url: string;
  /** The address that `name` led to first. */
  readonly address: string;
  /** The JSON body that it answers with; holds `nonce`. */
  readonly body: string;
  readonly nonce: string;
}

/** What came of asking `GET /version` until it told the build id of this build. */
export type Readiness =
  | { readonly state: 'answered'; readonly tookMs: number }
  /** Something answers, but not this build: `answer` is its last answer. */
  | { readonly state: 'other-answer'; readonly answer: string; readonly tookMs: number }
  /** Nothing answered within the scenario's `startSeconds`. */
  | {
      readonly state: 'silent';
      readonly error: ConnectError;
      readonly detail: string;
      readonly tookMs: number;
    }
  /** The container ended, or the engine refused to start it. */
  | { readonly state: 'ended'; readonly container: ContainerState; readonly tookMs: number }
  /** No port is published where the learner's own `curl` would knock. */
  | { readonly state: 'not-published'; readonly tookMs: number };
