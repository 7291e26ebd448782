import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ContainerProcess, EstablishedSocket, SocketTable } from '../app/ports/container.ts';
import type { PendingRequest } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import { isLoopback } from './listeners.ts';
import { failed, inconclusive, passed, processesEvidence, processText } from './outcome.ts';
import { answerText, isThisBuild, versionProbe } from './readiness.ts';

const ACCEPT_MS = 5000;
const POLL_MS = 50;

/**
 * Who takes a request from outside also answers it. A request is held back before its last byte; then every process
 * but the one that took it is frozen, and the last byte is sent. The service itself can still answer. A relay can't:
 * the one that it hands the request to stands still.
 */
export const servedByApp = checkKind({
  name: 'served-by-app',
  schema: z.strictObject({ timeoutSeconds: z.number().min(1).max(30).default(4) }),
  findings: ['relay', 'not-taken'],
  needs: 'answer',
  use: 'exclusive',
  async run(subject, { timeoutSeconds }, signal) {
    const { app, port } = subject;
    if (port === null) return undecided('no port is published');
    const pending = await app.openRequest(port, versionProbe(ACCEPT_MS + timeoutSeconds * 1000), signal);
    try {
      const taken = await takersOf(subject, port, pending, signal);
      if (taken.takers.length === 0) return await notTaken(subject, signal);
      return await judge(subject, pending, taken, signal);
    } finally {
      await pending.abandon();
    }
  },
});

const EXPECTED = 'the process that takes a request from outside answers it itself';

interface Taken {
  /** Processes that hold the container's end of the prober's connection. */
  readonly takers: readonly ContainerProcess[];
  readonly table: SocketTable;
}

async function judge(
  subject: Subject,
  pending: PendingRequest,
  { takers, table }: Taken,
  signal: AbortSignal,
) {
  const { app } = subject;
  const onward = onwardConnection(takers, table, app.address);
  const processes = await app.processes(signal);
  const who = takers.map(processText).join(', ');
  const evidence = [processesEvidence(processes)];
  if (onward) {
    return failed('relay', {
      observed: `${who} took the request from outside and opened a connection inside the container to ${onward.remoteAddress}:${onward.remotePort}`,
      expected: EXPECTED,
      explanation: RELAY,
      evidence,
    });
  }
  const takerPids = new Set(takers.map(({ hostPid }) => hostPid));
  const others = processes.filter(
    ({ hostPid, state }) => !takerPids.has(hostPid) && state !== 'Z' && state !== 'T',
  );
  await app.signal(others, 'SIGSTOP', signal);
  try {
    const answer = await pending.finish(signal);
    if (isThisBuild(answer, subject)) {
      return passed({
        observed: `${who} took the request from outside and answered it with the id of this build, while every other process stood still`,
        expected: EXPECTED,
        explanation:
          'The socket that is reached from outside belongs to the service itself; nothing stands between.',
        evidence,
      });
    }
    return failed('relay', {
      ...(!answer.ok && answer.error === 'timeout' && { byTime: 'late' }),
      observed: `${who} took the request from outside; with every other process frozen it had this to say: ${answerText(answer)}`,
      expected: EXPECTED,
      explanation: RELAY,
      evidence,
    });
  } finally {
    // Also when the run is being given up: nothing may be left standing still.
    await app.signal(others, 'SIGCONT', AbortSignal.timeout(5000));
  }
}

const RELAY =
  'A relay in front of the service makes the port answer, and leaves the fault where it was: the service still listens where nobody outside can reach it. One more process can die, client addresses are lost, and the lab asks for the binding itself.';

async function takersOf(
  subject: Subject,
  port: number,
  pending: PendingRequest,
  signal: AbortSignal,
): Promise<Taken> {
  const until = Date.now() + ACCEPT_MS;
  for (;;) {
    const table = await subject.app.sockets(signal);
    const mine = table.established.find((socket) => isEndOf(socket, port, pending));
    const takers = mine?.owners ?? [];
    if (takers.length > 0 || Date.now() >= until) return { takers, table };
    await sleep(POLL_MS, undefined, { signal });
  }
}

function isEndOf(socket: EstablishedSocket, port: number, pending: PendingRequest): boolean {
  return (
    socket.localPort === port &&
    socket.remotePort === pending.localPort &&
    socket.remoteAddress.replace(/^::ffff:/i, '') === pending.localAddress.replace(/^::ffff:/i, '')
  );
}

/** A connection of one who took the request to something that listens in the container itself. */
function onwardConnection(
  takers: readonly ContainerProcess[],
  { established, listening }: SocketTable,
  ownAddress: string | null,
): EstablishedSocket | undefined {
  const pids = new Set(takers.map(({ hostPid }) => hostPid));
  return established.find(
    (socket) =>
      socket.owners.some(({ hostPid }) => pids.has(hostPid)) &&
      (isLoopback(socket.remoteAddress) || socket.remoteAddress === ownAddress) &&
      listening.some((listener) => listener.port === socket.remotePort),
  );
}

async function notTaken(subject: Subject, signal: AbortSignal) {
  return failed('not-taken', {
    byTime: 'late',
    observed: `a connection to the published port was held open for ${ACCEPT_MS / 1000} s, and no process of the container took it`,
    expected: EXPECTED,
    explanation:
      'The kernel takes connections on behalf of whoever listens, but a service has to fetch them. This one was busy with something else, or takes one at a time.',
    evidence: [processesEvidence(await subject.app.processes(signal))],
  });
}

function undecided(observed: string) {
  return inconclusive('not-taken', {
    observed,
    expected: EXPECTED,
    explanation: 'Who takes a request could not be seen.',
    evidence: [],
  });
}
