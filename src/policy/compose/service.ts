import type { BuildPlan, ServicePlan } from '../../core/plan.ts';
import { SERVICE_KEYS } from '../compose-keys.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { isNull, saysNothing, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import { judgeAddedCapabilities } from './capabilities.ts';
import { readCommand } from './command.ts';
import type { ProjectContext } from './context.ts';
import { readDependencies } from './depends-on.ts';
import { parseDuration } from './duration.ts';
import { readEnvironment } from './environment.ts';
import { readHealthcheck } from './healthcheck.ts';
import { readImage, type TaggedBuilds } from './image.ts';
import { readLabels } from './labels.ts';
import { judgeReplicas, readDeploy, readLimits } from './limits.ts';
import { readMounts } from './mounts.ts';
import { readMemberships } from './networks.ts';
import { readPorts } from './ports.ts';
import { readRestart } from './restart.ts';
import { readTmpfs } from './tmpfs.ts';
import { invalid, readBoolean, readText, readTextOrTexts } from './values.ts';

const MOST_GRACE_MS = 15_000;
const MOST_RESOLVERS = 8;

export interface ServiceSource {
  readonly name: string;
  readonly map: YamlMap;
  /** Place of its name. */
  readonly at: Place;
  readonly build: BuildPlan | undefined;
}

/** Compiles one service; undefined where it has no image to run. */
export function compileService(
  source: ServiceSource,
  tagged: TaggedBuilds,
  context: ProjectContext,
): ServicePlan | undefined {
  const { name, map, at, build } = source;
  const { findings } = context;
  checkKeys(map, SERVICE_KEYS, '', findings);
  judgeSecurityOptions(valueOf(map, 'security_opt'), findings);
  judgeAddedCapabilities(valueOf(map, 'cap_add'), findings);
  const deploy = readDeploy(map, findings);
  judgeReplicas(map, deploy, findings);
  const image = readImage(map, build, tagged, at, context);
  const { mounts, tmpfs } = readMounts(valueOf(map, 'volumes'), context);
  const optional = optionalParts(map, findings);
  const plan = {
    name,
    ...optional,
    environment: readEnvironment(map, context),
    labels: readLabels(valueOf(map, 'labels'), 'labels', findings),
    readOnly: readSwitch(map, 'read_only', findings) ?? false,
    tmpfs: [...readTmpfs(valueOf(map, 'tmpfs'), findings), ...tmpfs],
    mounts,
    ports: portsOf(map, findings),
    dns: readResolvers(map, 'dns', findings),
    dnsSearch: readResolvers(map, 'dns_search', findings),
    dnsOptions: readResolvers(map, 'dns_opt', findings),
    networks: readMemberships(map, context),
    restart: readRestart(map, deploy, findings),
    ...readLimits(map, deploy, findings),
    dependsOn: readDependencies(valueOf(map, 'depends_on'), findings),
  };
  return image && { ...plan, image };
}

type OptionalPart =
  | 'entrypoint'
  | 'command'
  | 'workingDir'
  | 'user'
  | 'hostname'
  | 'init'
  | 'healthcheck'
  | 'stopSignal'
  | 'stopGracePeriodMs';

/** The parts that are absent where the image's or the engine's own counts. */
function optionalParts(map: YamlMap, findings: Findings): Pick<ServicePlan, OptionalPart> {
  const entrypointNode = valueOf(map, 'entrypoint');
  const commandNode = valueOf(map, 'command');
  const entrypoint = entrypointNode && readCommand(entrypointNode, 'entrypoint', findings);
  const command = commandNode && readCommand(commandNode, 'command', findings);
  const workingDir = readNonEmpty(map, 'working_dir', findings);
  const user = readNonEmpty(map, 'user', findings);
  const hostname = readNonEmpty(map, 'hostname', findings);
  const init = readSwitch(map, 'init', findings);
  const healthcheck = readHealthcheck(valueOf(map, 'healthcheck'), findings);
  const stopSignal = readNonEmpty(map, 'stop_signal', findings);
  const stopGracePeriodMs = readGracePeriod(valueOf(map, 'stop_grace_period'), findings);
  return {
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    ...(workingDir !== undefined && { workingDir }),
    ...(user !== undefined && { user }),
    ...(hostname !== undefined && { hostname }),
    ...(init !== undefined && { init }),
    ...(healthcheck && { healthcheck }),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(stopGracePeriodMs !== undefined && { stopGracePeriodMs }),
  };
}

function readNonEmpty(map: YamlMap, key: string, findings: Findings): string | undefined {
  const node = valueOf(map, key);
  const text = node && readText(node, key, findings);
  return text === '' ? undefined : text;
}

function readSwitch(map: YamlMap, key: string, findings: Findings): boolean | undefined {
  const node = valueOf(map, key);
  return node && readBoolean(node, key, findings);
}

function portsOf(map: YamlMap, findings: Findings): ServicePlan['ports'] {
  const node = valueOf(map, 'ports');
  return node ? readPorts(node, findings) : [];
}

function readResolvers(map: YamlMap, key: string, findings: Findings): readonly string[] {
  const node = valueOf(map, key);
  const texts = (node && readTextOrTexts(node, key, findings)) ?? [];
  if (node && texts.length > MOST_RESOLVERS) {
    invalid(
      key,
      node.at,
      `${quoted(key)} has ${texts.length} entries; ${MOST_RESOLVERS} are the most that is taken.`,
      findings,
    );
  }
  return texts;
}

function readGracePeriod(node: YamlNode | undefined, findings: Findings): number | undefined {
  const text = node && readText(node, 'stop_grace_period', findings);
  if (!node || text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration === undefined) {
    const message = `${quoted(text)} is no duration. It needs a number and a unit, such as ${quoted('10s')}.`;
    invalid('stop_grace_period', node.at, message, findings);
    return undefined;
  }
  if (duration <= MOST_GRACE_MS) return Math.round(duration);
  const message = `A container gets at most ${MOST_GRACE_MS / 1000} s to stop here. A longer wait doesn't make a program stop that doesn't hear the signal.`;
  findings.notice('compose.stop_grace_period', node.at, message);
  return MOST_GRACE_MS;
}

function judgeSecurityOptions(node: YamlNode | undefined, findings: Findings): void {
  if (!node || saysNothing(node) || isNull(node)) return;
  for (const option of readTextOrTexts(node, 'security_opt', findings) ?? []) {
    // In force for every container here anyway.
    if (/^no-new-privileges(?:[:=]true)?$/.test(option)) continue;
    const message = `${quoted(option)} changes the walls between the container and the machine. Only ${quoted('no-new-privileges:true')}, which makes them higher, can stand here.`;
    findings.refuse('compose.security_opt', node.at, message);
  }
}
