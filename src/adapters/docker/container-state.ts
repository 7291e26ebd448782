import type Docker from 'dockerode';
import type { AskedLimits, ContainerState, HealthState } from '../../app/ports/container.ts';

/** The engine's inspection in our words, with the learner's own limits. */
export function stateOf(info: Docker.ContainerInspectInfo, limits: AskedLimits): ContainerState {
  const { State: state } = info;
  const ended = Date.parse(state.FinishedAt);
  const started = Date.parse(state.StartedAt);
  const running = state.Running && !state.Restarting;
  return {
    status: statusOfState(state),
    startError: state.Error,
    waitedFor: null,
    exitCode: running || state.Status === 'created' ? null : state.ExitCode,
    oomKilled: state.OOMKilled,
    startedAt: state.StartedAt,
    ranForMs: !running && ended > started && started > 0 ? ended - started : null,
    restartCount: info.RestartCount,
    argv: [info.Path, ...info.Args],
    health: healthOf(state.Health),
    limits,
  };
}

/** Why a container never ran: by the engine's words, or for what it waited in vain. */
export type NeverRan = Pick<ContainerState, 'startError' | 'waitedFor'>;

/** What is told of a container that never ran. */
export function refusedState(why: NeverRan, argv: readonly string[], limits: AskedLimits): ContainerState {
  return {
    status: 'refused',
    ...why,
    exitCode: null,
    oomKilled: false,
    startedAt: '',
    ranForMs: null,
    restartCount: 0,
    argv,
    health: null,
    limits,
  };
}

function statusOfState(state: Docker.ContainerInspectInfo['State']): ContainerState['status'] {
  if (state.Restarting) return 'restarting';
  if (state.Running) return 'running';
  if (state.Status === 'created') return state.Error === '' ? 'created' : 'refused';
  return 'exited';
}

function healthOf(health: Docker.ContainerInspectInfo['State']['Health']): HealthState | null {
  if (health === undefined) return null;
  const { Status: status } = health;
  if (status !== 'starting' && status !== 'healthy' && status !== 'unhealthy') return null;
  return {
    status,
    probes: health.Log.map((probe) => ({
      endedAtMs: Date.parse(probe.End),
      exitCode: probe.ExitCode,
      output: probe.Output.slice(0, 1000),
    })),
  };
}
