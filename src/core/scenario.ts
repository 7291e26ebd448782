import { z } from 'zod';

const Identifier = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/, 'lower-case letters, digits and hyphens');
const RelativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\0\\]+$/, 'a relative path without . or .. segments');

/**
 * What a run may use. Every limit has a default that suits the labs; a scenario tightens or widens it.
 * The operator's own ceilings (`config.ts`) hold above these.
 */
export const Limits = z.strictObject({
  /** Wall-clock time of one build. */
  buildSeconds: z.number().int().min(1).max(900).default(120),
  /** From container start to the first right answer. */
  startSeconds: z.number().int().min(1).max(300).default(30),
  /** Wall-clock time of the whole run. */
  totalSeconds: z.number().int().min(1).max(1800).default(300),
  memoryMiB: z.number().int().min(16).max(4096).default(512),
  cpus: z.number().min(0.1).max(8).default(1),
  processes: z.number().int().min(8).max(4096).default(128),
  /** What the containers and volumes of a run may write to disk, together. */
  diskMiB: z.number().int().min(16).max(65_536).default(1024),
  /** Log bytes kept: the first ones of a build, the last ones of a container. */
  logBytes: z.number().int().min(1024).max(4_194_304).default(262_144),
  /** Uncompressed bytes of the built image, base included. */
  imageMiB: z.number().int().min(1).max(8192).default(2048),
});
export type Limits = z.infer<typeof Limits>;

/** One declared expectation. `with` is parsed by the check kind's own schema. */
export const CheckSpec = z.strictObject({
  id: Identifier,
  kind: Identifier,
  title: z.string().min(3).max(120),
  points: z.number().int().min(0).max(100),
  /** A required check that isn't passed keeps the verdict from `passed`, whatever the score. */
  required: z.boolean().default(true),
  with: z.record(z.string(), z.unknown()).default({}),
  /**
   * Hints by finding (`loopback-only`, `exited`, …) with `default` for the rest: where to look, never the fix.
   */
  hints: z.record(z.string(), z.string()).refine((hints) => 'default' in hints, 'a `default` hint is needed'),
  /** Why this check stands although no wrong fix is caught by it alone. */
  justification: z.string().optional(),
});
export type CheckSpec = z.infer<typeof CheckSpec>;

/** The grader's files planted beside the learner's before each build (see `plantedFile`). */
const Plant = z.strictObject({
  path: RelativePath,
  /** Bytes of planted text; each holds a fresh random canary, so that it can be found in an image. */
  bytes: z.number().int().min(1).max(50_000_000).default(64),
});

export const ScenarioFile = z
  .strictObject({
    id: Identifier,
    title: z.string().min(3).max(120),
    summary: z.string().min(10).max(600),
    /** The part of the course that the lab belongs to, for example `D.2`. */
    part: z.string().max(20),
    /** The service of `compose.yaml` that is graded. */
    service: z.string().default('api'),
    /** The host port at which the learner's own `curl` would knock. */
    port: z.number().int().min(1).max(65535).default(8000),
    /** Folders of `scenarios/` laid under the starter, first one undermost. */
    layers: z.array(RelativePath).default(['_service']),
    /** Folders replaced whole by the grader's own copy before every build. */
    protected: z.array(RelativePath).default(['src', 'native']),
    /** Files that the hand-out and every build context get, and a submission can't change. */
    planted: z.array(Plant).default([]),
    limits: Limits.prefault({}),
    /** Score from which a submission passes. */
    passMark: z.number().int().min(1).max(100).default(100),
    checks: z.array(CheckSpec).min(1).max(30),
  })
  .refine((scenario) => new Set(scenario.checks.map((check) => check.id)).size === scenario.checks.length, {
    path: ['checks'],
    error: 'two checks have the same id',
  })
  .refine((scenario) => scenario.checks.reduce((sum, check) => sum + check.points, 0) === 100, {
    path: ['checks'],
    error: 'the points of all checks must add up to 100',
  });
export type ScenarioFile = z.infer<typeof ScenarioFile>;
