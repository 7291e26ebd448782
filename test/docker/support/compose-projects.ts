import { IMAGE, type ComposeProject } from './compose-project.ts';

/** What a service says of itself. */
export const SERVICE_PROJECTS: readonly ComposeProject[] = [
  {
    title: 'commands and environment',
    keys: [
      'services',
      'image',
      'command',
      'entrypoint',
      'environment',
      'env_file',
      'env_file.path',
      'env_file.required',
    ],
    files: {
      '.env': 'WHO=dotenv\nPASSED=through\n',
      'one.env':
        '# a comment\nGREETING=one\nQUOTED="two words # kept"\nSINGLE=\'$WHO\'\nEXPANDED=${WHO}\nEMPTY=\n',
      'two.env': 'GREETING=two\nGONE=soon\n',
    },
    compose: `
services:
  api: { image: ${IMAGE} }
  command-text:
    image: ${IMAGE}
    command: 300 "two words" 'single $$HOME' back\\ slash
  command-list:
    image: ${IMAGE}
    command: ["300", "\${WHO}", "$$WHO"]
  entrypoint-text:
    image: ${IMAGE}
    entrypoint: sh -c "exec sleep 300"
  entrypoint-and-command:
    image: ${IMAGE}
    entrypoint: [sleep]
    command: ["301"]
  no-entrypoint:
    image: ${IMAGE}
    entrypoint: []
    command: [sleep, "302"]
  environment-map:
    image: ${IMAGE}
    env_file: [one.env, two.env]
    environment: { GREETING: map, NUMBER: 3, YES: "true", ABSENT: null, PASSED: null, WHO: "\${WHO:-nobody}", OTHER: "\${NOBODY:-fallback}" }
  environment-list:
    image: ${IMAGE}
    env_file:
      - path: one.env
      - { path: absent.env, required: false }
    environment: [GREETING=list, EMPTIED=, "SPACED=a b", PASSED]
`,
  },
  {
    title: 'who runs, where and until when',
    keys: [
      'user',
      'working_dir',
      'hostname',
      'init',
      'read_only',
      'stop_signal',
      'stop_grace_period',
      'labels',
      'security_opt',
      'cap_add',
      'scale',
      'profiles',
      'restart',
      'deploy',
      'deploy.restart_policy',
      'deploy.replicas',
      'restart_policy.condition',
      'restart_policy.max_attempts',
    ],
    compose: `
services:
  api:
    image: ${IMAGE}
    user: "65534:65534"
    working_dir: /var/tmp
    hostname: somebody
    init: true
    read_only: true
    scale: 1
    security_opt: ["no-new-privileges:true"]
  signals:
    image: ${IMAGE}
    stop_signal: SIGTERM
    stop_grace_period: 1m
    restart: unless-stopped
  short-grace:
    image: ${IMAGE}
    stop_grace_period: 3s
    init: false
    cap_drop: [ALL]
    cap_add: [CHOWN, CAP_NET_BIND_SERVICE]
    restart: "no"
    labels: { kept: overruled, number: 4, empty: "" }
  label-list:
    image: ${IMAGE}
    user: nobody
    labels: [alone, "with=a value"]
    restart: always
  retries:
    image: ${IMAGE}
    restart: on-failure:5
  deployed:
    image: ${IMAGE}
    deploy: { replicas: 1, restart_policy: { condition: on-failure, max_attempts: 3 } }
  deployed-any:
    image: ${IMAGE}
    restart: "no"
    deploy: { restart_policy: { condition: any } }
  tool:
    image: ${IMAGE}
    profiles: [tools]
`,
  },
  {
    title: 'limits and health',
    keys: [
      'mem_limit',
      'cpus',
      'cpu_quota',
      'cpu_period',
      'pids_limit',
      'shm_size',
      'deploy.resources',
      'resources.limits',
      'limits.cpus',
      'limits.memory',
      'limits.pids',
      'healthcheck',
      'healthcheck.test',
      'healthcheck.interval',
      'healthcheck.timeout',
      'healthcheck.retries',
      'healthcheck.start_period',
      'healthcheck.start_interval',
      'healthcheck.disable',
      'tmpfs',
    ],
    compose: `
services:
  api:
    image: ${IMAGE}
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 50
    shm_size: 16m
  beyond-the-limits:
    image: ${IMAGE}
    mem_limit: 4g
    cpus: "1.5"
    pids_limit: 4000
    shm_size: 1gb
  deployed-limits:
    image: ${IMAGE}
    deploy: { resources: { limits: { cpus: "0.25", memory: 100M, pids: 20 } } }
  health-list:
    image: ${IMAGE}
    healthcheck: { test: [CMD, test, -d, /srv], interval: 7s, timeout: 3s, retries: 4, start_period: 1m30s, start_interval: 2s }
  health-text:
    image: ${IMAGE}
    cpu_quota: "30000"
    healthcheck: { test: test -d /srv || exit 1, timeout: 40s }
  health-off:
    image: ${IMAGE}
    cpu_quota: 5000
    cpu_period: 20000
    healthcheck: { disable: true }
  health-none:
    image: ${IMAGE}
    healthcheck: { test: [NONE] }
  in-memory:
    image: ${IMAGE}
    tmpfs: ["/run", "/cache:size=8m,mode=1770", "/big:size=1g"]
`,
  },
];
