import type { ImageFacts } from '../app/ports/bench.ts';
import type { FinishedBuild, Subject } from '../app/ports/subject.ts';
import { targeting, type Stage } from './dockerfile-stages.ts';

/** The facts of a stage that is no image by itself; undefined where it can't be built alone. */
export async function stageFacts(
  subject: Subject,
  build: FinishedBuild,
  stage: Stage,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  const { image } = subject.service;
  const target = image.from === 'build' ? targeting(image.build.dockerfile, stage) : undefined;
  if (target === undefined) return undefined;
  const built = await subject.buildStage(build, target, signal);
  return built.ok ? subject.imageFactsOf(built.build, signal) : undefined;
}
