import { quoted, type Findings, type Place } from '../findings.ts';
import { kindOf, type YamlEntry, type YamlNode } from '../yaml/yaml-node.ts';

/** Readers of single values. Each says what is wrong at the place where it stands, and returns undefined. */

export function invalid(key: string, at: Place, message: string, findings: Findings): void {
  findings.refuse(`compose.${key}.invalid`, at, message);
}

export function readText(node: YamlNode, key: string, findings: Findings): string | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
  const quotes = node.kind === 'scalar' && node.value !== null ? ' Put it in quotes.' : '';
  invalid(key, node.at, `${quoted(key)} takes a text, and here stands ${kindOf(node)}.${quotes}`, findings);
  return undefined;
}

/** A text, or a number or boolean as Compose prints it. */
export function readPrintable(node: YamlNode, key: string, findings: Findings): string | undefined {
  if (node.kind === 'scalar' && node.value !== null && !Number.isNaN(node.value)) return node.printed;
  invalid(
    key,
    node.at,
    `${quoted(key)} takes a text or a number, and here stands ${kindOf(node)}.`,
    findings,
  );
  return undefined;
}

/** A YAML boolean, or a text that Compose takes for one. */
export function readBoolean(node: YamlNode, key: string, findings: Findings): boolean | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const word = node.value.toLowerCase();
    if (['true', 'y', 'yes', 'on'].includes(word)) return true;
    if (['false', 'n', 'no', 'off'].includes(word)) return false;
  }
  invalid(key, node.at, `${quoted(key)} is either ${quoted('true')} or ${quoted('false')}.`, findings);
  return undefined;
}

/** A whole number, also one in quotes. */
export function readInteger(node: YamlNode, key: string, findings: Findings): number | undefined {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'number' && Number.isSafeInteger(node.value)) return node.value;
    if (typeof node.value === 'string' && /^[-+]?\d{1,15}$/.test(node.value)) return Number(node.value);
  }
  invalid(key, node.at, `${quoted(key)} takes a whole number, and here stands ${shown(node)}.`, findings);
  return undefined;
}

/** A number, also one in quotes. */
export function readNumber(node: YamlNode, key: string, findings: Findings): number | undefined {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'number' && Number.isFinite(node.value)) return node.value;
    if (typeof node.value === 'string' && /^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(node.value))
      return Number(node.value);
  }
  invalid(key, node.at, `${quoted(key)} takes a number, and here stands ${shown(node)}.`, findings);
  return undefined;
}

export function readTexts(node: YamlNode, key: string, findings: Findings): readonly string[] | undefined {
  if (node.kind !== 'list') {
    invalid(key, node.at, `${quoted(key)} takes a list of texts, and here stands ${kindOf(node)}.`, findings);
    return undefined;
  }
  const texts = node.items.map((item) => readText(item, key, findings));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** A list of texts in which none stands twice, as Compose wants it for names. */
export function readDistinctTexts(node: YamlNode, key: string, findings: Findings): readonly string[] {
  const texts = readTexts(node, key, findings) ?? [];
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice === undefined) return texts;
  invalid(
    key,
    node.at,
    `${quoted(twice)} stands twice under ${quoted(key)}, which Compose refuses.`,
    findings,
  );
  return [];
}

/** One text or a list of them; what stands twice counts once. */
export function readTextOrTexts(
  node: YamlNode,
  key: string,
  findings: Findings,
): readonly string[] | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string') return [node.value];
  const texts = readTexts(node, key, findings);
  return texts && [...new Set(texts)];
}

export interface Pair {
  readonly name: string;
  /** Null where only the name stands. */
  readonly value: string | null;
  readonly at: Place;
}

/** `NAME: value` as a mapping or `NAME=value` as a list. */
export function readPairs(node: YamlNode, key: string, most: number, findings: Findings): readonly Pair[] {
  const pairs = node.kind === 'map' ? mapPairs(node.entries, key, findings) : listPairs(node, key, findings);
  if (pairs.length <= most) return pairs;
  invalid(
    key,
    node.at,
    `${quoted(key)} has ${pairs.length} entries; ${most} are the most that is taken.`,
    findings,
  );
  return [];
}

function mapPairs(entries: readonly YamlEntry[], key: string, findings: Findings): readonly Pair[] {
  return entries.flatMap(({ key: name, at, value }): readonly Pair[] => {
    if (value.kind === 'scalar' && value.value === null) return [{ name, value: null, at }];
    const printed = readPrintable(value, key, findings);
    return printed === undefined ? [] : [{ name, value: printed, at }];
  });
}

function listPairs(node: YamlNode, key: string, findings: Findings): readonly Pair[] {
  if (node.kind !== 'list') {
    invalid(
      key,
      node.at,
      `${quoted(key)} takes a mapping or a list, and here stands ${kindOf(node)}.`,
      findings,
    );
    return [];
  }
  return node.items.flatMap((item) => {
    const text = readText(item, key, findings);
    if (text === undefined) return [];
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    return [{ name, value: equals < 0 ? null : text.slice(equals + 1), at: item.at }];
  });
}

/** What stands there, the value itself where it is short. */
export function shown(node: YamlNode): string {
  return node.kind === 'scalar' && node.value !== null ? quoted(node.printed) : kindOf(node);
}
