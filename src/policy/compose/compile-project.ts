import { textOf, type FileSet } from '../../core/file-set.ts';
import type { Plan, ServicePlan } from '../../core/plan.ts';
import type { PolicyOptions } from '../compile-submission.ts';
import { PROJECT_KEYS } from '../compose-keys.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { interpolateYaml } from '../yaml/interpolate-yaml.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { entryOf, saysNothing, valueOf, type YamlMap } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import type { ProjectContext } from './context.ts';
import { judgeDependencies } from './depends-on.ts';
import { dotenvLookup } from './dotenv-lookup.ts';
import { readBuilds, tagsOf } from './image.ts';
import { readNetworks } from './networks.ts';
import { judgePublishedPorts } from './published-ports.ts';
import { compileService } from './service.ts';
import { invalid, readText, readTexts } from './values.ts';
import { readVolumes } from './volumes.ts';

const MOST_SERVICES = 8;

/** Compiles a compose file into our own plan; undefined where something essential is missing. */
export function compileProject(
  file: string,
  files: FileSet,
  options: PolicyOptions,
  findings: Findings,
): Plan | undefined {
  const raw = parseYaml(textOf(files, file) ?? '', file, findings);
  if (!raw) return undefined;
  const lookup = dotenvLookup(files, findings);
  const root = interpolateYaml(raw, lookup, findings);
  if (root.kind !== 'map') {
    const message = `A compose file is a mapping with the key ${quoted('services')}.`;
    findings.refuse('compose.empty', root.at, message);
    return undefined;
  }
  checkKeys(root, PROJECT_KEYS, '', findings);
  const version = valueOf(root, 'version');
  if (version) readText(version, 'version', findings);
  const networks = readNetworks(valueOf(root, 'networks'), findings);
  const volumes = readVolumes(valueOf(root, 'volumes'), findings);
  const services = readServices(root, findings);
  if (!services) return undefined;
  judgeGraded(services, options.service, root, findings);
  return assemble(services, { files, options, findings, lookup, networks, volumes });
}

interface ServiceEntry {
  readonly name: string;
  readonly map: YamlMap;
  readonly at: Place;
  /** A profile keeps `docker compose up` from starting it. */
  readonly idle: boolean;
}

function readServices(root: YamlMap, findings: Findings): readonly ServiceEntry[] | undefined {
  const services = entryOf(root, 'services');
  if (services?.value.kind !== 'map') {
    const message = `A compose file needs ${quoted('services')}: a mapping from the name of each service to what it runs.`;
    findings.refuse('compose.empty', services?.at ?? root.at, message);
    return undefined;
  }
  const { entries } = services.value;
  if (entries.length > MOST_SERVICES) {
    const message = `This file has ${entries.length} services; ${MOST_SERVICES} are the most that is taken.`;
    findings.refuse('compose.services.many', services.at, message);
    return undefined;
  }
  return entries.flatMap(({ key: name, at, value }) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
      const message = `${quoted(name)} is no name for a service: letters, digits, dots, hyphens and underscores make one.`;
      findings.refuse('compose.services.name', at, message);
      return [];
    }
    if (value.kind === 'map') return [{ name, map: value, at, idle: hasProfile(value, findings) }];
    invalid(
      'services',
      at,
      `The service ${quoted(name)} takes a mapping: ${quoted('build: .')} is the least.`,
      findings,
    );
    return [];
  });
}

function hasProfile(service: YamlMap, findings: Findings): boolean {
  const profiles = valueOf(service, 'profiles');
  return (
    profiles !== undefined &&
    !saysNothing(profiles) &&
    readTexts(profiles, 'profiles', findings) !== undefined
  );
}

function judgeGraded(
  services: readonly ServiceEntry[],
  graded: string,
  root: YamlMap,
  findings: Findings,
): void {
  const service = services.find(({ name }) => name === graded);
  if (service?.idle) {
    const message = `${quoted(graded)} is the service that is graded, and its profile keeps ${quoted('docker compose up')} from starting it. Leave the key out.`;
    findings.refuse('compose.profiles', entryOf(service.map, 'profiles')?.at ?? service.at, message);
  } else if (!service) {
    const declared = entryOf(root, 'services');
    const keys = declared?.value.kind === 'map' ? declared.value.entries.map(({ key }) => key) : [];
    // A service of that name which isn't a mapping has been spoken of already.
    if (keys.includes(graded)) return;
    const names = keys.map((name) => quoted(name)).join(', ');
    const message = `The service that is graded is ${quoted(graded)}, and this file has ${names === '' ? 'none' : names}. Give your service that name.`;
    findings.refuse('compose.service-missing', declared?.at ?? root.at, message);
  }
}

function assemble(services: readonly ServiceEntry[], context: ProjectContext): Plan | undefined {
  const { findings, options } = context;
  // What a profile keeps from starting is neither built, pulled nor run: it is nobody's business what stands in it.
  const active = services.filter((service) => !service.idle);
  const maps = new Map(active.map(({ name, map }) => [name, map]));
  const builds = readBuilds(maps, context);
  const tagged = tagsOf(maps, builds);
  const idle = new Set(services.filter((service) => service.idle).map(({ name }) => name));
  const plans = active.flatMap(
    (service) => compileService({ ...service, build: builds.get(service.name) }, tagged, context) ?? [],
  );
  judgeDependencies(plans, placesOf('depends_on', services), idle, findings);
  judgePublishedPorts(plans, placesOf('ports', services), findings);
  if (plans.length < active.length) return undefined;
  return {
    services: plans.map((plan) => withoutIdle(plan, idle)),
    graded: options.service,
    networks: namesIn(plans, ({ networks }) => networks.map(({ network }) => network)),
    volumes: namesIn(plans, ({ mounts }) =>
      mounts.flatMap((mount) => (mount.kind === 'volume' ? mount.name : [])),
    ),
  };
}

/** Where each service says `key`. */
function placesOf(key: string, services: readonly ServiceEntry[]): ReadonlyMap<string, Place> {
  return new Map(services.map(({ name, map, at }) => [name, entryOf(map, key)?.at ?? at]));
}

function withoutIdle(plan: ServicePlan, idle: ReadonlySet<string>): ServicePlan {
  return { ...plan, dependsOn: plan.dependsOn.filter(({ service }) => !idle.has(service)) };
}

function namesIn(
  plans: readonly ServicePlan[],
  of: (plan: ServicePlan) => readonly string[],
): readonly string[] {
  return [...new Set(plans.flatMap(of))];
}
