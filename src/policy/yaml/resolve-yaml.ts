import { isAlias, isMap, isScalar, isSeq, Scalar, type Document, type ParsedNode, type YAMLMap } from 'yaml';
import { quoted, type Findings, type Place } from '../findings.ts';
import { readPlain } from './plain-scalar.ts';
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.ts';

/** Nodes after every alias is written out: what an alias bomb would make of a small file. */
const MOST_EXPANDED = 20_000;
const TOO_MUCH =
  'Written out, the aliases of this file come to more than any compose file needs. Anchors are for saying a thing twice, not for multiplying it.';
const TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Gives the parsed document the meaning that Compose gives it; undefined where something was refused. */
export function resolveYaml(
  document: Document.Parsed,
  placeAt: (offset: number) => Place,
  findings: Findings,
): YamlNode | undefined {
  const resolver: Resolver = {
    placeAt,
    findings,
    anchors: new Map(),
    weights: new Map(),
    merged: 0,
    refused: false,
  };
  const root = document.contents ? resolve(document.contents, resolver) : emptyScalar(placeAt(0));
  return resolver.refused ? undefined : root;
}

interface Resolver {
  readonly placeAt: (offset: number) => Place;
  readonly findings: Findings;
  /** A name may be set again further down; the one above counts. `pending` while its own node is being read. */
  readonly anchors: Map<string, YamlNode | 'pending'>;
  readonly weights: Map<YamlNode, number>;
  /** Entries that merge keys have copied so far. */
  merged: number;
  refused: boolean;
}

function refuse(resolver: Resolver, rule: string, at: Place, message: string): void {
  resolver.refused = true;
  resolver.findings.refuse(rule, at, message);
}

function emptyScalar(at: Place): YamlScalar {
  return { kind: 'scalar', value: null, printed: '', at };
}

function resolve(node: ParsedNode, resolver: Resolver): YamlNode {
  const at = resolver.placeAt(node.range[0]);
  if (resolver.refused) return emptyScalar(at);
  if (isAlias(node)) return resolveAlias(node.source, at, resolver);
  const { tag } = node;
  if (tag !== undefined && tag !== '!' && !TAGS.has(tag)) {
    const message = `${quoted(tag)} is a YAML tag that makes a program build something special of what follows. A compose file of one piece needs none. Leave it out.`;
    refuse(resolver, 'compose.yaml.tag', at, message);
  }
  const { anchor } = node;
  if (anchor !== undefined) resolver.anchors.set(anchor, 'pending');
  const resolved = isScalar(node) ? resolveScalar(node, at, resolver) : resolveCollection(node, at, resolver);
  if (anchor !== undefined) resolver.anchors.set(anchor, resolved);
  return resolved;
}

function resolveAlias(name: string, at: Place, resolver: Resolver): YamlNode {
  const target = resolver.anchors.get(name);
  if (target === undefined || target === 'pending') {
    const why =
      target === 'pending'
        ? 'stands inside of what it names'
        : `names no anchor (${quoted(`&${name}`)}) above it`;
    refuse(resolver, 'compose.yaml.alias', at, `The alias ${quoted(`*${name}`)} ${why}.`);
    return emptyScalar(at);
  }
  return target;
}

function resolveCollection(node: ParsedNode, at: Place, resolver: Resolver): YamlNode {
  if (isMap(node)) return weighed({ kind: 'map', entries: entriesOf(node, resolver), at }, resolver);
  const items = isSeq(node) ? node.items.map((item) => resolve(item, resolver)) : [];
  return weighed({ kind: 'list', items, at }, resolver);
}

function entriesOf(map: YAMLMap.Parsed, resolver: Resolver): readonly YamlEntry[] {
  const own = new Map<string, YamlEntry>();
  const merges: YamlNode[] = [];
  for (const pair of map.items) {
    const at = resolver.placeAt(pair.key.range[0]);
    const value = pair.value === null ? emptyScalar(at) : resolve(pair.value, resolver);
    const key = keyOf(pair.key);
    if (key === undefined) {
      const message =
        'A key must be a text here. Put quotes around it if it looks like a number, a boolean or nothing.';
      refuse(resolver, 'compose.yaml.key', at, message);
    } else if (key === '<<') {
      merges.push(value);
    } else if (own.has(key)) {
      const message = `${quoted(key)} stands twice in this mapping, first on line ${own.get(key)?.at.line ?? 0}. Only one of them could count, and which one differs from program to program.`;
      refuse(resolver, 'compose.yaml.duplicate-key', at, message);
    } else {
      own.set(key, { key, at, value });
    }
  }
  for (const merge of merges) addMerged(own, merge, resolver);
  return [...own.values()];
}

/** Own keys win over merged ones, and earlier merges over later ones. */
function addMerged(own: Map<string, YamlEntry>, merge: YamlNode, resolver: Resolver): void {
  const sources = merge.kind === 'list' ? merge.items : [merge];
  for (const source of sources) {
    if (source.kind !== 'map') {
      const message = `The merge key ${quoted('<<')} takes a mapping, or a list of mappings.`;
      refuse(resolver, 'compose.yaml.merge', source.at, message);
      return;
    }
    resolver.merged += source.entries.length;
    if (resolver.merged > MOST_EXPANDED) {
      refuse(resolver, 'compose.yaml.aliases', source.at, TOO_MUCH);
      return;
    }
    for (const entry of source.entries) if (!own.has(entry.key)) own.set(entry.key, entry);
  }
}

function keyOf(key: ParsedNode): string | undefined {
  if (!isScalar(key) || typeof key.value !== 'string' || key.tag !== undefined) return undefined;
  if (key.type === Scalar.PLAIN && readPlain(key.value).is !== 'string') return undefined;
  return key.value;
}

function resolveScalar(node: Scalar.Parsed, at: Place, resolver: Resolver): YamlScalar {
  const text = String(node.value);
  const string: YamlScalar = { kind: 'scalar', value: text, printed: text, at };
  const typed =
    node.tag === undefined || node.tag === '!' ? undefined : node.tag.slice('tag:yaml.org,2002:'.length);
  if (typed === 'str' || (typed === undefined && node.type !== Scalar.PLAIN)) return string;
  const plain = readPlain(text);
  switch (plain.is) {
    case 'string':
      return string;
    case 'null':
      return emptyScalar(at);
    case 'boolean':
      return { kind: 'scalar', value: plain.value, printed: String(plain.value), at };
    case 'number':
      return { kind: 'scalar', value: plain.value, printed: plain.printed, at };
    case 'timestamp': {
      const message = `Without quotes ${quoted(text)} is a point in time to YAML, and Compose would print it as one. Put it in quotes.`;
      refuse(resolver, 'compose.yaml.timestamp', at, message);
      return string;
    }
  }
}

/** Keeps count of what the tree would come to with every alias written out. */
function weighed(node: YamlNode, resolver: Resolver): YamlNode {
  let weight = 1;
  const children =
    node.kind === 'map' ? node.entries.map((entry) => entry.value) : node.kind === 'list' ? node.items : [];
  for (const child of children) weight += resolver.weights.get(child) ?? 1;
  resolver.weights.set(node, weight);
  if (weight > MOST_EXPANDED && !resolver.refused) {
    refuse(resolver, 'compose.yaml.aliases', node.at, TOO_MUCH);
  }
  return node;
}
