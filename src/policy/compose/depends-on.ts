import type { Dependency, ServicePlan } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { DEPENDS_ON_KEYS } from '../nested-keys.ts';
import { valueOf, type YamlEntry, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import { invalid, readBoolean, readDistinctTexts, readText } from './values.ts';

const CONDITIONS: readonly Dependency['condition'][] = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
];

export function readDependencies(node: YamlNode | undefined, findings: Findings): readonly Dependency[] {
  if (!node) return [];
  if (node.kind === 'map') return node.entries.flatMap((entry) => readDependency(entry, findings) ?? []);
  return readDistinctTexts(node, 'depends_on', findings).map((service) => ({
    service,
    condition: 'service_started',
    required: true,
  }));
}

function readDependency({ key, at, value }: YamlEntry, findings: Findings): Dependency | undefined {
  const conditionNode = value.kind === 'map' ? valueOf(value, 'condition') : undefined;
  if (value.kind !== 'map' || !conditionNode) {
    invalid(
      'depends_on',
      at,
      `${quoted(key)} needs a ${quoted('condition')} here: ${CONDITIONS.map((name) => quoted(name)).join(', ')}.`,
      findings,
    );
    return undefined;
  }
  checkKeys(value, DEPENDS_ON_KEYS, 'depends_on.', findings);
  const name = readText(conditionNode, 'depends_on.condition', findings);
  const condition = CONDITIONS.find((known) => known === name);
  if (!condition) {
    if (name !== undefined)
      invalid(
        'depends_on.condition',
        conditionNode.at,
        `${quoted(name)} is no condition; ${CONDITIONS.map((known) => quoted(known)).join(', ')} are.`,
        findings,
      );
    return undefined;
  }
  const requiredNode = valueOf(value, 'required');
  const required = requiredNode ? (readBoolean(requiredNode, 'depends_on.required', findings) ?? true) : true;
  return { service: key, condition, required };
}

/** Refuses names that no started service has, and circles. `idle` are services that a profile keeps from starting. */
export function judgeDependencies(
  services: readonly ServicePlan[],
  places: ReadonlyMap<string, Place>,
  idle: ReadonlySet<string>,
  findings: Findings,
): void {
  const names = new Set(services.map(({ name }) => name));
  for (const { name, dependsOn } of services) {
    for (const { service, required } of dependsOn) {
      if (names.has(service) || (idle.has(service) && !required)) continue;
      const at = places.get(name);
      const why = idle.has(service) ? 'has a profile and isn’t started' : 'isn’t in this file';
      if (at)
        findings.refuse(
          'compose.depends_on.undeclared',
          at,
          `${quoted(name)} depends on ${quoted(service)}, which ${why}.`,
        );
    }
  }
  const circle = findCircle(services);
  if (!circle) return;
  const path = [...circle, circle[0] ?? ''].map((name) => quoted(name)).join(' → ');
  const at = places.get(circle[0] ?? '');
  if (at)
    findings.refuse(
      'compose.depends_on.cycle',
      at,
      `These services wait for each other: ${path}. None of them could be the first to start.`,
    );
}

/** Takes away who waits for nobody left, until none is left or only a circle is. */
function findCircle(services: readonly ServicePlan[]): readonly string[] | undefined {
  const waiting = new Map(
    services.map(({ name, dependsOn }) => [name, dependsOn.map(({ service }) => service)]),
  );
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    for (const [name, others] of waiting)
      if (!others.some((other) => waiting.has(other))) waiting.delete(name);
  }
  const [first] = waiting.keys();
  if (first === undefined) return undefined;
  const path: string[] = [];
  for (let name = first; !path.includes(name);) {
    path.push(name);
    name = waiting.get(name)?.find((other) => waiting.has(other)) ?? name;
  }
  const last = waiting.get(path.at(-1) ?? '')?.find((other) => waiting.has(other)) ?? first;
  return path.slice(path.indexOf(last));
}
