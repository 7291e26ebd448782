import type { FileSet } from '../core/file-set.ts';
import type { Plan } from '../core/plan.ts';
import type { PolicyFinding } from '../core/policy-finding.ts';
import { compileProject } from './compose/compile-project.ts';
import { findComposeFile } from './compose/compose-file.ts';
import { planOfDockerfile } from './plain-docker.ts';
import { Findings } from './findings.ts';

export interface PolicyOptions {
  /** Local reference of an allowed base image as learners write it (`python:3.11-slim`), or undefined. */
  readonly resolveBase: (reference: string) => string | undefined;
  /** Names of the allowed base images, for messages. */
  readonly allowedBases: readonly string[];
  /** The service that the scenario grades. */
  readonly service: string;
  /** Paths that the hand-out has and the grader lays into the build context, whether they are submitted or not. */
  readonly planted: readonly string[];
  /** The port at which the learner's own `curl` would knock. */
  readonly port: number;
}

export type PolicyOutcome =
  | { readonly accepted: false; readonly refusals: readonly PolicyFinding[] }
  | { readonly accepted: true; readonly plan: Plan; readonly notices: readonly PolicyFinding[] };

/** Compiles a submission's Dockerfile and compose file into our own plan, or says everything that isn't taken. */
export function compileSubmission(files: FileSet, options: PolicyOptions): PolicyOutcome {
  const findings = new Findings();
  const composeFile = findComposeFile(files, findings);
  const plan =
    composeFile === undefined
      ? planOfDockerfile(files, options, findings)
      : compileProject(composeFile, files, options, findings);
  const { refusals, notices } = findings;
  if (plan === undefined || refusals.length > 0) return { accepted: false, refusals };
  return { accepted: true, plan, notices };
}
