import { describe, expect, it } from 'vitest';
import { compileService, messagesOf, refusalsOf } from './submission.ts';

/** What stands under the service, from line 4, column 5 on → what is refused, and where. */
const REFUSED: readonly (readonly [string, ...string[]])[] = [
  ['command: [echo, 1]', 'compose.command.invalid@4:21'],
  ['command: 5', 'compose.command.invalid@4:14'],
  [`command: a "b`, 'compose.command.invalid@4:14'],
  ['command: (a)', 'compose.command.invalid@4:14'],
  ['environment: [A=1, 5]', 'compose.environment.invalid@4:24'],
  ['environment:\n  A: [1]', 'compose.environment.invalid@5:10'],
  ['environment: {A: .inf}', 'compose.environment.invalid@4:22'],
  ['environment: {A: 2024-01-01}', 'compose.yaml.timestamp@4:22'],
  ['ports: "80:80"', 'compose.ports.invalid@4:12'],
  ['ports: ["8000-8001:80"]', 'compose.ports.range@4:13'],
  ['ports: ["8000:80-81"]', 'compose.ports.range@4:13'],
  ['ports: ["8000-8001:80-82"]', 'compose.ports.range@4:13'],
  ['ports: ["8001-8000:81-80"]', 'compose.ports.range@4:13'],
  ['ports: ["1-65535:1-65535"]', 'compose.ports.range@4:13'],
  ['ports: ["21-22:21-22"]', 'compose.ports.reserved@4:13', 'compose.ports.reserved@4:13'],
  ['ports: ["8000:80/sctp"]', 'compose.ports.protocol@4:13'],
  ['ports:\n  - "99999:80"\n  - "8000:0"', 'compose.ports.invalid@5:9', 'compose.ports.invalid@6:9'],
  ['ports: ["::1:8000:80"]', 'compose.ports.invalid@4:13'],
  ['ports: ["0.0.0.0:22:22"]', 'compose.ports.reserved@4:13'],
  ['ports: [22:22]', 'compose.ports.reserved@4:13'],
  ['ports: ["192.168.1.9:8000:80"]', 'compose.ports.host_ip@4:13'],
  ['ports: [{published: 80}]', 'compose.ports.invalid@4:13'],
  ['ports: ["8000:80", "8000:81"]', 'compose.ports.conflict@4:5'],
  ['dns: 5', 'compose.dns.invalid@4:10'],
  ['network_mode: host', 'compose.network_mode.host@4:19'],
  ['network_mode: container:grader', 'compose.network_mode.container@4:19'],
  ['network_mode: service:db', 'compose.network_mode.service@4:19'],
  ['network_mode: other', 'compose.network_mode.other@4:19'],
  ['networks: [nowhere]', 'compose.networks.undeclared@4:5'],
  ['networks: []', 'compose.networks.invalid@4:5'],
  ['networks: {default: {ipv4_address: 10.0.0.2}}', 'compose.networks.ipv4_address@4:26'],
  ['network_mode: none\nnetworks: [default]', 'compose.network_mode.conflict@4:5'],
  ['healthcheck: {test: [curl]}', 'compose.healthcheck.test.invalid@4:25'],
  ['healthcheck: {interval: 30}', 'compose.healthcheck.interval.invalid@4:29'],
  ['healthcheck: {interval: 1d}', 'compose.healthcheck.interval.invalid@4:29'],
  ['healthcheck: {retries: 2.5}', 'compose.healthcheck.retries.invalid@4:28'],
  ['healthcheck: {tests: x}', 'compose.unknown-key@4:19'],
  ['restart: false', 'compose.restart.invalid@4:14'],
  ['restart: always:3', 'compose.restart.invalid@4:14'],
  ['restart: never', 'compose.restart.invalid@4:14'],
  [
    'deploy: {restart_policy: {condition: any, max_attempts: 3}}',
    'compose.deploy.restart_policy.invalid@4:30',
  ],
  ['deploy: {replicas: 3}', 'compose.deploy.replicas@4:24'],
  ['scale: 2', 'compose.scale@4:12'],
  [
    'deploy: {resources: {limits: {devices: [{driver: nvidia}]}}}',
    'compose.deploy.resources.limits.devices@4:35',
  ],
  ['mem_limit: abc', 'compose.mem_limit.invalid@4:16'],
  ['mem_limit: 1e9', 'compose.mem_limit.invalid@4:16'],
  ['mem_limit: 512m\ndeploy: {resources: {limits: {memory: 256m}}}', 'compose.mem_limit.conflict@4:5'],
  ['cpus: 1\ndeploy: {resources: {limits: {memory: 256m}}}', 'compose.cpus.conflict@4:5'],
  ['cpus: 1\ncpu_quota: 50000', 'compose.cpu_quota.conflict@5:5'],
  ['cpu_quota: 50ms', 'compose.cpu_quota.invalid@4:16'],
  ['cpu_quota: 999', 'compose.cpu_quota.invalid@4:16'],
  ['cpu_period: 1000001', 'compose.cpu_period.invalid@4:17'],
  ['init: 1', 'compose.init.invalid@4:11'],
  ['user: 1000', 'compose.user.invalid@4:11'],
  ['stop_grace_period: 5', 'compose.stop_grace_period.invalid@4:24'],
  ['tmpfs: /run:exec', 'compose.tmpfs.invalid@4:12'],
  ['tmpfs: /proc', 'compose.volumes.target@4:12'],
  ['security_opt: [seccomp=unconfined]', 'compose.security_opt@4:19'],
  ['prots: ["8000:8000"]', 'compose.unknown-key@4:5'],
  ['constructor: x', 'compose.unknown-key@4:5'],
  ['__proto__: {a: b}', 'compose.unknown-key@4:5'],
  ['cap_add: [NET_ADMIN]', 'compose.cap_add@4:14'],
  ['cap_add: [CHOWN, ALL]', 'compose.cap_add@4:14'],
  ['cap_add: CAP_NET_RAW', 'compose.cap_add@4:14'],
  ['extends: {service: base}', 'compose.extends@4:5'],
  ['extra_hosts: ["api.example:1.2.3.4"]', 'compose.extra_hosts@4:5'],
];

