import type { BuildStep } from '../../../app/ports/bench.ts';
import type { Vertex } from './status-response.ts';

/** `[stage 2/5] RUN …`; BuildKit leaves the stage out where there is one without a name. */
const STEP_NAME = /^\[(?:(\S+(?: \S+)*) )?(\d+)\/(\d+)\] (.*)$/s;

/** Vertices that one build may have; a Dockerfile of the longest allowed length stays far below. */
const MOST_VERTICES = 5_000;

/** The vertices of a build, which arrive out of order and several times, folded by digest. */
export class BuildTrace {
  private readonly vertices = new Map<string, Vertex>();

  /** Takes what a message says of a vertex; later messages complete earlier ones. */
  add(vertex: Vertex): Vertex {
    const known = this.vertices.get(vertex.digest);
    const folded: Vertex = {
      digest: vertex.digest,
      name: vertex.name || (known?.name ?? ''),
      cached: vertex.cached || (known?.cached ?? false),
      started: vertex.started ?? known?.started ?? null,
      completed: vertex.completed ?? known?.completed ?? null,
      error: vertex.error || (known?.error ?? ''),
    };
    if (known || this.vertices.size < MOST_VERTICES) this.vertices.set(vertex.digest, folded);
    return folded;
  }

  /** Instructions of the Dockerfile, by stage in the Dockerfile's order, then by position. `FROM` is none. */
  steps(dockerfile: string): BuildStep[] {
    const merged = new Map<string, BuildStep>();
    for (const vertex of this.vertices.values()) {
      const step = stepOf(vertex);
      if (!step) continue;
      // Builds that go on at the same time share equal steps, under the name that the first of them gave: stage and
      // position may be those of another Dockerfile.
      const other = merged.get(step.name);
      merged.set(step.name, other ? together(other, step) : step);
    }
    const stages = stageNames(dockerfile);
    const rank = (step: BuildStep): number =>
      (stages.indexOf(step.stage) + stages.length + 1) % (stages.length + 1);
    return [...merged.values()].sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  }

  /** The step that failed, with the digest its log is kept under. */
  failed(): { readonly digest: string; readonly step: BuildStep } | undefined {
    for (const vertex of this.vertices.values()) {
      const step = stepOf(vertex);
      // Steps that were stopped because another one failed carry an error too.
      if (step && vertex.error !== '' && !isCancelled(vertex)) return { digest: vertex.digest, step };
    }
    return undefined;
  }

  /** The step that was under way when the build was stopped. */
  underWay(): { readonly digest: string; readonly step: BuildStep } | undefined {
    for (const vertex of this.vertices.values()) {
      const step = stepOf(vertex);
      const stopped = vertex.completed === null || isCancelled(vertex);
      if (step && vertex.started !== null && !vertex.cached && stopped)
        return { digest: vertex.digest, step };
    }
    return undefined;
  }
}

/** The instruction that a vertex stands for, or undefined for the builder's own work. */
export function stepOf(vertex: Vertex): BuildStep | undefined {
  const [, stage = '', index, , instruction = ''] = STEP_NAME.exec(vertex.name) ?? [];
  // The builder says at whim whether a base image was cached.
  if (index === undefined || /^FROM\b/i.test(instruction)) return undefined;
  const ended = vertex.completed ?? vertex.started ?? 0;
  return {
    name: vertex.name,
    stage,
    index: Number(index),
    instruction,
    cached: vertex.cached,
    durationMs:
      vertex.cached || vertex.started === null ? 0 : Math.max(0, Math.round(ended - vertex.started)),
    exitCode: exitCodeOf(vertex, instruction),
  };
}

function exitCodeOf(vertex: Vertex, instruction: string): number | null {
  const [, code] = /did not complete successfully: exit code: (\d+)/.exec(vertex.error) ?? [];
  if (code !== undefined) return Number(code);
  return /^RUN\b/i.test(instruction) && vertex.error === '' && (vertex.completed !== null || vertex.cached)
    ? 0
    : null;
}

function isCancelled(vertex: Vertex): boolean {
  return vertex.error.includes('context canceled');
}

/** Two vertices of one instruction. */
function together(a: BuildStep, b: BuildStep): BuildStep {
  return {
    ...a,
    cached: a.cached && b.cached,
    durationMs: a.durationMs + b.durationMs,
    exitCode: a.exitCode === null || a.exitCode === 0 ? (b.exitCode ?? a.exitCode) : a.exitCode,
  };
}

/** The names that BuildKit shows for the stages: their own, or `stage-<n>`. Only the order depends on this. */
function stageNames(dockerfile: string): string[] {
  const froms = dockerfile.split('\n').filter((line) => /^\s*FROM\s/i.test(line));
  return froms.map((line, index) => /\sAS\s+(\S+)\s*$/i.exec(line)?.[1]?.toLowerCase() ?? `stage-${index}`);
}
