import { quoted, type Findings } from '../findings.ts';
import { VOLUME_KEYS } from '../nested-keys.ts';
import { entryOf, isNull, saysNothing, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import { refuseExternal } from './external.ts';
import { invalid, readText } from './values.ts';

const MOST_VOLUMES = 16;

/** Judges the top-level `volumes` and returns their names. */
export function readVolumes(node: YamlNode | undefined, findings: Findings): ReadonlySet<string> {
  if (!node || isNull(node)) return new Set();
  if (node.kind !== 'map' || node.entries.length > MOST_VOLUMES) {
    const message = `${quoted('volumes')} takes a mapping of at most ${MOST_VOLUMES} volumes.`;
    invalid('volumes', node.at, message, findings);
    return new Set();
  }
  for (const { key, at, value } of node.entries) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) {
      const message = `${quoted(key)} is no name for a volume: letters, digits, dots, hyphens and underscores make one.`;
      invalid('volumes', at, message, findings);
    }
    if (value.kind === 'map') judgeVolume(value, findings);
    else if (!isNull(value))
      invalid('volumes', value.at, 'A volume takes a mapping of settings, or nothing.', findings);
  }
  return new Set(node.entries.map(({ key }) => key));
}

function judgeVolume(settings: YamlMap, findings: Findings): void {
  checkKeys(settings, VOLUME_KEYS, 'volumes.', findings);
  refuseExternal(entryOf(settings, 'external'), 'volumes', findings);
  const driver = entryOf(settings, 'driver');
  if (!driver || saysNothing(driver.value)) return;
  const name = readText(driver.value, 'volumes.driver', findings);
  if (name === undefined || name === 'local') return;
  const message = `The driver ${quoted(name)} keeps its data outside of the engine, where other runs are. Volumes are ${quoted('local')} here, which is also what they are without this key.`;
  findings.refuse('compose.volumes.driver', driver.at, message);
}