/** Keys that are refused whatever they say, as long as they say something. */
const ALWAYS_REFUSED = [
  'privileged: true',
  'devices: [/dev/kvm]',
  'device_cgroup_rules: ["c 1:3 mr"]',
  'gpus: all',
  'pid: host',
  'ipc: host',
  'uts: host',
  'userns_mode: host',
  'cgroup: host',
  'cgroup_parent: /x',
  'runtime: runc',
  'isolation: x',
  'sysctls: {a: 1}',
  'group_add: [docker]',
  'oom_kill_disable: true',
  'oom_score_adj: -1000',
  'storage_opt: {size: 1G}',
  'credential_spec: {file: x}',
  'use_api_socket: true',
  'provider: {type: x}',
  'models: [x]',
  'post_start: [{command: x, privileged: true}]',
  'pre_stop: [{command: x}]',
  'pre_start: [{command: x}]',
  'volumes_from: [db]',
  'external_links: [x]',
  'links: [db]',
  'label_file: x',
  'configs: [x]',
  'secrets: [x]',
  'annotations: {a: b}',
  'cpu_rt_runtime: 5',
  'cpu_rt_period: 5',
];

describe('keys of a service that are refused', () => {
  it.each(REFUSED)('%s', (lines, ...expected) => {
    expect(refusalsOf(compileService(lines))).toEqual(expected);
  });

  it.each(ALWAYS_REFUSED)('%s', (line) => {
    const key = line.split(':', 1)[0] ?? '';

    expect(refusalsOf(compileService(line))).toEqual([`compose.${key}@4:5`]);
  });

  it('names the key that was probably meant', () => {
    const outcome = compileService('prots: []');

    expect(messagesOf(outcome).join()).toContain('Did you mean `ports`?');
  });

  it('collects everything at once, in reading order', () => {
    const outcome = compileService('restart: never\nprivileged: true\nports: ["22:22"]');

    expect(refusalsOf(outcome)).toEqual([
      'compose.restart.invalid@4:14',
      'compose.privileged@5:5',
      'compose.ports.reserved@6:13',
    ]);
  });
});
