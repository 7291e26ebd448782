import { quoted, type Findings } from '../findings.ts';
import { DEPLOY_KEYS, LIMITS_KEYS, RESOURCES_KEYS } from '../nested-keys.ts';
import { saysNothing, valueOf, type YamlEntry, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { parseBytes } from './bytes.ts';
import { checkKeys, type KeyTable } from './check-keys.ts';
import { invalid, readInteger, readNumber, shown } from './values.ts';

/** Limits as the learner asked; the engine adapter holds the run's own above them. */
export interface LimitsPlan {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly pids?: number;
  readonly shmBytes?: number;
}

/** The `deploy` mapping of a service with its own keys judged. */
export function readDeploy(service: YamlMap, findings: Findings): YamlMap | undefined {
  return submap(service, 'deploy', DEPLOY_KEYS, '', findings);
}

/**
 * `mem_limit`, `cpus`, `pids_limit`, `shm_size` and `deploy.resources.limits`, which name the same limits; and
 * `cpu_quota` in each `cpu_period`, which is `cpus` in the kernel's own terms.
 */
export function readLimits(service: YamlMap, deploy: YamlMap | undefined, findings: Findings): LimitsPlan {
  const resources = deploy && submap(deploy, 'resources', RESOURCES_KEYS, 'deploy.', findings);
  const limits = resources && submap(resources, 'limits', LIMITS_KEYS, 'deploy.resources.', findings);
  const memoryBytes = oneOf(service, 'mem_limit', limits, 'memory', readBytes, findings);
  const cores = oneOf(service, 'cpus', limits, 'cpus', readNumber, findings);
  const quota = readQuota(service, findings);
  if (isLimit(cores) && isLimit(quota)) refuseBoth(service, findings);
  const cpus = isLimit(quota) ? quota : cores;
  const pids = oneOf(service, 'pids_limit', limits, 'pids', readInteger, findings);
  const shmNode = valueOf(service, 'shm_size');
  const shmBytes = shmNode && readBytes(shmNode, 'shm_size', findings);
  return {
    ...(isLimit(memoryBytes) && { memoryBytes }),
    ...(isLimit(cpus) && { cpus }),
    ...(isLimit(pids) && { pids }),
    ...(isLimit(shmBytes) && { shmBytes }),
  };
}

/** Microseconds; the kernel's bounds, and its default for the period. */
const SHORTEST_PERIOD = 1_000;
const LONGEST_PERIOD = 1_000_000;
const DEFAULT_PERIOD = 100_000;

/** Processor time that may be used in each period, in cores. */
function readQuota(service: YamlMap, findings: Findings): number | undefined {
  const period = readMicroseconds(service, 'cpu_period', LONGEST_PERIOD, findings);
  const quota = readMicroseconds(service, 'cpu_quota', Number.MAX_SAFE_INTEGER, findings);
  return quota && quota / (period ?? DEFAULT_PERIOD);
}

function readMicroseconds(
  service: YamlMap,
  key: string,
  most: number,
  findings: Findings,
): number | undefined {
  const node = valueOf(service, key);
  const value = node && readInteger(node, key, findings);
  if (!node || !isLimit(value)) return undefined;
  if (value >= SHORTEST_PERIOD && value <= most) return value;
  const bounds =
    most === LONGEST_PERIOD ? `${SHORTEST_PERIOD} to ${LONGEST_PERIOD}` : `${SHORTEST_PERIOD} or more`;
  const message = `${quoted(key)} counts in microseconds, and the kernel takes ${bounds} of them; here stands ${shown(node)}.`;
  invalid(key, node.at, message, findings);
  return undefined;
}

function refuseBoth(service: YamlMap, findings: Findings): void {
  const own = service.entries.find((entry) => entry.key === 'cpu_quota');
  const message = `${quoted('cpu_quota')} and ${quoted('cpus')} name the same limit in two ways, and the engine starts no container that has both. Keep one of the two.`;
  if (own) findings.refuse('compose.cpu_quota.conflict', own.at, message);
}

/** Each service runs once. */
export function judgeReplicas(service: YamlMap, deploy: YamlMap | undefined, findings: Findings): void {
  const wishes: readonly (readonly [string, YamlNode | undefined])[] = [
    ['scale', valueOf(service, 'scale')],
    ['deploy.replicas', deploy && valueOf(deploy, 'replicas')],
  ];
  for (const [key, node] of wishes) {
    const count = node && readInteger(node, key, findings);
    if (!node || count === undefined || count === 1) continue;
    findings.refuse(
      `compose.${key}`,
      node.at,
      `${quoted(key)} asks for ${count} containers of this service. Each service runs exactly once here, so that it is clear which container is graded.`,
    );
  }
}

type Reader = (node: YamlNode, key: string, findings: Findings) => number | undefined;

/** Compose refuses two keys for one limit with different values, and takes `limits` without the key for 0. */
function oneOf(
  service: YamlMap,
  key: string,
  limits: YamlMap | undefined,
  deployKey: string,
  readValue: Reader,
  findings: Findings,
): number | undefined {
  const own = service.entries.find((entry) => entry.key === key);
  const ownValue = own && readValue(own.value, key, findings);
  const deployed = limits && valueOf(limits, deployKey);
  const deployedValue = deployed && readValue(deployed, `deploy.resources.limits.${deployKey}`, findings);
  if (own && limits && ownValue !== undefined && ownValue !== 0 && ownValue !== (deployedValue ?? 0)) {
    refuseConflict(own, deployKey, findings);
  }
  return deployedValue !== undefined && deployedValue !== 0 ? deployedValue : ownValue;
}

function refuseConflict(own: YamlEntry, deployKey: string, findings: Findings): void {
  const message = `${quoted(own.key)} and ${quoted(`deploy.resources.limits.${deployKey}`)} name the same limit, and Compose refuses a file in which they differ or where only the first is given beside other limits. Keep one of the two.`;
  findings.refuse(`compose.${own.key}.conflict`, own.at, message);
}

function readBytes(node: YamlNode, key: string, findings: Findings): number | undefined {
  if (node.kind === 'scalar' && node.value === -1) return 0;
  const isSize = node.kind === 'scalar' && (typeof node.value === 'string' || Number.isInteger(node.value));
  const bytes = isSize ? parseBytes(node.printed) : undefined;
  if (bytes !== undefined) return bytes;
  const message = `${quoted(key)} takes a size such as ${quoted('512m')} or ${quoted('1g')}, and here stands ${shown(node)}.`;
  invalid(key, node.at, message, findings);
  return undefined;
}

/** Zero and less mean "no limit". */
function isLimit(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}

function submap(
  map: YamlMap,
  key: string,
  table: KeyTable,
  section: string,
  findings: Findings,
): YamlMap | undefined {
  const node = valueOf(map, key);
  if (!node || saysNothing(node)) return undefined;
  if (node.kind === 'map') {
    checkKeys(node, table, `${section}${key}.`, findings);
    return node;
  }
  invalid(`${section}${key}`, node.at, `${quoted(key)} takes a mapping.`, findings);
  return undefined;
}
