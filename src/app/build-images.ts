import type { BuildPlan, Plan } from '../core/plan.ts';
import type { Limits } from '../core/scenario.ts';
import type { Bench, BuildOutcome, BuiltImage } from './ports/bench.ts';
import type { FinishedBuild } from './ports/subject.ts';
import type { BuildContext } from './prepare-files.ts';
import { finishedBuild } from './run-subject.ts';

export type Built =
  | {
      readonly ok: true;
      /** The graded service's own; null where it runs a base image as it is. */
      readonly build: FinishedBuild | null;
      readonly images: ReadonlyMap<string, BuiltImage>;
    }
  | Extract<BuildOutcome, { ok: false }>;

/** Builds what the plan's services need, the graded one first, each different build once. */
export async function buildImages(
  bench: Bench,
  plan: Plan,
  context: BuildContext,
  limits: Limits,
  onLog: (line: string) => void,
  signal: AbortSignal,
): Promise<Built> {
  const images = new Map<string, BuiltImage>();
  const done = new Map<string, BuiltImage>();
  let build: FinishedBuild | null = null;
  for (const service of gradedFirst(plan)) {
    if (service.image.from === 'base') {
      images.set(service.name, { id: service.image.reference });
      continue;
    }
    const key = keyOf(service.image.build);
    const known = done.get(key);
    if (known !== undefined) {
      images.set(service.name, known);
      continue;
    }
    const request = { plan: service.image.build, context: context.files, limits, onLog };
    const outcome = await bench.build(request, signal);
    if (!outcome.ok) return outcome;
    if (service.name === plan.graded) build = finishedBuild(outcome, context.buildId, context);
    done.set(key, outcome.image);
    images.set(service.name, outcome.image);
  }
  return { ok: true, build, images };
}

function gradedFirst(plan: Plan): Plan['services'] {
  return [...plan.services].sort((a, b) => Number(b.name === plan.graded) - Number(a.name === plan.graded));
}

/** Equal for builds that give the same image. */
function keyOf(build: BuildPlan): string {
  return JSON.stringify(build);
}
