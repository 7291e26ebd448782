import type { NetworkMembership } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { NETWORK_KEYS, SERVICE_NETWORK_KEYS } from '../nested-keys.ts';
import {
  entryOf,
  isNull,
  saysNothing,
  valueOf,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import type { ProjectContext } from './context.ts';
import { refuseExternal } from './external.ts';
import { invalid, readDistinctTexts, readText, readTexts } from './values.ts';

const MOST_NETWORKS = 8;
const MOST_ALIASES = 16;

const MODE_LESSONS = {
  host: 'With `network_mode: host` the container has no network of its own: it sits in the machine’s, beside everything else that listens there, and publishing ports does nothing. It hides what is wrong with an address or a mapping instead of mending it.',
  container:
    'It puts the service into the network of another container of the machine, and other containers here are other people’s. Services of one project reach each other by name over a common network.',
  service:
    'It makes two services share one network and one set of ports. Services of one project reach each other by name over a common network.',
  other: 'It names a network that exists outside of this project. Declare the network under `networks`.',
} as const;

/** The networks that a service joins; none for `network_mode: none`. */
export function readMemberships(service: YamlMap, context: ProjectContext): readonly NetworkMembership[] {
  const mode = entryOf(service, 'network_mode');
  const networks = entryOf(service, 'networks');
  if (mode && networks && !saysNothing(mode.value)) {
    const message = `${quoted('network_mode')} and ${quoted('networks')} exclude each other. ${quoted('networks')} is the one to keep.`;
    context.findings.refuse('compose.network_mode.conflict', mode.at, message);
    return [];
  }
  if (mode && !saysNothing(mode.value)) return readMode(mode.value, context);
  if (!networks) return [{ network: 'default', aliases: [] }];
  return networks.value.kind === 'list' ? listed(networks, context) : mapped(networks, context);
}

function readMode(node: YamlNode, context: ProjectContext): readonly NetworkMembership[] {
  const mode = readText(node, 'network_mode', context.findings);
  if (mode === undefined || mode === 'none') return [];
  if (mode === 'bridge' || mode === 'default') return [{ network: 'default', aliases: [] }];
  const kind =
    mode === 'host'
      ? 'host'
      : mode.startsWith('container:')
        ? 'container'
        : mode.startsWith('service:')
          ? 'service'
          : 'other';
  context.findings.refuse(`compose.network_mode.${kind}`, node.at, `${quoted(mode)}: ${MODE_LESSONS[kind]}`);
  return [];
}

function listed({ value, at }: YamlEntry, context: ProjectContext): readonly NetworkMembership[] {
  const names = readDistinctTexts(value, 'networks', context.findings);
  const memberships = names.map((network) => ({ network, aliases: [] }));
  return judged(memberships, at, context);
}

function mapped({ value, at }: YamlEntry, context: ProjectContext): readonly NetworkMembership[] {
  if (value.kind !== 'map') {
    invalid(
      'networks',
      value.at,
      `${quoted('networks')} takes a list of names or a mapping.`,
      context.findings,
    );
    return [];
  }
  const memberships = value.entries.map(({ key, value: settings }) => ({
    network: key,
    aliases: aliasesOf(settings, context),
  }));
  return judged(memberships, at, context);
}

function aliasesOf(settings: YamlNode, context: ProjectContext): readonly string[] {
  if (isNull(settings)) return [];
  if (settings.kind !== 'map') {
    invalid(
      'networks',
      settings.at,
      'A network of a service takes a mapping of settings, or nothing.',
      context.findings,
    );
    return [];
  }
  checkKeys(settings, SERVICE_NETWORK_KEYS, 'networks.', context.findings);
  const node = valueOf(settings, 'aliases');
  const aliases = node ? (readTexts(node, 'networks.aliases', context.findings) ?? []) : [];
  const wrong = aliases.find((alias) => !/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62})$/.test(alias));
  if (node && (wrong !== undefined || aliases.length > MOST_ALIASES)) {
    invalid(
      'networks.aliases',
      node.at,
      `Aliases are at most ${MOST_ALIASES} host names of letters, digits, dots and hyphens.`,
      context.findings,
    );
    return [];
  }
  return [...new Set(aliases)];
}

function judged(
  memberships: readonly NetworkMembership[],
  at: Place,
  context: ProjectContext,
): readonly NetworkMembership[] {
  for (const { network } of memberships) {
    if (network === 'default' || context.networks.has(network)) continue;
    const message = `The network ${quoted(network)} isn't declared. Add it under the ${quoted('networks')} key at the left margin.`;
    context.findings.refuse('compose.networks.undeclared', at, message);
  }
  if (memberships.length === 0) {
    invalid(
      'networks',
      at,
      `Here stands no network at all. Leave ${quoted('networks')} out for the default network.`,
      context.findings,
    );
  }
  return memberships;
}

/** Judges the top-level `networks` and returns their names. */
export function readNetworks(node: YamlNode | undefined, findings: Findings): ReadonlySet<string> {
  if (!node || isNull(node)) return new Set();
  if (node.kind !== 'map' || node.entries.length > MOST_NETWORKS) {
    invalid(
      'networks',
      node.at,
      `${quoted('networks')} takes a mapping of at most ${MOST_NETWORKS} networks.`,
      findings,
    );
    return new Set();
  }
  for (const { value } of node.entries) {
    if (isNull(value)) continue;
    if (value.kind === 'map') judgeNetwork(value, findings);
    else invalid('networks', value.at, 'A network takes a mapping of settings, or nothing.', findings);
  }
  return new Set(node.entries.map(({ key }) => key));
}

function judgeNetwork(settings: YamlMap, findings: Findings): void {
  checkKeys(settings, NETWORK_KEYS, 'networks.', findings);
  const driver = entryOf(settings, 'driver');
  if (driver && !saysNothing(driver.value)) {
    const name = readText(driver.value, 'networks.driver', findings);
    if (name !== undefined && name !== 'bridge' && name !== 'default') {
      const message = `The driver ${quoted(name)} ties containers to the machine's own network. Networks of a project are ${quoted('bridge')} networks, which is also what they are without this key.`;
      findings.refuse('compose.networks.driver', driver.at, message);
    }
  }
  refuseExternal(entryOf(settings, 'external'), 'networks', findings);
}
