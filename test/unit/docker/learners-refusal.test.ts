import { describe, expect, it } from 'vitest';
import { isLearners } from '../../../src/adapters/docker/learners-refusal.ts';

const RUNC =
  'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: ';

describe('isLearners', () => {
  it.each([
    [
      400,
      `${RUNC}unable to start container process: exec: "nope": executable file not found in $PATH: unknown`,
    ],
    [
      404,
      `${RUNC}unable to start container process: exec: "nope": executable file not found in $PATH: unknown`,
    ],
    [400, `${RUNC}unable to start container process: exec: "/app/run.sh": permission denied: unknown`],
    [500, 'unable to find user nobody2: no matching entries in passwd file'],
    [500, `${RUNC}chdir to cwd ("/root") set in config.json failed: permission denied: unknown`],
    [400, "the working directory 'app' is invalid, it needs to be an absolute path"],
    [400, 'Minimum memory limit allowed is 6MB'],
    [500, `${RUNC}error mounting "/x" to rootfs at "/etc/passwd": not a directory: unknown`],
  ])('holds %i %s against the learner', (status, message) => {
    expect(isLearners(status, message)).toBe(true);
  });

  it.each([
    [404, 'No such image: labgrader/run:1'],
    [404, 'No such container: 5f2a'],
    [404, 'network labgrader-7 not found'],
    [409, 'Conflict. The container name "/x" is already in use'],
    [500, 'error creating overlay mount to /var/lib/docker/overlay2/1/merged: no such file or directory'],
    [
      500,
      `${RUNC}runc create failed: unable to start container process: unable to apply cgroup configuration: mkdir: permission denied`,
    ],
    [500, `${RUNC}fork/exec /proc/self/exe: resource temporarily unavailable: unknown`],
    [500, 'write /var/lib/docker/containers/1/config.json: no space left on device'],
    [500, 'a panic'],
    [0, 'socket hang up'],
  ])('holds %i %s against nobody', (status, message) => {
    expect(isLearners(status, message)).toBe(false);
  });
});
