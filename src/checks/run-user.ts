import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ContainerProcess } from '../app/ports/container.ts';
import type { Subject } from '../app/ports/subject.ts';
import { failed, passed, plural, processesEvidence, processText } from './outcome.ts';

const Parameters = z.strictObject({
  /** The user that the container must be set to; absent where any but root will do. */
  user: z.string().min(1).max(32).optional(),
  /** Processes must hold no capability in effect either. */
  withoutCapabilities: z.boolean().default(true),
});

/** No process of the graded container has root's rights, judged by what runs and not by what is written. */
export const runUser = checkKind({
  name: 'run-user',
  schema: Parameters,
  findings: ['root', 'capabilities', 'other-user'],
  needs: 'container',
  use: 'shared',
  async run(subject, { user, withoutCapabilities }, signal) {
    const { processes, roots, capable } = await look(subject, signal);
    const configured = await configuredUser(subject, signal);
    const uids = user === undefined ? [] : await uidsNamed(subject, user, signal);
    const findings = {
      expected: `Every process of the container runs as ${user === undefined ? 'a user that is not root' : `\`${user}\``}, with no user id of 0${withoutCapabilities ? ' and no capability in effect' : ''}.`,
      explanation:
        'Whoever breaks into a service has the rights of its process. Root inside of a container is root for the kernel, and every hole in the isolation is then a hole to the host. What counts is the user of the running processes: a USER in an earlier stage, or one that compose.yaml sets back, changes nothing about them.',
      evidence: [processesEvidence(processes)],
    };
    if (roots.length > 0) {
      const observed = `${plural(roots.length, 'process', 'processes')} of ${processes.length} with root's user id: ${listed(roots)}. The container is set to ${named(configured)}.`;
      return failed('root', { ...findings, observed });
    }
    if (withoutCapabilities && capable.length > 0) {
      const observed = `No process runs as root, but ${listed(capable)} ${capable.length === 1 ? 'holds' : 'hold'} capabilities.`;
      return failed('capabilities', { ...findings, observed });
    }
    const isWanted =
      user === undefined ||
      nameIn(configured) === user ||
      processes.every((process) => process.uids.every((uid) => uids.includes(uid)));
    if (!isWanted) {
      const observed = `No process runs as root (user ids ${uidsOf(processes)}), but the container is set to ${named(configured)}.`;
      return failed('other-user', { ...findings, observed });
    }
    const observed = `${plural(processes.length, 'process', 'processes')}, user ids ${uidsOf(processes)}; the container is set to ${named(configured)}.`;
    return passed({ ...findings, observed });
  },
});

/** A process that a health check runs starts as the engine's own, with root's rights, and gives them up at once. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 400;

interface Seen {
  readonly processes: readonly ContainerProcess[];
  /** Those with a root id, and those with capabilities, at every look. */
  readonly roots: readonly ContainerProcess[];
  readonly capable: readonly ContainerProcess[];
}

async function look(subject: Subject, signal: AbortSignal): Promise<Seen> {
  let processes = await subject.app.processes(signal);
  let roots = processes.filter(isRoot);
  let capable = processes.filter(hasCapabilities);
  for (let looks = 1; looks < LOOKS && roots.length + capable.length > 0; looks++) {
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
    processes = await subject.app.processes(signal);
    roots = stillAmong(processes.filter(isRoot), roots);
    capable = stillAmong(processes.filter(hasCapabilities), capable);
  }
  const lasting = new Set([...roots, ...capable]);
  const settled = processes.filter(
    (process) => lasting.has(process) || !(isRoot(process) || hasCapabilities(process)),
  );
  return { processes: settled, roots, capable };
}

function stillAmong(
  now: readonly ContainerProcess[],
  before: readonly ContainerProcess[],
): ContainerProcess[] {
  return now.filter(({ hostPid, startTicks }) =>
    before.some((process) => process.hostPid === hostPid && process.startTicks === startTicks),
  );
}

function isRoot(process: ContainerProcess): boolean {
  return process.uids.includes(0);
}

/** What `--user`, else USER says. The group behind a colon doesn't matter here. */
async function configuredUser(subject: Subject, signal: AbortSignal): Promise<string> {
  const own = subject.service.user;
  if (own !== undefined && own !== '') return own;
  return subject.build === null ? '' : (await subject.imageFacts(signal)).config.user;
}

function nameIn(configured: string): string {
  return configured.split(':')[0] ?? '';
}

/** The ids that the image knows `user` by: the user may be set by its number, or changed to by what is started. */
async function uidsNamed(subject: Subject, user: string, signal: AbortSignal): Promise<readonly number[]> {
  if (subject.build === null) return [];
  const { users } = await subject.imageFacts(signal);
  return users.filter(({ name }) => name === user).map(({ uid }) => uid);
}

function named(configured: string): string {
  return configured === '' ? 'no user, which means root' : `\`${configured}\``;
}

/** A zombie keeps the capabilities that it died with, and can't use them. */
function hasCapabilities(process: ContainerProcess): boolean {
  return process.state !== 'Z' && !/^0*$/.test(process.effectiveCapabilities);
}

function listed(processes: readonly ContainerProcess[]): string {
  const shown = processes.slice(0, 3).map((process) => processText(process));
  return processes.length > 3 ? `${shown.join(', ')} and ${processes.length - 3} more` : shown.join(', ');
}

function uidsOf(processes: readonly ContainerProcess[]): string {
  return [...new Set(processes.map((process) => process.uids[1]))].sort((a, b) => a - b).join(', ');
}
