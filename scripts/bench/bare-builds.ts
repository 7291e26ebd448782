import { randomBytes } from 'node:crypto';
import { folderOf } from '../../src/adapters/docker/build/context-tar.ts';
import { ignoreTextOf, withoutIgnored } from '../../src/adapters/docker/build/docker-ignore.ts';
import type { BuildRequest } from '../../src/app/ports/bench.ts';
import type { FileEntry, FileSet } from '../../src/core/file-set.ts';
import type { BuildPlan } from '../../src/core/plan.ts';

/** A build as anybody would have to send it: the context without what `.dockerignore` leaves out. */
export interface BareBuild {
  readonly plan: BuildPlan;
  readonly context: FileSet;
  /** Files that are new in every run: a build id, a planted canary, an edit that must not be cached. */
  readonly fresh: ReadonlySet<string>;
}

/** The builds that two runs of the same submission asked for; what differs between the runs is new in every one. */
export function bareBuildsOf(
  one: readonly BuildRequest[],
  other: readonly BuildRequest[],
): readonly BareBuild[] {
  if (one.length !== other.length)
    throw new Error('two runs of one submission did not ask for the same builds');
  return one.map(({ plan, context }, index) => {
    const sent = withoutIgnored(
      folderOf(context, plan.context),
      ignoreTextOf(context, plan.context, plan.dockerfilePath),
    );
    const twin = folderOf(other[index]?.context ?? new Map(), plan.context);
    const fresh = [...sent]
      .filter(([path, { bytes }]) => !sameBytes(bytes, twin.get(path)))
      .map(([path]) => path);
    return { plan, context: sent, fresh: new Set(fresh) };
  });
}

/** The build's context with its fresh files different from every time before. */
export function renewed({ context, fresh }: BareBuild): FileSet {
  const renew = (entry: FileEntry): FileEntry => ({
    ...entry,
    bytes: Buffer.concat([entry.bytes, Buffer.from(`\n# ${randomBytes(8).toString('hex')}\n`)]),
  });
  return new Map([...context].map(([path, entry]) => [path, fresh.has(path) ? renew(entry) : entry]));
}

function sameBytes(bytes: Uint8Array, entry: FileEntry | undefined): boolean {
  return entry !== undefined && Buffer.compare(bytes, entry.bytes) === 0;
}
