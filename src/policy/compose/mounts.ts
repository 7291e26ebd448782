import { isInside } from '../../core/file-set.ts';
import type { MountPlan } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { MOUNT_BIND_KEYS, MOUNT_KEYS, MOUNT_TMPFS_KEYS, MOUNT_VOLUME_KEYS } from '../nested-keys.ts';
import { saysNothing, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys, type KeyTable } from './check-keys.ts';
import type { ProjectContext } from './context.ts';
import { mountPoint } from './mount-point.ts';
import { normalise } from './submission-path.ts';
import { tmpfsOfMount } from './tmpfs.ts';
import { parseVolumeSpec } from './volume-spec.ts';
import { invalid, readBoolean, readText } from './values.ts';

const MOST_MOUNTS = 16;

/** What `volumes` of a service comes to: mounts, and file systems in memory. */
export interface Mounts {
  readonly mounts: readonly MountPlan[];
  readonly tmpfs: readonly string[];
}

export function readMounts(node: YamlNode | undefined, context: ProjectContext): Mounts {
  if (!node || saysNothing(node)) return { mounts: [], tmpfs: [] };
  if (node.kind !== 'list' || node.items.length > MOST_MOUNTS) {
    invalid(
      'volumes',
      node.at,
      `${quoted('volumes')} of a service takes a list of at most ${MOST_MOUNTS} mounts.`,
      context.findings,
    );
    return { mounts: [], tmpfs: [] };
  }
  const tmpfs: string[] = [];
  const byTarget = new Map<string, MountPlan>();
  for (const item of node.items) {
    const isTmpfs = item.kind === 'map' && typeOf(item) === 'tmpfs';
    if (isTmpfs) {
      checkMountKeys(item, context.findings);
      tmpfs.push(...tmpfsOfMount(item, context.findings));
    } else {
      const mount = item.kind === 'map' ? longForm(item, context) : shortForm(item, context);
      // Compose keeps the last of two mounts at one place.
      if (mount) byTarget.set(mount.target, mount);
    }
  }
  return { mounts: [...byTarget.values()], tmpfs };
}

interface WrittenMount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly at: Place;
}

function shortForm(node: YamlNode, context: ProjectContext): MountPlan | undefined {
  const text = readText(node, 'volumes', context.findings);
  if (text === undefined) return undefined;
  const spec = parseVolumeSpec(text);
  if (spec) return toMount({ ...spec, at: node.at }, context);
  const message = `${quoted(text)} isn't a mount. It reads ${quoted('NAME:/path')} or ${quoted('./folder:/path')}, with ${quoted(':ro')} behind it for read-only.`;
  invalid('volumes', node.at, message, context.findings);
  return undefined;
}

function longForm(map: YamlMap, context: ProjectContext): MountPlan | undefined {
  const { findings } = context;
  checkMountKeys(map, findings);
  const target = textAt(map, 'target', findings);
  if (target === undefined || typeOf(map) === '') {
    invalid('volumes', map.at, `A mount needs a ${quoted('type')} and a ${quoted('target')}.`, findings);
    return undefined;
  }
  const readOnly = valueOf(map, 'read_only');
  return toMount(
    {
      type: typeOf(map),
      source: textAt(map, 'source', findings) ?? '',
      target,
      readOnly: readOnly ? (readBoolean(readOnly, 'volumes.read_only', findings) ?? false) : false,
      at: map.at,
    },
    context,
  );
}

function checkMountKeys(map: YamlMap, findings: Findings): void {
  checkKeys(map, MOUNT_KEYS, 'volumes.', findings);
  const nested: readonly (readonly [string, KeyTable])[] = [
    ['bind', MOUNT_BIND_KEYS],
    ['volume', MOUNT_VOLUME_KEYS],
    ['tmpfs', MOUNT_TMPFS_KEYS],
  ];
  for (const [key, table] of nested) {
    const value = valueOf(map, key);
    if (!value || saysNothing(value)) continue;
    if (value.kind === 'map') checkKeys(value, table, `volumes.${key}.`, findings);
    else invalid(`volumes.${key}`, value.at, `${quoted(key)} takes a mapping.`, findings);
  }
}

function typeOf(map: YamlMap): string {
  const type = valueOf(map, 'type');
  return type?.kind === 'scalar' && typeof type.value === 'string' ? type.value : '';
}

function textAt(map: YamlMap, key: string, findings: Findings): string | undefined {
  const node = valueOf(map, key);
  return node && readText(node, `volumes.${key}`, findings);
}

function toMount(written: WrittenMount, context: ProjectContext): MountPlan | undefined {
  const target = mountPoint(written, context.findings);
  if (target === undefined) return undefined;
  if (written.type === 'bind') return projectFiles(written, target, context);
  if (written.type === 'volume') return volume(written, target, context);
  const message = `A mount of the type ${quoted(written.type)} isn't taken here; ${quoted('volume')}, ${quoted('bind')} and ${quoted('tmpfs')} are.`;
  context.findings.refuse('compose.volumes.type', written.at, message);
  return undefined;
}

function volume(
  { source, readOnly, at }: WrittenMount,
  target: string,
  context: ProjectContext,
): MountPlan | undefined {
  if (source === '') return { kind: 'anonymous', target, readOnly };
  if (context.volumes.has(source)) return { kind: 'volume', name: source, target, readOnly };
  const hint = source.includes('/')
    ? ` If you mean a folder of the project, begin it with ${quoted('./')}.`
    : '';
  const message = `The volume ${quoted(source)} isn't declared. Add it under the ${quoted('volumes')} key at the left margin.${hint}`;
  context.findings.refuse('compose.volumes.undeclared', at, message);
  return undefined;
}

function projectFiles(
  { source, readOnly, at }: WrittenMount,
  target: string,
  context: ProjectContext,
): MountPlan | undefined {
  const path = /^[/~\\]|^[A-Za-z]:|[\0\\]/.test(source) ? undefined : normalise(source);
  if (path === undefined) {
    refuseHostPath(source, at, context.findings);
    return undefined;
  }
  if (![...context.files.keys()].some((file) => isInside(file, path))) {
    const message = `The submission has nothing at ${quoted(path)}; Compose makes an empty folder there and mounts that over ${quoted(target)}.`;
    context.findings.notice('compose.volumes.empty', at, message);
  }
  return { kind: 'files', source: path, target, readOnly };
}

function refuseHostPath(source: string, at: Place, findings: Findings): void {
  if (/(?:docker|containerd|podman)[^/]*\.sock/.test(source)) {
    const message = `${quoted(source)} is the engine's own door: who holds it can start a privileged container and owns the machine. No service needs it to answer requests.`;
    findings.refuse('compose.volumes.docker-socket', at, message);
    return;
  }
  const message = `${quoted(source)} lies outside of your project, on the machine itself. The grader's machine has other files there, and they are none of a container's business. Mount a path of the project (${quoted('./…')}) or a named volume, or copy the files into the image.`;
  findings.refuse('compose.volumes.host-path', at, message);
}
