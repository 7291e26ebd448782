import { textOf } from '../../core/file-set.ts';
import { parseDotenv } from '../dotenv.ts';
import { quoted, type Place } from '../findings.ts';
import { ENV_FILE_KEYS } from '../nested-keys.ts';
import { valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import type { ProjectContext } from './context.ts';
import { resolveInside } from './submission-path.ts';
import { invalid, readBoolean, readPairs, readText } from './values.ts';

const MOST_VARIABLES = 200;
const MOST_VALUE_LENGTH = 32_768;

/** `env_file` and `environment` of a service, the latter on top. */
export function readEnvironment(service: YamlMap, context: ProjectContext): Readonly<Record<string, string>> {
  const environment = new Map<string, string>();
  for (const reference of envFiles(valueOf(service, 'env_file'), context)) {
    addFile(environment, reference, context);
  }
  const node = valueOf(service, 'environment');
  if (node) addPairs(environment, node, context);
  return Object.fromEntries(environment);
}

function addPairs(environment: Map<string, string>, node: YamlNode, context: ProjectContext): void {
  for (const { name, value, at } of readPairs(node, 'environment', MOST_VARIABLES, context.findings)) {
    const known = value ?? context.lookup(name);
    if (name === '' || name.includes('\0') || (known?.length ?? 0) > MOST_VALUE_LENGTH) {
      invalid('environment', at, 'A variable has a name, and a value of ordinary length.', context.findings);
    } else if (known === undefined) {
      // A name alone also takes away what an `env_file` set.
      environment.delete(name);
      context.findings.notice(
        'compose.environment.pass-through',
        at,
        `${quoted(name)} stands here without a value, which hands on the variable of the one who runs Compose. Nothing of the grader's own environment reaches a submission, so the variable is absent. Give it a value here or in .env.`,
      );
    } else {
      environment.set(name, known);
    }
  }
}

interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  readonly at: Place;
}

function envFiles(node: YamlNode | undefined, context: ProjectContext): readonly EnvFile[] {
  if (!node) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.kind === 'map') checkKeys(item, ENV_FILE_KEYS, 'env_file.', context.findings);
    const pathNode = item.kind === 'map' ? valueOf(item, 'path') : item;
    const requiredNode = item.kind === 'map' ? valueOf(item, 'required') : undefined;
    const path = pathNode && readText(pathNode, 'env_file', context.findings);
    if (path === undefined) {
      if (!pathNode)
        invalid('env_file', item.at, `${quoted('env_file')} needs a ${quoted('path')}.`, context.findings);
      return [];
    }
    const required = requiredNode
      ? (readBoolean(requiredNode, 'env_file.required', context.findings) ?? true)
      : true;
    return [{ path, required, at: pathNode?.at ?? item.at }];
  });
}

function addFile(environment: Map<string, string>, reference: EnvFile, context: ProjectContext): void {
  const { findings, files, lookup, options } = context;
  const path = resolveInside('.', reference.path, 'env_file', reference.at, findings);
  if (path === undefined) return;
  const text = textOf(files, path);
  if (text === undefined) {
    // What the hand-out has of it is filling, and `git` often ignores it: its variables would mean nothing.
    if (!reference.required || options.planted.includes(path)) return;
    const message = `The submission has no file ${quoted(path)}. Put it in, or write the variables under ${quoted('environment')}.`;
    findings.refuse('compose.env_file.missing', reference.at, message);
    return;
  }
  const parsed = parseDotenv(text, (name) => environment.get(name) ?? lookup(name));
  if (!parsed.ok) {
    findings.refuse(
      'compose.env_file.syntax',
      { file: path, line: parsed.line, column: 1 },
      `Compose can't read this line: ${parsed.problem}.`,
    );
    return;
  }
  for (const [name, value] of parsed.values) environment.set(name, value);
}
