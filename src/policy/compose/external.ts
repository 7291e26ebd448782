import { quoted, type Findings } from '../findings.ts';
import { saysNothing, type YamlEntry } from '../yaml/yaml-node.ts';

/** `external` of a network or volume names something that others made. */
export function refuseExternal(entry: YamlEntry | undefined, section: string, findings: Findings): void {
  if (!entry || saysNothing(entry.value)) return;
  const { value } = entry;
  if (value.kind === 'scalar' && /^(?:false|no?|off)$/i.test(value.printed)) return;
  const message = `${quoted('external')} names something outside of this project, and what exists outside of it here belongs to others. Let Compose make it: leave the key out.`;
  findings.refuse(`compose.${section}.external`, entry.at, message);
}
