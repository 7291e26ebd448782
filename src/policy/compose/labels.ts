import { quoted, type Findings } from '../findings.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import { readPairs } from './values.ts';

const MOST_LABELS = 50;
/** Compose's own labels, and those by which the grader finds what belongs to a run. */
const RESERVED = /^(?:com\.docker\.|io\.docker\.|org\.dockerproject\.|labgrader(?:\.|$))/i;

export function readLabels(
  node: YamlNode | undefined,
  key: string,
  findings: Findings,
): Readonly<Record<string, string>> {
  if (!node) return {};
  const labels = new Map<string, string>();
  for (const { name, value, at } of readPairs(node, key, MOST_LABELS, findings)) {
    if (RESERVED.test(name)) {
      const message = `The label ${quoted(name)} is left out: labels of that name tell Docker and the grader what belongs to whom.`;
      findings.notice('compose.labels.reserved', at, message);
    } else if (name !== '') {
      labels.set(name, value ?? '');
    }
  }
  return Object.fromEntries(labels);
}
