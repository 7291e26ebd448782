import { CONTAINER_CAPABILITIES } from '../../core/container-capabilities.ts';
import { quoted, type Findings } from '../findings.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import { readTextOrTexts } from './values.ts';

/** `cap_add`: what every container has here anyway may be asked for, as one does behind `cap_drop: [ALL]`. */
export function judgeAddedCapabilities(node: YamlNode | undefined, findings: Findings): void {
  if (!node) return;
  for (const name of readTextOrTexts(node, 'cap_add', findings) ?? []) {
    if (CONTAINER_CAPABILITIES.includes(name.toUpperCase().replace(/^CAP_/, ''))) continue;
    const message = `${quoted(name)} is a piece of root’s power over the machine. A container runs here with the rights that a plain service needs (${CONTAINER_CAPABILITIES.join(', ')}) and no more. Leave it out.`;
    findings.refuse('compose.cap_add', node.at, message);
  }
}
