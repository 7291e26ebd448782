import { quoted, type Findings, type Place } from '../findings.ts';
import { saysNothing, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { parseBytes } from './bytes.ts';
import { mountPoint } from './mount-point.ts';
import { invalid, readPrintable, readText, readTextOrTexts } from './values.ts';

/** A tmpfs lives in memory, and without a size it may take half of the machine's. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_TMPFS = 16;
const FLAGS = new Set(['ro', 'rw', 'noexec', 'nosuid', 'nodev']);

/** `tmpfs` of a service as the engine takes it, `/path:size=…,mode=…`, always with a size. */
export function readTmpfs(node: YamlNode | undefined, findings: Findings): readonly string[] {
  if (!node || saysNothing(node)) return [];
  const texts = readTextOrTexts(node, 'tmpfs', findings) ?? [];
  if (texts.length > MOST_TMPFS) {
    invalid('tmpfs', node.at, `A service has at most ${MOST_TMPFS} tmpfs mounts here.`, findings);
    return [];
  }
  return texts.flatMap((text) => {
    const [path = '', ...rest] = text.split(':');
    return tmpfs(
      path,
      rest
        .join(':')
        .split(',')
        .filter((option) => option !== ''),
      node.at,
      findings,
    );
  });
}

/** The long form under `volumes`, `type: tmpfs`. */
export function tmpfsOfMount(map: YamlMap, findings: Findings): readonly string[] {
  const targetNode = valueOf(map, 'target');
  const target = targetNode && readText(targetNode, 'volumes.target', findings);
  if (target === undefined) {
    invalid('volumes', map.at, `A mount needs a ${quoted('target')}.`, findings);
    return [];
  }
  const settings = valueOf(map, 'tmpfs');
  const sizeNode = settings?.kind === 'map' ? valueOf(settings, 'size') : undefined;
  const modeNode = settings?.kind === 'map' ? valueOf(settings, 'mode') : undefined;
  const size = sizeNode && readPrintable(sizeNode, 'volumes.tmpfs.size', findings);
  // Compose prints the mode as a decimal number; the engine wants it octal.
  const mode =
    modeNode?.kind === 'scalar' && typeof modeNode.value === 'number'
      ? [`mode=${modeNode.value.toString(8)}`]
      : [];
  return tmpfs(target, [...(size === undefined ? [] : [`size=${size}`]), ...mode], map.at, findings);
}

function tmpfs(path: string, options: readonly string[], at: Place, findings: Findings): readonly string[] {
  const target = mountPoint({ target: path, at }, findings);
  let size = MOST_BYTES;
  const kept: string[] = [];
  for (const option of options) {
    const [name, value = ''] = option.split('=', 2);
    if (name === 'size') size = sizeOf(value, at, findings) ?? size;
    else if (FLAGS.has(option) || /^(?:mode=[0-7]{1,4}|[ug]id=\d{1,10})$/.test(option)) kept.push(option);
    else
      invalid(
        'tmpfs',
        at,
        `${quoted(option)} is no option of a tmpfs that is taken here; ${quoted('size')}, ${quoted('mode')}, ${quoted('uid')} and ${quoted('gid')} are.`,
        findings,
      );
  }
  return target === undefined ? [] : [`${target}:${[`size=${size}`, ...kept].join(',')}`];
}

function sizeOf(value: string, at: Place, findings: Findings): number | undefined {
  const bytes = parseBytes(value);
  if (bytes === undefined || bytes === 0) {
    invalid('tmpfs', at, `${quoted(value)} is no size. Sizes read ${quoted('64m')}.`, findings);
    return undefined;
  }
  if (bytes <= MOST_BYTES) return bytes;
  findings.notice(
    'compose.tmpfs.size',
    at,
    `A tmpfs lives in memory. It gets ${MOST_BYTES / 1024 / 1024} MiB here, the most that one gets.`,
  );
  return MOST_BYTES;
}
