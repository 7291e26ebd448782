import type { FileSet } from '../../core/file-set.ts';
import type { BuildPlan, Plan } from '../../core/plan.ts';
import type { Limits } from '../../core/scenario.ts';
import type { Container } from './container.ts';
import type { SealedInternet } from './sealed-internet.ts';

/** The worker's warm benches. Taking one waits until one is free and proved clean. */
export interface Benches {
  /** @throws GraderFault when the engine can't give one. */
  take(runId: string, signal: AbortSignal): Promise<Bench>;
}

/**
 * The sealed place where one run's builds and containers live. Disposing gives it back: everything of the run
 * is removed in the background, and the bench is lent again only once it is proved clean.
 */
export interface Bench extends AsyncDisposable {
  readonly engineVersion: string;
  readonly internet: SealedInternet;
  /** Ends the run's containers, then tells whether the machine still has so much to do that a time limit proves nothing. */
  isOverloaded(): Promise<boolean>;
  /** Whether the engine's disk is, or was, so full that what failed may have failed for want of it. */
  lacksDisk(): Promise<boolean>;
  /** Aborted once the containers and volumes of the run have written more than its limit `diskMiB`. */
  readonly overgrown: AbortSignal;
  /** Builds without network. A build that fails is an outcome; @throws GraderFault when the engine fails. */
  build(request: BuildRequest, signal: AbortSignal): Promise<BuildOutcome>;
  /** Reads an image's layers. Facts of layers that a base image brought are kept by digest. */
  readImage(image: BuiltImage, signal: AbortSignal): Promise<ImageFacts>;
  /** Creates what the plan names and starts it in dependency order. Nothing of an earlier `up` may still run. */
  up(request: StackRequest, signal: AbortSignal): Promise<Stack>;
}

export interface StackRequest {
  readonly plan: Plan;
  /** An image for each service of the plan. */
  readonly images: ReadonlyMap<string, BuiltImage>;
  readonly limits: Limits;
  /** The submission's files, for mounts of the plan. */
  readonly files: FileSet;
  /** Laid over the environment of every service: what the grader sets itself. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What `up` brought up. */
export interface Stack {
  container(service: string): Container;
  readonly services: readonly string[];
  /**
   * As `docker compose down` and `up` of the same project: every container is stopped, removed and made anew. Named
   * volumes stay with what is in them, and so do mounts of the project; anonymous volumes are new and empty.
   */
  recreate(signal: AbortSignal): Promise<void>;
  /** Removes its containers and volumes and waits until they are gone. */
  down(): Promise<void>;
}

export interface BuildRequest {
  readonly plan: BuildPlan;
  /** The build context, `.dockerignore` not yet applied. */
  readonly context: FileSet;
  readonly limits: Pick<Limits, 'buildSeconds' | 'logBytes' | 'imageMiB'>;
  readonly onLog: (line: string) => void;
}

export interface BuiltImage {
  /** Content id, `sha256:…`. */
  readonly id: string;
}

export type BuildOutcome =
  | {
      readonly ok: true;
      readonly image: BuiltImage;
      readonly steps: readonly BuildStep[];
      readonly durationMs: number;
    }
  | {
      readonly ok: false;
      readonly cause: 'failed' | 'time-limit' | 'memory-limit' | 'disk-limit';
      /** The builder's own words. */
      readonly message: string;
      readonly failedStep?: BuildStep;
      readonly logTail: readonly string[];
      readonly durationMs: number;
    };

/** One Dockerfile instruction as the builder carried it out. */
export interface BuildStep {
  /** As BuildKit names it: `[builder 2/5] RUN pip install …`. */
  readonly name: string;
  readonly stage: string;
  /** Position in its stage, from 1. */
  readonly index: number;
  readonly instruction: string;
  readonly cached: boolean;
  readonly durationMs: number;
  readonly exitCode: number | null;
}

export interface ImageFacts {
  readonly id: string;
  /** Uncompressed bytes of all layers. */
  readonly totalBytes: number;
  readonly layers: readonly ImageLayer[];
  readonly config: ImageConfig;
  /** The accounts of `/etc/passwd` as the learner's own layers left it; empty where they left it alone. */
  readonly users: readonly ImageUser[];
}

export interface ImageUser {
  readonly name: string;
  readonly uid: number;
}

export interface ImageLayer {
  readonly diffId: string;
  /** The instruction that made it, as the history tells. */
  readonly createdBy: string;
  readonly fromBase: boolean;
  /** Sum of the sizes of the files in the layer. */
  readonly bytes: number;
  readonly entries: readonly LayerEntry[];
}

export interface LayerEntry {
  /** Absolute path in the image. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other' | 'whiteout' | 'opaque';
  readonly bytes: number;
  /** Hex sha-256 of a file's contents; absent for anything else, and for files that a base image brought. */
  readonly sha256?: string;
}

export interface ImageConfig {
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly workingDir: string;
  readonly exposedPorts: readonly string[];
  readonly stopSignal: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}
