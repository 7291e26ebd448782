import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ListeningSocket } from '../app/ports/container.ts';
import type { HttpAnswer } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { CheckOutcome } from '../core/check-result.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { publishedInstead } from '../core/published-port.ts';
import { isLoopback, listenersOf } from './listeners.ts';
import { logEvidence } from '../core/run-evidence.ts';
import { argvText, failed, passed, processesEvidence } from './outcome.ts';
import { answerText, isThisBuild, versionProbe } from './readiness.ts';

type Row = EvidenceOf<'reachability'>['rows'][number];

/** Ports beside the published one that are tried, so that a wrong mapping can be told from a wrong binding. */
const MOST_OTHER_PORTS = 4;

/** What one port of the container gave, asked from inside and from outside. */
interface Tried {
  readonly port: number;
  readonly inside: HttpAnswer;
  readonly outside: HttpAnswer;
}

const FINDINGS = [
  'loopback-only',
  'ipv6-only',
  'wrong-port',
  'nothing-listens',
  'no-answer',
  'other-answer',
  'not-published',
] as const;

/** A full answer of this build comes back from outside of the container, over IPv4, through the published port. */
export const reachable = checkKind({
  name: 'reachable',
  schema: z.strictObject({ timeoutSeconds: z.number().min(0.5).max(30).default(5) }),
  findings: FINDINGS,
  needs: 'container',
  use: 'shared',
  async run(subject, { timeoutSeconds }, signal) {
    const sockets = await listenersOf(subject.app, signal);
    const tried = await tryPorts(subject, sockets, timeoutSeconds * 1000, signal);
    const mapped = tried.find(({ port }) => port === subject.port);
    const evidence = [
      { type: 'reachability' as const, rows: rowsOf(subject, tried) },
      socketsEvidence(sockets, tried),
    ];
    const expected = `localhost:${subject.scenario.port} leads to this build's own answer to GET /version`;
    if (mapped && isThisBuild(mapped.outside, subject)) {
      return passed({
        observed: `localhost:${subject.scenario.port} leads to container port ${mapped.port}, which answers over IPv4 with the id of this build`,
        expected,
        explanation:
          'The engine forwards the published port to the container’s own address, and the service listens there.',
        evidence,
      });
    }
    const diagnosis = diagnose(subject, sockets, tried, mapped);
    const more =
      sockets.length > 0
        ? []
        : [
            processesEvidence(await subject.app.processes(signal)),
            logEvidence(await subject.app.log(signal)),
          ];
    return failed(diagnosis.finding, {
      ...(diagnosis.byTime && { byTime: diagnosis.byTime }),
      observed: diagnosis.observed,
      expected,
      explanation: diagnosis.explanation,
      evidence: [...evidence, ...more],
    });
  },
});

