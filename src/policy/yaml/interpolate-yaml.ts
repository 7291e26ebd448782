import { quoted, type Findings, type Place } from '../findings.ts';
import { interpolate, type Interpolated, type Lookup } from '../interpolation.ts';
import type { YamlNode } from './yaml-node.ts';

/** Of all texts together: a few lines of `.env` could multiply a small file. */
const MOST_LENGTH = 262_144;

/** Fills in the variables of every text below; keys stay as they are, as with Compose. */
export function interpolateYaml(root: YamlNode, lookup: Lookup, findings: Findings): YamlNode {
  return visit(root, { lookup, findings, done: new Map(), length: 0 });
}

interface Visit {
  readonly lookup: Lookup;
  readonly findings: Findings;
  /** A node that aliases share is filled in once. */
  readonly done: Map<YamlNode, YamlNode>;
  /** Characters filled in so far. */
  length: number;
}

function visit(node: YamlNode, state: Visit): YamlNode {
  const known = state.done.get(node);
  if (known) return known;
  const filled = rebuild(node, state);
  state.done.set(node, filled);
  return filled;
}

function rebuild(node: YamlNode, state: Visit): YamlNode {
  switch (node.kind) {
    case 'list':
      return { ...node, items: node.items.map((item) => visit(item, state)) };
    case 'map':
      return {
        ...node,
        entries: node.entries.map((entry) => ({ ...entry, value: visit(entry.value, state) })),
      };
    case 'scalar': {
      if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
      const result: Interpolated =
        state.length > MOST_LENGTH
          ? { ok: false, problem: 'too-long' }
          : interpolate(node.value, state.lookup);
      const text = report(node.value, result, node.at, state.findings);
      state.length += text.length;
      return { ...node, value: text, printed: text };
    }
  }
}

function report(template: string, result: Interpolated, at: Place, findings: Findings): string {
  if (result.ok) {
    for (const name of result.unset) findings.notice('compose.variable.unset', at, unsetMessage(name));
    return result.text;
  }
  findings.refuse(`compose.variable.${result.problem}`, at, failureMessage(template, result));
  return '';
}

function unsetMessage(name: string): string {
  return `${quoted(`$${name}`)} isn't set in the submission's .env, so it is empty here, as Compose would have it. Nothing of the grader's own environment reaches a submission. Give it a default (${quoted(`\${${name}:-…}`)}), or double the dollar sign if you mean one.`;
}

function failureMessage(template: string, failure: Extract<Interpolated, { ok: false }>): string {
  switch (failure.problem) {
    case 'malformed':
      return `${quoted(template)} has a dollar sign that begins no variable Compose knows. Write ${quoted('$$')} for a dollar sign.`;
    case 'too-long':
      return `With its variables filled in, this value is longer than any value needs to be.`;
    case 'required':
      return `${quoted(`$${failure.name}`)} must be set, this line says (${quoted(failure.reason)}), and the submission's .env doesn't set it. Nothing of the grader's own environment reaches a submission.`;
  }
}
