import { quoted, type Findings, type Place } from '../findings.ts';

export interface BaseImages {
  /** Local reference of an allowed base image as learners write it (`python:3.11-slim`), or undefined. */
  readonly resolveBase: (reference: string) => string | undefined;
  /** Names to show in messages. */
  readonly allowedBases: readonly string[];
}

/** Local reference of an image that a learner names; where there is none, it says so under `rule`. */
export function resolveBaseImage(
  reference: string,
  bases: BaseImages,
  findings: Findings,
  rule: string,
  at: Place,
): string | undefined {
  const [name = ''] = reference.split('@');
  const local = spellings(name)
    .map(bases.resolveBase)
    .find((found) => found !== undefined);
  if (local === undefined) {
    findings.refuse(`${rule}.not-allowed`, at, notAllowed(reference, bases));
    return undefined;
  }
  if (reference.includes('@')) {
    findings.refuse(
      `${rule}.digest`,
      at,
      `${quoted(reference)} pins a digest. That is good practice at home, but here every build runs without a network on the grader's own copy of ${quoted(name)}, whose digest differs. Name the image by its tag alone.`,
    );
    return undefined;
  }
  return local;
}

/** Docker Hub's official images have one short name and several long ones. */
function spellings(name: string): readonly string[] {
  const short = name.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '');
  const tagged = /:[^/]*$/.test(short) ? [] : [`${short}:latest`];
  return [...new Set([name, short, ...tagged])].filter((spelling) => spelling !== '');
}

function notAllowed(reference: string, bases: BaseImages): string {
  const allowed = bases.allowedBases.map((base) => quoted(base)).join(', ');
  return `${quoted(reference)} isn't one of this lab's base images. Builds run without a network, so an image that the grader doesn't hold can't be pulled, and a strange base could bring the answer with it. You can build on ${allowed}, ${quoted('scratch')}, or an earlier stage of the same Dockerfile.`;
}