async function tryPorts(
  subject: Subject,
  sockets: readonly ListeningSocket[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly Tried[]> {
  const others = [...new Set(sockets.map(({ port }) => port))].filter((port) => port !== subject.port);
  const ports = [...(subject.port === null ? [] : [subject.port]), ...others.slice(0, MOST_OTHER_PORTS)];
  return Promise.all(
    ports.map(async (port) => {
      const address = loopbackFor(sockets, port);
      const [inside, outside] = await Promise.all([
        subject.app.requestInside(address, port, versionProbe(timeoutMs), signal),
        subject.app.request(port, versionProbe(timeoutMs), signal),
      ]);
      return { port, inside, outside };
    }),
  );
}

/** The loopback address at which a port can be asked from inside: `::1` only where nothing takes IPv4 there. */
function loopbackFor(sockets: readonly ListeningSocket[], port: number): string {
  const there = sockets.filter((socket) => socket.port === port);
  const loopback = there.find((socket) => socket.family === 'ipv4' && isLoopback(socket.address));
  if (loopback) return loopback.address;
  return there.some((socket) => socket.address === '::1') ? '::1' : '127.0.0.1';
}

interface Diagnosis {
  readonly byTime?: CheckOutcome['byTime'];
  readonly finding: (typeof FINDINGS)[number];
  readonly observed: string;
  readonly explanation: string;
}

function diagnose(
  subject: Subject,
  sockets: readonly ListeningSocket[],
  tried: readonly Tried[],
  mapped: Tried | undefined,
): Diagnosis {
  const hostPort = subject.scenario.port;
  const answering = tried.find(
    ({ port, inside, outside }) => port !== subject.port && (inside.ok || outside.ok),
  );
  if (!mapped) {
    return {
      finding: 'not-published',
      observed: `no container port is published as localhost:${hostPort}; ${publishedInstead(subject.service.ports)}`,
      explanation: `A port of the container is reached from outside only through a mapping, and none leads from localhost:${hostPort} into the container over TCP and IPv4. \`EXPOSE\` is a note to the reader: it publishes nothing.`,
    };
  }
  const there = sockets.filter((socket) => socket.port === mapped.port);
  if (mapped.outside.ok) {
    return {
      finding: 'other-answer',
      observed: `localhost:${hostPort} is answered with ${answerText(mapped.outside)}, which this build did not say`,
      explanation:
        'Something answers at the published port, but it does not know the id that this build was given. It is not the service in `src/`.',
    };
  }
  if (there.length > 0 && there.every((socket) => isLoopback(socket.address))) {
    const [socket] = there;
    const address = socket?.address ?? '127.0.0.1';
    return {
      finding: 'loopback-only',
      observed: `the service listens at ${address}:${mapped.port}; from outside the container: ${answerText(mapped.outside)}`,
      explanation: `The engine forwards to ${subject.app.address ?? 'the container’s address'}:${mapped.port}, but the socket is bound to ${address}. That address exists only inside the container: every container has a loopback interface of its own. Publishing a port changes nothing about what the process is bound to.`,
    };
  }
  if (there.length > 0 && there.every((socket) => socket.family === 'ipv6')) {
    return {
      finding: 'ipv6-only',
      observed: `the service listens at [${there[0]?.address ?? '::'}]:${mapped.port}, and IPv4 gets: ${answerText(mapped.outside)}`,
      explanation:
        'The engine forwards to the container’s IPv4 address. A socket on `::` takes IPv4 as well only where the program leaves that switched on, and this one doesn’t.',
    };
  }
  if (there.length > 0) {
    return {
      finding: 'no-answer',
      byTime: 'not-yet',
      observed: `something listens at container port ${mapped.port}, but a full answer does not come: ${answerText(mapped.outside)}`,
      explanation:
        'A connection that is taken is not yet an answer. Only the whole HTTP exchange shows that the service works.',
    };
  }
  if (answering) {
    return {
      finding: 'wrong-port',
      observed: `localhost:${hostPort} is mapped to container port ${mapped.port}, where nothing listens; something answers at ${answering.port}`,
      explanation:
        'A mapping reads host:container, and the engine forwards to that port of the container whether anybody listens there or not. The table of sockets shows who listens where.',
    };
  }
  return {
    finding: 'nothing-listens',
    byTime: 'not-yet',
    observed:
      sockets.length === 0
        ? 'no process of the container listens at any port'
        : `nothing listens at container port ${mapped.port}`,
    explanation:
      'The mapping leads to a port at which nobody listens, so the connection is refused. The processes and the log show what runs instead.',
  };
}

function rowsOf(subject: Subject, tried: readonly Tried[]): Row[] {
  const rows = tried.flatMap(({ port, inside, outside }): Row[] => [
    row('inside the container (loopback)', `localhost:${port}`, inside, subject),
    row('another container', `${subject.app.address ?? 'container'}:${port}`, outside, subject),
  ]);
  const mapped = tried.find(({ port }) => port === subject.port);
  const published = `localhost:${subject.scenario.port}`;
  rows.push(
    mapped
      ? row(`the host, published to ${mapped.port}`, published, mapped.outside, subject)
      : { from: 'the host', address: published, reach: 'not-published', detail: 'no mapping leads there' },
  );
  return rows;
}

function row(from: string, address: string, answer: HttpAnswer, subject: Subject): Row {
  return { from, address, reach: reachOf(answer, subject), detail: answerText(answer) };
}

function reachOf(answer: HttpAnswer, subject: Subject): Row['reach'] {
  if (answer.ok) return isThisBuild(answer, subject) ? 'answered' : 'other-answer';
  switch (answer.error) {
    case 'refused':
    case 'timeout':
      return answer.error;
    case 'reset':
    case 'closed':
      return 'reset';
    case 'unreachable':
      return 'refused';
    case 'protocol':
      return 'other-answer';
  }
}

function socketsEvidence(
  sockets: readonly ListeningSocket[],
  tried: readonly Tried[],
): EvidenceOf<'sockets'> {
  return {
    type: 'sockets',
    rows: sockets.slice(0, 30).map((socket) => ({
      address: socket.address,
      port: socket.port,
      family: socket.family,
      owners: socket.owners.slice(0, 8).map(({ pid, argv, name }) => ({ pid, argv: argvText(argv) || name })),
      reachableFromOutside:
        !isLoopback(socket.address) && tried.some(({ port, outside }) => port === socket.port && outside.ok),
    })),
  };
}
