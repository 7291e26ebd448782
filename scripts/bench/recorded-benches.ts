import type { Bench, Benches, BuildRequest } from '../../src/app/ports/bench.ts';

/** What a run asked the engine for, as far as anybody grading it would have to. */
export interface Asked {
  builds: BuildRequest[];
  ups: number;
}

/** Records the builds and counts the stacks of the runs that go through `benches`. */
export function recordedBenches(benches: Benches, asked: Asked): Benches {
  return {
    async take(runId, signal) {
      const bench = await benches.take(runId, signal);
      const recorded: Bench = {
        engineVersion: bench.engineVersion,
        internet: bench.internet,
        overgrown: bench.overgrown,
        isOverloaded: () => bench.isOverloaded(),
        lacksDisk: () => bench.lacksDisk(),
        readImage: (image, readSignal) => bench.readImage(image, readSignal),
        build: (request, buildSignal) => {
          asked.builds.push(request);
          return bench.build(request, buildSignal);
        },
        up: (request, upSignal) => {
          asked.ups++;
          return bench.up(request, upSignal);
        },
        [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
      };
      return recorded;
    },
  };
}
