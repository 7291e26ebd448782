import type { CheckOutcome } from '../core/check-result.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { clip } from '../core/clip.ts';
import type { Container, ContainerProcess, ContainerState } from '../app/ports/container.ts';

const MOST_BODY_CHARACTERS = 600;
const MOST_ROWS = 60;
const MOST_EVENTS = 40;

/** What every outcome says, whatever its status. */
export type Findings = Omit<CheckOutcome, 'status' | 'finding'>;

export function passed(findings: Findings): CheckOutcome<never> {
  return { status: 'passed', ...findings };
}

/** `finding` is the stable word that selects the hint (`loopback-only`, `exited`, …). */
export function failed<Finding extends string>(finding: Finding, findings: Findings): CheckOutcome<Finding> {
  return { status: 'failed', finding, ...findings };
}

/** Could not be decided; the run is tried again. Never held against the learner. */
export function inconclusive<Finding extends string>(
  finding: Finding,
  findings: Findings,
): CheckOutcome<Finding> {
  return { status: 'inconclusive', finding, ...findings };
}

/** Of a container that never ran because what it waits for took too long: nothing but time decided that. */
export function byTimeOf({ waitedFor }: Pick<ContainerState, 'waitedFor'>): Pick<Findings, 'byTime'> {
  return waitedFor?.byTime === true ? { byTime: 'late' } : {};
}

export function processesEvidence(
  processes: readonly ContainerProcess[],
  title = 'Processes of the container',
): EvidenceOf<'processes'> {
  return {
    type: 'processes',
    title,
    rows: processes.slice(0, MOST_ROWS).map((process) => ({
      pid: process.pid,
      parentPid: process.parentPid,
      state: process.state,
      user: process.uids[1],
      name: clip(process.name, 64),
      argv: argvText(process.argv),
      ageMs: process.ageMs,
    })),
  };
}

/** The engine's events of a container, told from the moment at which it was told to start. */
export function timelineEvidence(
  container: Container,
  title = 'Events of the container',
): EvidenceOf<'timeline'> {
  return {
    type: 'timeline',
    title,
    events: container
      .events()
      .slice(-MOST_EVENTS)
      .map((event) => ({
        atMs: event.atMs - container.startedAtMs,
        what: event.exitCode === undefined ? event.action : `${event.action} (exit code ${event.exitCode})`,
      })),
  };
}

/** A command line for a message: words joined by blanks, bounded. */
export function argvText(argv: readonly string[]): string {
  return clip(argv.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(' '), 300);
}

/** A process for a message: `uvicorn (pid 7)`, or its command line where that says more. */
export function processText(process: ContainerProcess): string {
  const words = process.argv.length > 0 ? `\`${clip(argvText(process.argv), 120)}\`` : process.name;
  return `${words} (pid ${process.pid})`;
}

/** A body for evidence: bounded, without control characters. */
export function bodyText(body: string): string {
  return clip(body.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd'), MOST_BODY_CHARACTERS);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Counts in a message: `1 process`, `3 processes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
