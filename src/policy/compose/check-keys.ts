import { quoted, type Findings } from '../findings.ts';
import { saysNothing, type YamlMap } from '../yaml/yaml-node.ts';

/** How a key of a compose file is treated. */
export type KeyRule =
  /** An aspect of the plan is read from it. */
  | { readonly treatment: 'read' }
  /** Harmless and without a part in grading; `notice` where a learner should know. */
  | { readonly treatment: 'ignored'; readonly notice?: string }
  | { readonly treatment: 'refused'; readonly lesson: string };

export type KeyTable = Readonly<Record<string, KeyRule>>;

/** Judges every key of a mapping by its table. `section` goes before the key in rule names: `build.`. */
export function checkKeys(map: YamlMap, table: KeyTable, section: string, findings: Findings): void {
  for (const { key, at, value } of map.entries) {
    if (key.startsWith('x-')) continue;
    const rule = Object.hasOwn(table, key) ? table[key] : undefined;
    if (!rule) {
      findings.refuse('compose.unknown-key', at, unknownKey(key, section, table));
    } else if (rule.treatment === 'refused') {
      // `privileged: false` and empty lists ask for nothing.
      if (!saysNothing(value))
        findings.refuse(`compose.${section}${key}`, at, `${quoted(key)}: ${rule.lesson}`);
    } else if (rule.treatment === 'ignored' && rule.notice !== undefined && !saysNothing(value)) {
      findings.notice(`compose.${section}${key}`, at, `${quoted(key)}: ${rule.notice}`);
    }
  }
}

export const read: KeyRule = { treatment: 'read' };

export function ignored(notice?: string): KeyRule {
  return notice === undefined ? { treatment: 'ignored' } : { treatment: 'ignored', notice };
}

export function refused(lesson: string): KeyRule {
  return { treatment: 'refused', lesson };
}

function unknownKey(key: string, section: string, table: KeyTable): string {
  const where = section === '' ? '' : ` under ${quoted(section.replace(/\.$/, ''))}`;
  const near = Object.keys(table).find((known) => isNear(key, known));
  const hint =
    near === undefined
      ? 'Look at its spelling and at how far it is indented.'
      : `Did you mean ${quoted(near)}?`;
  return `${quoted(key)} is no key that Compose knows${where}. ${hint}`;
}

/** At most two letters away; bounded by the length of the words in the tables. */
function isNear(key: string, known: string): boolean {
  if (Math.abs(key.length - known.length) > 2 || known.length < 4) return false;
  let row = Array.from({ length: known.length + 1 }, (_, index) => index);
  for (let index = 0; index < key.length; index++) {
    const next = [index + 1];
    for (let column = 0; column < known.length; column++) {
      const replaced = (row[column] ?? 0) + (key.charAt(index) === known.charAt(column) ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return (row[known.length] ?? 9) <= 2;
}
