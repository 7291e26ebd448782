import type { z } from 'zod';
import type { CheckOutcome } from '../../core/check-result.ts';
import type { Subject } from './subject.ts';

/**
 * A kind of check: what a scenario may ask for by name, and how it is found out.
 * One file of `src/checks/` each, listed in `src/checks/kinds.ts`.
 */
export interface CheckKind<
  Schema extends z.ZodType = z.ZodType,
  Prepared = unknown,
  Finding extends string = string,
> {
  /** As `kind:` in a scenario: lower-case words with hyphens. */
  readonly name: string;
  /** The parameters that `with:` takes; strict, with defaults. */
  readonly schema: Schema;
  /** The words for what goes wrong that its outcomes may bear: a scenario may have a hint for each. */
  readonly findings: readonly Finding[];
  /** What must be there before it can be tried; where it isn't, the check is skipped and says why. */
  readonly needs: CheckNeed;
  readonly use: CheckUse;
  /**
   * The part of its work that leaves the containers alone, as builds do. It begins with the first checks and goes on
   * beside all of them, and `run` is given what came of it.
   * @throws GraderFault as `run` does.
   */
  prepare?(subject: Subject, parameters: z.output<Schema>, signal: AbortSignal): Promise<Prepared>;
  /**
   * Observes and decides. An `inconclusive` outcome makes the run be tried again.
   * @throws GraderFault when the engine, the prober or the inspector fails.
   */
  run(
    subject: Subject,
    parameters: z.output<Schema>,
    signal: AbortSignal,
    prepared: Prepared,
  ): Promise<CheckOutcome<NoInfer<Finding>>>;
}

/**
 * `build`: only a build that succeeded. `container`: a container that hasn't ended before its first answer.
 * `answer`: the service has answered with the id of this build.
 */
export type CheckNeed = 'build' | 'container' | 'answer';

/**
 * How it uses the running containers. `shared`: only looks, so it runs beside others. `exclusive`: disturbs them and
 * leaves them serving. `ending`: leaves them ended or replaced, so the next one gets fresh ones.
 */
export type CheckUse = 'shared' | 'exclusive' | 'ending';

/** What any check may find: the container ended while it was looked at. */
export const CONTAINER_ENDED = 'container-ended';

/** Gives a kind's types to the bodies of its functions, and holds their outcomes to the findings it names. */
export function checkKind<Schema extends z.ZodType, const Finding extends string, Prepared = void>(
  kind: CheckKind<Schema, Prepared, Finding>,
): CheckKind<Schema, Prepared, Finding> {
  return kind;
}
