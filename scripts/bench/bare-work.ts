import { bareBuildsOf, renewed } from './bare-builds.ts';
import { bareBuild, bareContainer, bareLook } from './bare-engine.ts';
import { BARE_WATCHING } from './bare-watching.ts';
import type { Asked } from './recorded-benches.ts';
import type { BenchSetup, Solution } from './setup-bench.ts';

/** What anybody grading a solution would have to ask of the engine, with nothing looked at. */
export interface BareWork {
  readonly builds: number;
  readonly containers: number;
  /** Images that are looked into: the engine hands each of them out. */
  readonly looks: number;
  /** Does all of it, one after the other. Each container runs for `runMs` once it has answered. */
  work(runMs?: number): Promise<void>;
}

/** The builds and containers that two runs of a solution asked for. */
export async function bareWorkOf(bench: BenchSetup, lab: string, solution: Solution): Promise<BareWork> {
  const [first, second] = [await askedBy(solution), await askedBy(solution)];
  const builds = bareBuildsOf(first.builds, second.builds);
  let number = 0;
  return {
    builds: builds.length,
    containers: second.ups,
    looks: second.looks.size,
    async work(runMs = 0) {
      // Of its own, since several may be at work at once.
      const tag = `labgrader-bench:bare-${lab}-${number++ % MOST_AT_ONCE}`;
      for (const [index, build] of builds.entries()) {
        await bareBuild(bench.docker, tag, build.plan, renewed(build));
        if (second.looks.has(index)) await bareLook(bench.docker, tag);
      }
      for (let up = 0; up < second.ups; up++) {
        const watching = BARE_WATCHING[lab]?.[up];
        const ranMs = up === 0 ? runMs : 0;
        await bareContainer(bench.docker, tag, bench.bareNetwork, solution.port, ranMs, watching);
      }
    },
  };
}

/** Tags that are used in turn. */
const MOST_AT_ONCE = 16;

async function askedBy({ asked, grade }: Solution): Promise<Asked> {
  asked.builds = [];
  asked.looks = new Set();
  asked.ups = 0;
  await grade();
  return { ...asked };
}
