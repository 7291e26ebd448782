import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../../src/core/plan.ts';
import { compileService, noticesOf, serviceOf } from './submission.ts';

/** What is taken, but not as the learner may think. */
const NOTICED: readonly (readonly [string, string, Partial<ServicePlan>])[] = [
  ['command: a 2>&1', 'compose.command.operator', { command: ['a'] }],
  ['command: a && b', 'compose.command.operator', { command: ['a'] }],
  ['healthcheck: {interval: 1ms}', 'compose.healthcheck.interval', { healthcheck: { intervalMs: 1000 } }],
  [
    'healthcheck: {start_interval: 1h}',
    'compose.healthcheck.start_interval',
    { healthcheck: { startIntervalMs: 300_000 } },
  ],
  ['stop_grace_period: 10m', 'compose.stop_grace_period', { stopGracePeriodMs: 15_000 }],
  ['tmpfs: /run:size=8g', 'compose.tmpfs.size', { tmpfs: ['/run:size=67108864'] }],
  [
    'labels: [com.docker.compose.project=x, labgrader.run=y, a=b]',
    'compose.labels.reserved',
    { labels: { a: 'b' } },
  ],
  ['environment: [SECRET, A=1]', 'compose.environment.pass-through', { environment: { A: '1' } }],
  ['container_name: grader', 'compose.container_name', {}],
  ['logging: {driver: syslog, options: {syslog-address: "tcp://10.0.0.1:514"}}', 'compose.logging', {}],
  ['stdin_open: true', 'compose.stdin_open', {}],
  ['tty: true', 'compose.tty', {}],
  ['ulimits: {nofile: 65536}', 'compose.ulimits', {}],
  ['mem_reservation: 512m', 'compose.mem_reservation', {}],
  ['deploy: {resources: {reservations: {memory: 512M}}}', 'compose.deploy.resources.reservations', {}],
  ['platform: linux/arm64', 'compose.platform', {}],
];

describe('keys of a service that come with a notice', () => {
  it.each(NOTICED)('%s', (lines, rule, expected) => {
    const outcome = compileService(lines);

    expect(noticesOf(outcome)).toContain(rule);
    expect(serviceOf(outcome)).toMatchObject(expected);
  });

  it('keeps no limit for a mere reservation', () => {
    expect(serviceOf(compileService('mem_reservation: 512m'))).not.toHaveProperty('memoryBytes');
  });
});
