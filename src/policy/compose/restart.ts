import type { RestartPolicy } from '../../core/plan.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import { RESTART_POLICY_KEYS } from '../nested-keys.ts';
import { saysNothing, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import { invalid, readInteger, readText } from './values.ts';

const NO: RestartPolicy = { name: 'no' };
/** Names of both keys: `restart` and `deploy.restart_policy.condition`. */
const NAMES: ReadonlyMap<string, RestartPolicy['name']> = new Map([
  ['', 'no'],
  ['no', 'no'],
  ['none', 'no'],
  ['on-failure', 'on-failure'],
  ['unless-stopped', 'unless-stopped'],
  ['always', 'always'],
  ['any', 'always'],
]);

/** What makes the engine start a container again. `deploy.restart_policy` wins over `restart`, as with Compose. */
export function readRestart(
  service: YamlMap,
  deploy: YamlMap | undefined,
  findings: Findings,
): RestartPolicy {
  const restart = valueOf(service, 'restart');
  const own = restart && !isEmptyText(restart) ? readShort(restart, findings) : NO;
  const policy = deploy && valueOf(deploy, 'restart_policy');
  return policy && !saysNothing(policy) ? readLong(policy, findings) : own;
}

function isEmptyText(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '';
}

function readShort(node: YamlNode, findings: Findings): RestartPolicy {
  const text = readText(node, 'restart', findings);
  if (text === undefined) return NO;
  const [name = '', retries] = text.split(':', 2);
  const count = retries === undefined ? 0 : /^\d{1,6}$/.test(retries) ? Number(retries) : undefined;
  if (count !== undefined && NAMES.has(name) && text.split(':').length <= 2)
    return policyOf(name, count, 'restart', node.at, findings);
  invalid(
    'restart',
    node.at,
    `${quoted(text)} is no restart policy. There are ${quoted('"no"')}, ${quoted('always')}, ${quoted('unless-stopped')}, and ${quoted('on-failure')} with or without a number, as in ${quoted('on-failure:5')}.`,
    findings,
  );
  return NO;
}

function readLong(node: YamlNode, findings: Findings): RestartPolicy {
  if (node.kind !== 'map') {
    invalid('deploy.restart_policy', node.at, `${quoted('restart_policy')} takes a mapping.`, findings);
    return NO;
  }
  checkKeys(node, RESTART_POLICY_KEYS, 'deploy.restart_policy.', findings);
  const condition = valueOf(node, 'condition');
  const attempts = valueOf(node, 'max_attempts');
  const name = condition ? (readText(condition, 'deploy.restart_policy.condition', findings) ?? '') : '';
  const count = attempts ? (readInteger(attempts, 'deploy.restart_policy.max_attempts', findings) ?? 0) : 0;
  return policyOf(name, count, 'deploy.restart_policy', node.at, findings);
}

function policyOf(
  name: string,
  maximumRetries: number,
  key: string,
  at: Place,
  findings: Findings,
): RestartPolicy {
  const known = NAMES.get(name);
  if (known === undefined) {
    invalid(
      key,
      at,
      `${quoted(name)} is no condition for a restart; ${quoted('none')}, ${quoted('on-failure')} and ${quoted('any')} are.`,
      findings,
    );
    return NO;
  }
  if (maximumRetries === 0) return { name: known };
  if (known === 'on-failure' && maximumRetries > 0) return { name: known, maximumRetries };
  invalid(
    key,
    at,
    `Only ${quoted('on-failure')} counts its attempts; the engine refuses a number with any other policy.`,
    findings,
  );
  return NO;
}
