import type { Bench, Benches, BuildRequest } from '../../src/app/ports/bench.ts';

/** What a run asked the engine for, as far as anybody grading it would have to. */
export interface Asked {
  builds: BuildRequest[];
  /** Those of the builds whose image was looked into, by their index. */
  looks: Set<number>;
  ups: number;
}

/** Records the builds and the looks into their images, and counts the stacks of the runs that go through `benches`. */
export function recordedBenches(benches: Benches, asked: Asked): Benches {
  return {
    async take(runId, signal) {
      const bench = await benches.take(runId, signal);
      const builtBy = new Map<string, number>();
      const recorded: Bench = {
        engineVersion: bench.engineVersion,
        internet: bench.internet,
        overgrown: bench.overgrown,
        isOverloaded: () => bench.isOverloaded(),
        lacksDisk: () => bench.lacksDisk(),
        readImage: (image, readSignal) => {
          const build = builtBy.get(image.id);
          if (build !== undefined) asked.looks.add(build);
          return bench.readImage(image, readSignal);
        },
        build: async (request, buildSignal) => {
          const index = asked.builds.push(request) - 1;
          const outcome = await bench.build(request, buildSignal);
          if (outcome.ok) builtBy.set(outcome.image.id, index);
          return outcome;
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
