/** How one instruction is treated. */
export interface InstructionRule {
  /** Flags that may stand; every other one is refused. */
  readonly flags: readonly string[];
  /** What else is looked at, and in which file. */
  readonly judged:
    'nothing' | 'base-image' | 'stage-source' | 'add-sources' | 'mounts' | 'workdir' | 'trigger';
}

/**
 * Every instruction of a Dockerfile. One that isn't here is unknown to the builder too, and its own message
 * (with "did you mean") is better than any of ours.
 */
export const INSTRUCTION_RULES: Readonly<Record<string, InstructionRule>> = {
  FROM: { flags: ['platform'], judged: 'base-image' },
  COPY: { flags: ['from', 'chown', 'chmod', 'link'], judged: 'stage-source' },
  ADD: { flags: ['chown', 'chmod', 'link'], judged: 'add-sources' },
  RUN: { flags: ['mount', 'network'], judged: 'mounts' },
  WORKDIR: { flags: [], judged: 'workdir' },
  ONBUILD: { flags: [], judged: 'trigger' },
  HEALTHCHECK: {
    flags: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
    judged: 'nothing',
  },
  ARG: { flags: [], judged: 'nothing' },
  CMD: { flags: [], judged: 'nothing' },
  ENTRYPOINT: { flags: [], judged: 'nothing' },
  ENV: { flags: [], judged: 'nothing' },
  EXPOSE: { flags: [], judged: 'nothing' },
  LABEL: { flags: [], judged: 'nothing' },
  MAINTAINER: { flags: [], judged: 'nothing' },
  SHELL: { flags: [], judged: 'nothing' },
  STOPSIGNAL: { flags: [], judged: 'nothing' },
  USER: { flags: [], judged: 'nothing' },
  VOLUME: { flags: [], judged: 'nothing' },
};

/** Why a flag that the builder knows isn't taken. */
export const FLAG_LESSONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    security:
      'It would give a build step the rights of the machine itself. A build step that needs them can be split: what needs rights belongs to the one who runs the machine, not to the image.',
    device:
      'It would hand a device of the machine to a build step, and the machine is shared. Nothing in this lab needs one.',
    'keep-git-dir': 'It belongs to ADD from a git address, and builds have no network here. Use COPY.',
    checksum: 'It belongs to ADD from an address, and builds have no network here. Use COPY.',
    parents:
      'Only newer versions of the builder know it. COPY a folder to a folder of the same name; what is in it comes along.',
    exclude: 'Only newer versions of the builder know it. What no step needs belongs into `.dockerignore`.',
    unpack: 'Unpack an archive in a RUN step, where its limits hold.',
  }),
);
