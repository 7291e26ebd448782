import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../../src/core/plan.ts';
import { compileService, serviceOf } from './submission.ts';

/** What stands under the service → what the plan has of it. */
const ACCEPTED: readonly (readonly [string, Partial<ServicePlan>])[] = [
  // command, entrypoint
  ['command: uvicorn app:app --port 8000', { command: ['uvicorn', 'app:app', '--port', '8000'] }],
  [`command: echo "a b" 'c d' e\\ f`, { command: ['echo', 'a b', 'c d', 'e f'] }],
  ['command: [echo, "$$HOME"]', { command: ['echo', '$HOME'] }],
  ['command: >\n  a\n  b', { command: ['a', 'b'] }],
  ['command: "a $$(b c) `d e`"', { command: ['a', '$(b c)', '`d e`'] }],
  ['command: \'a "" b\'', { command: ['a', '', 'b'] }],
  ['command: ""', { command: [] }],
  ['entrypoint: []', { entrypoint: [] }],
  ['entrypoint: ["tini", "--"]\ncommand: app', { entrypoint: ['tini', '--'], command: ['app'] }],
  // environment
  [
    'environment: {A: 1.10, B: 0x1F, C: 010, D: true, E: yes, F: 22:22, G: 1_000, H: 1000000.0, I: "", J: 1e-5}',
    {
      environment: {
        A: '1.1',
        B: '31',
        C: '8',
        D: 'true',
        E: 'yes',
        F: '22:22',
        G: '1000',
        H: '1e+06',
        I: '',
        J: '1e-05',
      },
    },
  ],
  ['environment: [A=1, "B=x=y", C=, A=2]', { environment: { A: '2', B: 'x=y', C: '' } }],
  // ports
  [
    'ports: [8000, "8001", 8002:80, "127.0.0.1:8003:80", "8004:80/udp", "[::1]:8005:80", ":81", "0:82", "8006:83/TCP"]',
    {
      ports: [
        { published: null, target: 8000, protocol: 'tcp' },
        { published: null, target: 8001, protocol: 'tcp' },
        { published: 8002, target: 80, protocol: 'tcp' },
        { published: 8003, target: 80, protocol: 'tcp', hostIp: '127.0.0.1' },
        { published: 8004, target: 80, protocol: 'udp' },
        { published: 8005, target: 80, protocol: 'tcp', hostIp: '::1' },
        { published: null, target: 81, protocol: 'tcp' },
        { published: null, target: 82, protocol: 'tcp' },
        { published: 8006, target: 83, protocol: 'tcp' },
      ],
    },
  ],
  [
    'ports:\n  - {target: 80, published: 8080, host_ip: 127.0.0.1, mode: host, protocol: tcp}\n  - {target: "81", published: "8081"}',
    {
      ports: [
        { published: 8080, target: 80, protocol: 'tcp', hostIp: '127.0.0.1' },
        { published: 8081, target: 81, protocol: 'tcp' },
      ],
    },
  ],
  [
    'ports: ["127.0.0.1:7999-8000:80-81/udp", "90-91"]',
    {
      ports: [
        { published: 7999, target: 80, protocol: 'udp', hostIp: '127.0.0.1' },
        { published: 8000, target: 81, protocol: 'udp', hostIp: '127.0.0.1' },
        { published: null, target: 90, protocol: 'tcp' },
        { published: null, target: 91, protocol: 'tcp' },
      ],
    },
  ],
  ['ports: ["8000:8000", "8000:8000"]', { ports: [{ published: 8000, target: 8000, protocol: 'tcp' }] }],
  ['expose: [8000]', { ports: [] }],
  // names and addresses
  [
    'dns: 8.8.8.8\ndns_search: a.b\ndns_opt: [use-vc]',
    { dns: ['8.8.8.8'], dnsSearch: ['a.b'], dnsOptions: ['use-vc'] },
  ],
  ['dns: [8.8.8.8, 1.1.1.1, 8.8.8.8]', { dns: ['8.8.8.8', '1.1.1.1'] }],
  ['hostname: web', { hostname: 'web' }],
  ['network_mode: none', { networks: [] }],
  ['network_mode: bridge', { networks: [{ network: 'default', aliases: [] }] }],
  // health, restart, stop
  [
    'healthcheck: {test: curl -f localhost, interval: 1m30s, timeout: 10s, retries: 3, start_period: 10s, start_interval: 1s}',
    {
      healthcheck: {
        test: ['CMD-SHELL', 'curl -f localhost'],
        intervalMs: 90_000,
        timeoutMs: 10_000,
        retries: 3,
        startPeriodMs: 10_000,
        startIntervalMs: 1000,
      },
    },
  ],
  [
    'healthcheck: {test: [CMD, curl], interval: 1.5s, retries: "2"}',
    { healthcheck: { test: ['CMD', 'curl'], intervalMs: 1500, retries: 2 } },
  ],
  ['healthcheck: {disable: true, test: [CMD, x]}', { healthcheck: { test: ['NONE'] } }],
  ['healthcheck: {test: [NONE]}', { healthcheck: { test: ['NONE'] } }],
  ['healthcheck: {interval: 5s}', { healthcheck: { intervalMs: 5000 } }],
  ['healthcheck: {interval: 0s, retries: 0, test: []}', { healthcheck: {} }],
  ['restart: no', { restart: { name: 'no' } }],
  ['restart: "no"', { restart: { name: 'no' } }],
  ['restart: always', { restart: { name: 'always' } }],
  ['restart: unless-stopped', { restart: { name: 'unless-stopped' } }],
  ['restart: on-failure', { restart: { name: 'on-failure' } }],
  ['restart: on-failure:5', { restart: { name: 'on-failure', maximumRetries: 5 } }],
  [
    'restart: always\ndeploy: {restart_policy: {condition: on-failure, max_attempts: 3}}',
    { restart: { name: 'on-failure', maximumRetries: 3 } },
  ],
  ['deploy: {restart_policy: {condition: any}}', { restart: { name: 'always' } }],
  ['stop_signal: SIGINT\nstop_grace_period: 2s500ms', { stopSignal: 'SIGINT', stopGracePeriodMs: 2500 }],
  // limits
  [
    'mem_limit: 512m\ncpus: 0.5\npids_limit: 100\nshm_size: 64MB',
    { memoryBytes: 536_870_912, cpus: 0.5, pids: 100, shmBytes: 67_108_864 },
  ],
  ['cpu_quota: 25000', { cpus: 0.25 }],
  ['cpu_quota: "30000"\ncpu_period: 20000', { cpus: 1.5 }],
  ['cpu_quota: -1\ncpu_period: 20000\ncpus: 2', { cpus: 2 }],
  ['cpu_period: 20000', {}],
  ['mem_limit: 1.5g', { memoryBytes: 1_610_612_736 }],
  ['mem_limit: 536870912', { memoryBytes: 536_870_912 }],
  ['mem_limit: "10 KiB"', { memoryBytes: 10_240 }],
  [
    'deploy: {resources: {limits: {memory: 512M, cpus: "1.0", pids: 50}}}',
    { memoryBytes: 536_870_912, cpus: 1, pids: 50 },
  ],
  ['deploy: {replicas: 1, mode: replicated}\nscale: "1"', {}],
  // switches and the rest
  ['init: true\nread_only: "yes"', { init: true, readOnly: true }],
  ['init: off', { init: false }],
  ['user: 1000:1000\nworking_dir: /app', { user: '1000:1000', workingDir: '/app' }],
  ['tmpfs: /run', { tmpfs: ['/run:size=67108864'] }],
  [
    'tmpfs: ["/run:size=10m,mode=1777", /tmp]',
    { tmpfs: ['/run:size=10485760,mode=1777', '/tmp:size=67108864'] },
  ],
  ['labels: [a=b, c]', { labels: { a: 'b', c: '' } }],
  ['labels: {a: 1, b: null, c: true}', { labels: { a: '1', b: '', c: 'true' } }],
  // nothing asked for
  ['privileged: false\ncap_add: []\ndevices: []\nextra_hosts: {}\npid: ""', {}],
  ['cap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE, CAP_CHOWN, setuid]', {}],
  ['security_opt: ["no-new-privileges:true"]\ncap_drop: [ALL]\npull_policy: always', {}],
  ['x-note: anything\nattach: false', {}],
];

describe('keys of a service that are taken', () => {
  it.each(ACCEPTED)('%s', (lines, expected) => {
    expect(serviceOf(compileService(lines))).toMatchObject(expected);
  });

  it('leaves out what the image decides', () => {
    const { image, ...rest } = serviceOf(compileService('command:\nentrypoint:\nuser: ""'));

    expect(image.from).toBe('build');
    expect(rest).toEqual({
      name: 'api',
      environment: {},
      labels: {},
      readOnly: false,
      tmpfs: [],
      mounts: [],
      ports: [],
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      networks: [{ network: 'default', aliases: [] }],
      restart: { name: 'no' },
      dependsOn: [],
    });
  });
});
