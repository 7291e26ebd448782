import { ignored, read, refused, type KeyTable } from './compose/check-keys.ts';

/** Keys of the mappings below a service, a network or a volume; see `compose-keys.ts`. */

const NO_NETWORK = 'Builds run without a network here.';
const GRADERS_CHOICE = 'It is the grader’s choice here.';
const SWARM = '`docker compose up` doesn’t read this key; it is for Swarm clusters.';

export const BUILD_KEYS: KeyTable = {
  context: read,
  dockerfile: read,
  dockerfile_inline: read,
  args: read,
  target: read,
  labels: read,
  network: read,
  no_cache: ignored(GRADERS_CHOICE),
  no_cache_filter: ignored(GRADERS_CHOICE),
  pull: ignored('Base images are the grader’s own copies and are never pulled.'),
  provenance: ignored(),
  sbom: ignored(),
  platforms: ignored('Images are built for the grader’s own platform.'),
  shm_size: ignored(GRADERS_CHOICE),
  ulimits: ignored(GRADERS_CHOICE),
  additional_contexts: refused(
    'A build sees its own context and nothing else. Move what it needs into the context.',
  ),
  cache_from: ignored('The grader keeps a cache of its own and takes none from elsewhere.'),
  cache_to: ignored(`${NO_NETWORK} There is nowhere to write a cache to.`),
  entitlements: refused('They give build steps rights over the machine. Leave them out.'),
  extra_hosts: refused(`${NO_NETWORK} There is no host to name.`),
  isolation: refused(GRADERS_CHOICE),
  privileged: refused('It gives build steps rights over the machine. Leave it out.'),
  secrets: refused('The grader has no secrets to give to a submission. Nothing in this lab needs any.'),
  ssh: refused('The grader has no keys to give to a submission. Nothing in this lab needs any.'),
  tags: ignored('The grader names what it builds, since many images of that name may be on this machine.'),
};

export const HEALTHCHECK_KEYS: KeyTable = {
  test: read,
  interval: read,
  timeout: read,
  retries: read,
  start_period: read,
  start_interval: read,
  disable: read,
};

export const DEPLOY_KEYS: KeyTable = {
  resources: read,
  restart_policy: read,
  replicas: read,
  mode: ignored(),
  endpoint_mode: ignored(SWARM),
  labels: ignored(SWARM),
  placement: ignored(SWARM),
  rollback_config: ignored(SWARM),
  update_config: ignored(SWARM),
};

export const RESOURCES_KEYS: KeyTable = {
  limits: read,
  reservations: ignored('A reservation is a wish, not a limit: it holds nothing back.'),
};

export const LIMITS_KEYS: KeyTable = {
  cpus: read,
  memory: read,
  pids: read,
  devices: refused('A device belongs to the machine, which is shared. Leave it out.'),
  generic_resources: refused(SWARM),
};

export const RESTART_POLICY_KEYS: KeyTable = {
  condition: read,
  max_attempts: read,
  delay: ignored(SWARM),
  window: ignored(SWARM),
};

export const PORT_KEYS: KeyTable = {
  target: read,
  published: read,
  protocol: read,
  host_ip: read,
  mode: ignored(),
  name: ignored(),
  app_protocol: ignored(),
};

export const MOUNT_KEYS: KeyTable = {
  type: read,
  source: read,
  target: read,
  read_only: read,
  bind: read,
  volume: read,
  tmpfs: read,
  consistency: ignored(),
  image: refused(
    'Mounting an image isn’t taken here. Copy what you need with `COPY --from` from an earlier stage.',
  ),
};

export const MOUNT_BIND_KEYS: KeyTable = {
  create_host_path: ignored(),
  selinux: ignored(),
  recursive: ignored(),
  propagation: refused('It would let mounts pass between the container and the machine. Leave it out.'),
};

export const MOUNT_VOLUME_KEYS: KeyTable = {
  nocopy: ignored(),
  labels: ignored(),
  subpath: refused('A part of a volume can’t be mounted here. Mount the whole volume.'),
};

export const MOUNT_TMPFS_KEYS: KeyTable = { size: read, mode: read };

export const SERVICE_NETWORK_KEYS: KeyTable = {
  aliases: read,
  priority: ignored(),
  gw_priority: ignored(),
  interface_name: refused(GRADERS_CHOICE),
  ipv4_address: refused(
    'Addresses are given out by the grader. Services find each other by name, which also holds when an address changes.',
  ),
  ipv6_address: refused(
    'Addresses are given out by the grader. Services find each other by name, which also holds when an address changes.',
  ),
  link_local_ips: refused(GRADERS_CHOICE),
  mac_address: refused(GRADERS_CHOICE),
  driver_opts: refused(GRADERS_CHOICE),
};

export const NETWORK_KEYS: KeyTable = {
  driver: read,
  external: read,
  internal: ignored('Every network of a run is cut off from the world here, this one as well.'),
  name: ignored(
    'Networks are named by the grader, so that runs don’t meet. Services name this one by its key.',
  ),
  attachable: ignored(),
  labels: ignored(),
  enable_ipv4: refused('Networks have IPv4 here.'),
  enable_ipv6: refused('Networks have IPv4 only here.'),
  driver_opts: refused('Options of the network driver reach into the machine’s own network. Leave them out.'),
  ipam: refused(
    'A subnet of one’s own could overlap with the machine’s networks or with another run’s. Leave it out.',
  ),
};

export const VOLUME_KEYS: KeyTable = {
  driver: read,
  external: read,
  name: ignored(
    'Volumes are made fresh for each run and named by the grader. Services name this one by its key.',
  ),
  labels: ignored(),
  driver_opts: refused(
    'Options of the volume driver can mount any folder of the machine under the name of a volume. Leave them out.',
  ),
};

export const DEPENDS_ON_KEYS: KeyTable = { condition: read, required: read, restart: ignored() };

export const ENV_FILE_KEYS: KeyTable = {
  path: read,
  required: read,
  format: refused('Leave it out: the usual format is read.'),
};
