import type { HealthcheckPlan } from '../../core/plan.ts';
import { quoted, type Findings } from '../findings.ts';
import { HEALTHCHECK_KEYS } from '../nested-keys.ts';
import { isNull, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.ts';
import { checkKeys } from './check-keys.ts';
import { parseDuration } from './duration.ts';
import { invalid, readBoolean, readInteger, readText, readTexts } from './values.ts';

/** Between these two; a check each millisecond would be a load of its own. */
const LEAST_MS = 1000;
const MOST_MS = 300_000;
const MOST_RETRIES = 100;

/** `healthcheck` of a service; what it leaves out is taken from the image by the engine. */
export function readHealthcheck(node: YamlNode | undefined, findings: Findings): HealthcheckPlan | undefined {
  if (!node) return undefined;
  if (node.kind !== 'map') {
    invalid('healthcheck', node.at, `${quoted('healthcheck')} takes a mapping.`, findings);
    return undefined;
  }
  checkKeys(node, HEALTHCHECK_KEYS, 'healthcheck.', findings);
  const test = isDisabled(node, findings) ? ['NONE'] : readTest(valueOf(node, 'test'), findings);
  const intervalMs = readInterval(node, 'interval', LEAST_MS, findings);
  const timeoutMs = readInterval(node, 'timeout', LEAST_MS, findings);
  const startPeriodMs = readInterval(node, 'start_period', 0, findings);
  const startIntervalMs = readInterval(node, 'start_interval', LEAST_MS, findings);
  const retries = readRetries(valueOf(node, 'retries'), findings);
  return {
    ...(test && { test }),
    ...(intervalMs !== undefined && { intervalMs }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(startPeriodMs !== undefined && { startPeriodMs }),
    ...(startIntervalMs !== undefined && { startIntervalMs }),
    ...(retries !== undefined && { retries }),
  };
}

function isDisabled(map: YamlMap, findings: Findings): boolean {
  const node = valueOf(map, 'disable');
  return node !== undefined && (readBoolean(node, 'healthcheck.disable', findings) ?? false);
}

function readTest(node: YamlNode | undefined, findings: Findings): readonly string[] | undefined {
  if (!node || isNull(node)) return undefined;
  if (node.kind === 'scalar') {
    const line = readText(node, 'healthcheck.test', findings);
    return line === undefined ? undefined : ['CMD-SHELL', line];
  }
  const test = readTexts(node, 'healthcheck.test', findings);
  if (!test || test.length === 0) return undefined;
  if (['CMD', 'CMD-SHELL', 'NONE'].includes(test[0] ?? '')) return test;
  const message = `A list under ${quoted('test')} begins with ${quoted('CMD')} (run this program), ${quoted('CMD-SHELL')} (run this line by the image's shell) or ${quoted('NONE')}. Without it the engine doesn't know how to run ${quoted(test[0] ?? '')}.`;
  invalid('healthcheck.test', node.at, message, findings);
  return undefined;
}

/** Absent for 0, which to the engine means "as the image has it". */
function readInterval(map: YamlMap, key: string, leastMs: number, findings: Findings): number | undefined {
  const node = valueOf(map, key);
  const text = node && readText(node, `healthcheck.${key}`, findings);
  if (!node || text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration === undefined) {
    invalid(
      `healthcheck.${key}`,
      node.at,
      `${quoted(text)} is no duration. It needs a number and a unit, such as ${quoted('30s')} or ${quoted('1m30s')}.`,
      findings,
    );
    return undefined;
  }
  if (duration === 0) return undefined;
  const clamped = Math.min(Math.max(Math.round(duration), leastMs), MOST_MS);
  if (clamped !== Math.round(duration)) {
    findings.notice(
      `compose.healthcheck.${key}`,
      node.at,
      `${quoted(text)} is taken as ${clamped / 1000} s here; it may be from ${leastMs / 1000} s to ${MOST_MS / 1000} s.`,
    );
  }
  return clamped;
}

function readRetries(node: YamlNode | undefined, findings: Findings): number | undefined {
  const retries = node && readInteger(node, 'healthcheck.retries', findings);
  if (!node || retries === undefined || retries === 0) return undefined;
  if (retries > 0 && retries <= MOST_RETRIES) return retries;
  invalid(
    'healthcheck.retries',
    node.at,
    `${quoted('retries')} is a number from 1 to ${MOST_RETRIES}.`,
    findings,
  );
  return undefined;
}
