import { type FileSet, textOf } from '../core/file-set.ts';
import type { BuildPlan } from '../core/plan.ts';
import type { BaseImages } from './dockerfile/base-image.ts';
import { compileDockerfile } from './dockerfile/compile-dockerfile.ts';
import { quoted, type Findings, type Place } from './findings.ts';

/** A build as asked for, by `docker build .` or by a compose file. Paths are those of the submission. */
export interface BuildRequest {
  readonly context: string;
  readonly dockerfile: string;
  /** Text of `dockerfile_inline`, where that is used. */
  readonly inline?: string;
  readonly target?: string;
  readonly args: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
  /** What asks for it. */
  readonly at: Place;
}

/** Judges the Dockerfile of a build; undefined where it was refused. */
export function planBuild(
  request: BuildRequest,
  files: FileSet,
  bases: BaseImages,
  findings: Findings,
): BuildPlan | undefined {
  // Nothing can lie below a file, so this is the path of no file of the submission.
  const dockerfilePath =
    request.inline === undefined ? request.dockerfile : `${request.at.file}/dockerfile_inline`;
  const text = request.inline ?? textOf(files, request.dockerfile);
  if (text === undefined) {
    findings.refuse('dockerfile.missing', request.at, missing(request.dockerfile, files));
    return undefined;
  }
  const input = { file: dockerfilePath, text, buildArgs: request.args };
  const dockerfile = compileDockerfile(input, bases, findings);
  if (dockerfile === undefined) return undefined;
  return {
    context: request.context,
    dockerfilePath,
    dockerfile,
    ...(request.target !== undefined && { target: request.target }),
    args: Object.fromEntries(request.args),
    labels: request.labels,
  };
}

function missing(path: string, files: FileSet): string {
  const lookalike = [...files.keys()].find(
    (name) => name !== path && name.toLowerCase() === path.toLowerCase(),
  );
  const nested = [...files.keys()].find((name) => name.endsWith(`/${path}`));
  const seen = lookalike ?? nested;
  const hint =
    seen === undefined
      ? 'Submit the whole project, as you would build it at home.'
      : `There is ${quoted(seen)}; the name must be the same, letter by letter, and the archive must hold the project itself, not a folder around it.`;
  return `The build needs ${quoted(path)}, and the submission has no such file. ${hint}`;
}
