import type { BuildPlan, ImagePlan } from '../../core/plan.ts';
import { resolveBaseImage } from '../dockerfile/base-image.ts';
import { quoted, type Place } from '../findings.ts';
import { entryOf, isNull, type YamlMap } from '../yaml/yaml-node.ts';
import { readBuild } from './build.ts';
import type { ProjectContext } from './context.ts';
import { readText } from './values.ts';

/** Builds of the project by the tag that `image` beside them gives: another service may run the same image. */
export type TaggedBuilds = ReadonlyMap<string, BuildPlan>;

/** Compiles `build` wherever it stands, so that every Dockerfile is judged once. */
export function readBuilds(
  services: ReadonlyMap<string, YamlMap>,
  context: ProjectContext,
): ReadonlyMap<string, BuildPlan> {
  const builds = new Map<string, BuildPlan>();
  for (const [name, service] of services) {
    const build = entryOf(service, 'build');
    const plan = build && readBuild(build, context);
    if (plan) builds.set(name, plan);
  }
  return builds;
}

export function tagsOf(
  services: ReadonlyMap<string, YamlMap>,
  builds: ReadonlyMap<string, BuildPlan>,
): TaggedBuilds {
  const tagged = new Map<string, BuildPlan>();
  for (const [name, build] of builds) {
    const service = services.get(name);
    const image = service && entryOf(service, 'image')?.value;
    if (image?.kind === 'scalar' && typeof image.value === 'string') tagged.set(image.value, build);
  }
  return tagged;
}

/** What a service runs; undefined where that was refused. */
export function readImage(
  service: YamlMap,
  build: BuildPlan | undefined,
  tagged: TaggedBuilds,
  at: Place,
  context: ProjectContext,
): ImagePlan | undefined {
  const image = entryOf(service, 'image');
  const reference =
    image && !isNull(image.value) ? readText(image.value, 'image', context.findings) : undefined;
  if (entryOf(service, 'build')) return build && { from: 'build', build };
  if (!image || reference === undefined || reference === '') {
    const message = `This service has neither ${quoted('build')} nor ${quoted('image')}, so there is nothing to run. ${quoted('build: .')} builds the Dockerfile beside this file.`;
    context.findings.refuse('compose.image.missing', at, message);
    return undefined;
  }
  const shared = tagged.get(reference);
  if (shared) return { from: 'build', build: shared };
  const local = resolveBaseImage(
    reference,
    context.options,
    context.findings,
    'compose.image',
    image.value.at,
  );
  return local === undefined ? undefined : { from: 'base', reference: local };
}
