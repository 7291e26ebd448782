import { planBuild } from '../build-plan.ts';
import type { BuildPlan } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { BUILD_KEYS } from '../nested-keys.ts';
import { isNull, valueOf, type YamlEntry, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import type { ProjectContext } from './context.ts';
import { readLabels } from './labels.ts';
import { resolveInside } from './submission-path.ts';
import { invalid, readPairs, readText } from './values.ts';

const MOST_ARGS = 100;
/** Build arguments that steer the builder itself or send its traffic elsewhere. */
const STEERING = /^(?:BUILDKIT_.*|BUILDX_.*|(?:HTTPS?|FTP|NO|ALL)_PROXY|(?:https?|ftp|no|all)_proxy)$/i;

/** `build` of a service, as a path or a mapping. */
export function readBuild({ value, at }: YamlEntry, context: ProjectContext): BuildPlan | undefined {
  if (value.kind === 'map') return readMap(value, at, context);
  const folder = readText(value, 'build', context.findings);
  const path = folder === undefined ? undefined : contextPath(folder, value.at, context.findings);
  return path === undefined
    ? undefined
    : planIn(path, { args: new Map(), labels: {} }, 'Dockerfile', value.at, context);
}

function readMap(map: YamlMap, at: Place, context: ProjectContext): BuildPlan | undefined {
  const { findings } = context;
  checkKeys(map, BUILD_KEYS, 'build.', findings);
  judgeNetwork(valueOf(map, 'network'), findings);
  const folder = optionalText(map, 'context', findings) ?? '.';
  const path = contextPath(folder, valueOf(map, 'context')?.at ?? at, findings);
  const target = optionalText(map, 'target', findings);
  const settings = {
    args: readArgs(valueOf(map, 'args'), context),
    labels: readLabels(valueOf(map, 'labels'), 'build.labels', findings),
    ...(target !== undefined && target !== '' && { target }),
  };
  const inline = optionalText(map, 'dockerfile_inline', findings);
  const dockerfile = optionalText(map, 'dockerfile', findings);
  if (inline !== undefined && dockerfile !== undefined) {
    const message = `${quoted('dockerfile')} and ${quoted('dockerfile_inline')} exclude each other. Keep one.`;
    invalid('build.dockerfile', valueOf(map, 'dockerfile')?.at ?? at, message, findings);
    return undefined;
  }
  if (path === undefined) return undefined;
  if (inline !== undefined) {
    const request = { context: path, dockerfile: 'inline', inline, at, ...settings };
    return planBuild(request, context.files, context.options, findings);
  }
  return planIn(path, settings, dockerfile ?? 'Dockerfile', valueOf(map, 'dockerfile')?.at ?? at, context);
}

interface Settings {
  readonly args: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly target?: string;
}

function planIn(
  folder: string,
  settings: Settings,
  dockerfile: string,
  at: Place,
  context: ProjectContext,
): BuildPlan | undefined {
  const path = resolveInside(folder, dockerfile, 'build.dockerfile', at, context.findings);
  if (path === undefined) return undefined;
  return planBuild(
    { context: folder, dockerfile: path, at, ...settings },
    context.files,
    context.options,
    context.findings,
  );
}

function contextPath(folder: string, at: Place, findings: Findings): string | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i.test(folder)) {
    const message = `${quoted(folder)} makes the builder fetch its context from the network, which builds don't have here. What is graded is what you submit: build from a folder of the project.`;
    findings.refuse('compose.build.context.remote', at, message);
    return undefined;
  }
  return resolveInside('.', folder, 'build.context', at, findings);
}

function readArgs(node: YamlNode | undefined, context: ProjectContext): ReadonlyMap<string, string> {
  const args = new Map<string, string>();
  if (!node) return args;
  for (const { name, value, at } of readPairs(node, 'build.args', MOST_ARGS, context.findings)) {
    const known = value ?? context.lookup(name);
    if (STEERING.test(name)) {
      const message = `The build argument ${quoted(name)} gives orders to the builder itself. Builds have no network here and one builder for all; leave it out.`;
      context.findings.refuse('compose.build.args.reserved', at, message);
    } else if (known !== undefined && name !== '') {
      args.set(name, known);
    }
  }
  return args;
}

function judgeNetwork(node: YamlNode | undefined, findings: Findings): void {
  const network = node && !isNull(node) ? readText(node, 'build.network', findings) : undefined;
  if (!node || network === undefined || ['', 'none', 'default'].includes(network)) return;
  const message = `${quoted(network)}: builds have no network here, so that the same submission builds the same image every time. What the labs install comes with the base image.`;
  findings.refuse('compose.build.network', node.at, message);
}

function optionalText(map: YamlMap, key: string, findings: Findings): string | undefined {
  const node = valueOf(map, key);
  return node && readText(node, `build.${key}`, findings);
}
