import { ignored, read, refused, type KeyTable } from './compose/check-keys.ts';

/**
 * Every key of a compose file and what becomes of it: the table to look at first. `read` keys go into the plan
 * through a file of `compose/`; `ignored` ones have no part in grading; `refused` ones carry their reason.
 * A key that stands in no table is refused. Keys of nested mappings: `nested-keys.ts`.
 */

const MACHINE =
  'It reaches past the container into the machine, which here is shared with other learners. Leave it out.';
const OTHER_CONTAINERS =
  'It ties this container to another one in a way that the network does better: services reach each other by name. Leave it out.';
const TUNING = 'Such fine tuning has no part in grading; the limits of this lab hold instead.';
const NEEDS_RIGHTS =
  'A container runs here with the rights that a plain service needs and no more. What works without extra rights at home works here; leave it out.';

export const PROJECT_KEYS: KeyTable = {
  services: read,
  networks: read,
  volumes: read,
  name: ignored(),
  version: ignored('Compose has not read this key since version 2. You can delete it.'),
  include: refused('Compose would fetch and mix in other files. Put everything into this one file.'),
  configs: refused(
    'Configs aren’t taken here yet. Copy the file into the image, or mount it from the project under `volumes`.',
  ),
  secrets: refused(
    'Secrets aren’t taken here yet: the grader has none to give. Use `environment`, or mount a file of the project under `volumes`.',
  ),
  models: refused('No model runner exists here.'),
};

export const SERVICE_KEYS: KeyTable = {
  // compose/build.ts, compose/image.ts
  build: read,
  image: read,
  // compose/command.ts
  command: read,
  entrypoint: read,
  // compose/environment.ts
  environment: read,
  env_file: read,
  // compose/ports.ts
  ports: read,
  expose: ignored(),
  // compose/networks.ts
  networks: read,
  network_mode: read,
  // compose/mounts.ts, compose/tmpfs.ts
  volumes: read,
  tmpfs: read,
  // compose/healthcheck.ts, compose/restart.ts, compose/depends-on.ts
  healthcheck: read,
  restart: read,
  depends_on: read,
  // compose/limits.ts
  deploy: read,
  scale: read,
  mem_limit: read,
  cpus: read,
  pids_limit: read,
  shm_size: read,
  // compose/capabilities.ts
  cap_add: read,
  // compose/service.ts
  dns: read,
  dns_search: read,
  dns_opt: read,
  hostname: read,
  init: read,
  labels: read,
  profiles: read,
  read_only: read,
  security_opt: read,
  stop_grace_period: read,
  stop_signal: read,
  user: read,
  working_dir: read,

  annotations: refused(
    'Annotations give orders to the container runtime itself. Use `labels` for notes of your own.',
  ),
  attach: ignored(),
  blkio_config: ignored(TUNING),
  cap_drop: ignored(),
  cgroup: refused(MACHINE),
  cgroup_parent: refused(MACHINE),
  configs: refused(
    'Configs aren’t taken here yet. Copy the file into the image, or mount it from the project under `volumes`.',
  ),
  container_name: ignored(
    'Container names are the grader’s own here, since many runs share a machine. Services reach each other by service name.',
  ),
  cpu_count: ignored(TUNING),
  cpu_percent: ignored(TUNING),
  cpu_period: read,
  cpu_quota: read,
  cpu_rt_period: refused(MACHINE),
  cpu_rt_runtime: refused(MACHINE),
  cpu_shares: ignored(TUNING),
  cpuset: ignored(TUNING),
  credential_spec: refused('It hands over credentials of the machine, and there are none for a submission.'),
  develop: ignored(),
  device_cgroup_rules: refused(MACHINE),
  devices: refused(`A device belongs to the machine. ${MACHINE}`),
  domainname: ignored('The domain name of a container has no part in grading.'),
  extends: refused(
    'It isn’t taken here. Say the shared part once with a YAML anchor (`&name`) and merge it with `<<: *name`.',
  ),
  external_links: refused(OTHER_CONTAINERS),
  extra_hosts: refused(
    'An entry in /etc/hosts pins a name to an address, so the service goes on asking the old place when the name moves, and the broken resolver stays broken behind it. Names are resolved by DNS here; mend that.',
  ),
  gpus: refused(MACHINE),
  group_add: refused(NEEDS_RIGHTS),
  ipc: refused(MACHINE),
  isolation: refused(MACHINE),
  label_file: refused('It isn’t taken here. Write labels under `labels`.'),
  links: refused(
    'Links date from before networks. Services on a common network reach each other by service name without them.',
  ),
  logging: ignored(
    'Output is always read from the container itself here, with a limit on its size; another log driver would carry it past the grader.',
  ),
  mac_address: ignored('Hardware addresses are given out by the grader.'),
  mem_reservation: ignored(
    'A reservation is a wish, not a limit: it holds nothing back. `mem_limit` sets a limit.',
  ),
  mem_swappiness: ignored(TUNING),
  memswap_limit: ignored('There is no swap here: a container that goes past its memory limit is killed.'),
  models: refused('No model runner exists here.'),
  oom_kill_disable: refused('It would let one container take the memory of the whole machine. Leave it out.'),
  oom_score_adj: refused('It would make the machine kill somebody else’s process first. Leave it out.'),
  pid: refused(
    `Another process namespace shows processes of others, and makes your own program no longer PID 1. ${MACHINE}`,
  ),
  platform: ignored('Images run on the grader’s own platform.'),
  post_start: refused(
    'A hook can run with rights that the container itself doesn’t have. Put the step into the entrypoint.',
  ),
  pre_start: refused(
    'A hook can run with rights that the container itself doesn’t have. Put the step into the entrypoint.',
  ),
  pre_stop: refused(
    'A hook can run with rights that the container itself doesn’t have. Handle the stop signal in the program.',
  ),
  privileged: refused(
    'A privileged container is root on the machine itself: it sees every disk and every other container. No service of these labs needs it, and a fix that does has hidden the fault, not mended it.',
  ),
  provider: refused('It would run a program of the machine in place of a container.'),
  pull_policy: ignored(),
  pull_refresh_after: ignored(),
  runtime: refused(
    'Which runtime holds the containers is the grader’s choice, since it is what keeps submissions apart.',
  ),
  secrets: refused(
    'Secrets aren’t taken here yet: the grader has none to give. Use `environment`, or mount a file of the project under `volumes`.',
  ),
  stdin_open: ignored(
    'Nobody sits at the terminal here, and standard input is closed. A program that only lives while its input is open ends at once.',
  ),
  storage_opt: refused(MACHINE),
  sysctls: refused(`Kernel settings are the machine’s. ${NEEDS_RIGHTS}`),
  tty: ignored('There is no terminal here; a service doesn’t need one.'),
  ulimits: ignored(TUNING),
  use_api_socket: refused(
    'It hands the container the engine’s socket and credentials, and with them every other container on the machine.',
  ),
  userns_mode: refused(MACHINE),
  uts: refused(MACHINE),
  volumes_from: refused(OTHER_CONTAINERS),
};
