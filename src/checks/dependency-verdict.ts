import type { DependencyStep } from './dependency-step.ts';

/** What to hold against a build, or the name of the step that is as it should be. */
type Verdict =
  | { readonly finding: null; readonly name: string }
  | { readonly finding: 'package-absent' | 'reinstalled' | 'manifest-ignored'; readonly observed: string };

/** Judges when a build installs its dependencies by how the step that does so fared. */
export function dependencyVerdict(
  step: DependencyStep,
  firstBroken: string | null,
  { manifest, addLine }: { readonly manifest: string; readonly addLine: string },
): Verdict {
  switch (step.kind) {
    case 'absent':
      return {
        finding: 'package-absent',
        observed: `\`${addLine}\` was added to \`${manifest}\`, and no layer of the image holds the package: the build doesn't install what the manifest names.`,
      };
    case 'reinstalled': {
      const cause = firstBroken === null ? '' : ` The first step that ran again is ${firstBroken}.`;
      return {
        finding: 'reinstalled',
        observed: `Only sources were edited, and ${step.name} ran again.${cause}`,
      };
    }
    case 'stale':
      return {
        finding: 'manifest-ignored',
        observed: `The package of \`${addLine}\` is in the image already, though \`${manifest}\` doesn't name it: ${step.name} installs something else than what that file says.`,
      };
    case 'cached':
      return { finding: null, name: step.name };
  }
}
