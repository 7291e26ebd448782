import { IMAGE, type ComposeProject } from './compose-project.ts';

/** What ties services to each other, to the world and to the project's files. */
export const WIRING_PROJECTS: readonly ComposeProject[] = [
  {
    title: 'networks, names and mounts',
    keys: [
      'networks',
      'network_mode',
      'service-networks.aliases',
      'project.networks',
      'project.volumes',
      'network.driver',
      'network.external',
      'volume.driver',
      'volume.external',
      'dns',
      'dns_search',
      'dns_opt',
      'ports',
      'ports.target',
      'ports.published',
      'ports.protocol',
      'ports.host_ip',
      'volumes',
      'volumes.type',
      'volumes.source',
      'volumes.target',
      'volumes.read_only',
      'volumes.bind',
      'volumes.volume',
      'volumes.tmpfs',
      'tmpfs.size',
      'tmpfs.mode',
    ],
    files: { 'settings/app.conf': 'colour = blue\n', 'settings/deep/more.conf': 'more\n' },
    compose: `
services:
  api:
    image: ${IMAGE}
    ports: ["8000:8000", "127.0.0.1:8443:443", "5300:53/udp", "9000"]
    networks: [front, back]
  long-ports:
    image: ${IMAGE}
    ports:
      - { target: 80, published: "8080", protocol: tcp, host_ip: 127.0.0.1 }
      - { target: 81 }
    networks:
      back: { aliases: [store, database] }
  resolvers:
    image: ${IMAGE}
    dns: 8.8.8.8
    dns_search: example.org
    dns_opt: ["ndots:2"]
  more-resolvers:
    image: ${IMAGE}
    dns: [1.1.1.1, 9.9.9.9]
    dns_search: [a.example.org, b.example.org]
  alone:
    image: ${IMAGE}
    network_mode: none
  volumes:
    image: ${IMAGE}
    volumes: ["data:/data", "data:/again:ro", "/anonymous", "./settings:/etc/settings:ro"]
  long-volumes:
    image: ${IMAGE}
    volumes:
      - { type: volume, source: data, target: /data, read_only: true, volume: { nocopy: false } }
      - { type: bind, source: ./settings/app.conf, target: /etc/app.conf, bind: { create_host_path: true } }
      - { type: tmpfs, target: /scratch, tmpfs: { size: 4194304, mode: 0o1777 } }
networks:
  front: { driver: bridge }
  back: { external: false }
volumes:
  data: { driver: local, external: false }
`,
  },
  {
    title: 'builds and dependencies',
    keys: [
      'build',
      'build.context',
      'build.dockerfile',
      'build.dockerfile_inline',
      'build.args',
      'build.target',
      'build.labels',
      'build.network',
      'depends_on',
      'depends_on.condition',
      'depends_on.required',
    ],
    files: {
      '.env': 'FROM_DOTENV=known\n',
      Dockerfile: `FROM ${IMAGE}\nARG COLOUR=red\nENV COLOUR=$COLOUR\n`,
      'other/Special.Dockerfile': `FROM ${IMAGE} AS first\nARG COLOUR\nARG FROM_DOTENV\nENV STAGE=first COLOUR=$COLOUR FROM_DOTENV=$FROM_DOTENV\nFROM first AS second\nENV STAGE=second\n`,
    },
    compose: `
services:
  api:
    build: .
    depends_on: [special, inline]
  special:
    build:
      context: ./other
      dockerfile: Special.Dockerfile
      target: first
      args: { COLOUR: green, FROM_DOTENV: null }
      labels: { built: here }
      network: none
    depends_on:
      inline: { condition: service_healthy }
      absent: { condition: service_started, required: false }
  inline:
    build:
      context: .
      args: [COLOUR=blue]
      dockerfile_inline: |
        FROM ${IMAGE}
        ARG COLOUR
        ENV INLINE=$COLOUR
  absent:
    image: ${IMAGE}
    profiles: [never]
`,
  },
];
