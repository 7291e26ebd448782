import type { Place } from '../findings.ts';

/** YAML as read: anchors resolved, merge keys merged, every piece with its place. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The value as Compose prints it where it wants a string: `1.10` is the number 1.1, `0x1F` is 31. */
  readonly printed: string;
  readonly at: Place;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly at: Place;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly at: Place;
}

export interface YamlEntry {
  readonly key: string;
  /** Place of the key. */
  readonly at: Place;
  readonly value: YamlNode;
}

export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

export function valueOf(map: YamlMap, key: string): YamlNode | undefined {
  return entryOf(map, key)?.value;
}

export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Nothing, `false`, 0, or an empty text, list or map: a key with such a value asks for nothing. */
export function saysNothing(node: YamlNode): boolean {
  switch (node.kind) {
    case 'scalar':
      return node.value === null || node.value === false || node.value === '' || node.value === 0;
    case 'list':
      return node.items.length === 0;
    case 'map':
      return node.entries.length === 0;
  }
}

/** What stands there, in words for a message. */
export function kindOf(node: YamlNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'a text';
  return typeof node.value === 'number' ? 'a number' : 'a boolean';
}
