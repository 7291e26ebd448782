import type { CheckKind } from '../app/ports/check-kind.ts';

const ALL: readonly CheckKind[] = [
  // Whether it runs and answers.
  // What the image and its builds are like.
  // What processes do.
];

/** Every kind of check that a scenario may name, by its name. */
export const CHECK_KINDS: ReadonlyMap<string, CheckKind> = new Map(ALL.map((kind) => [kind.name, kind]));
