import type { BuildStep, ImageFacts, ImageLayer, LayerEntry } from '../../../../src/app/ports/bench.ts';
import type { FinishedBuild, Subject } from '../../../../src/app/ports/subject.ts';
import type { ServicePlan } from '../../../../src/core/plan.ts';
import { BUILD, fakeSubject, SERVICE } from './fake-subject.ts';

export function file(path: string, bytes: number, sha256 = `sha-of-${path}-${bytes}`): LayerEntry {
  return { path, kind: 'file', bytes, sha256 };
}

export function gone(path: string): LayerEntry {
  return { path, kind: 'whiteout', bytes: 0 };
}

/** A layer of the learner's own, unless said otherwise. */
export function layer(createdBy: string, entries: readonly LayerEntry[], fromBase = false): ImageLayer {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { diffId: `sha256:${createdBy}`, createdBy, fromBase, bytes, entries };
}

export const BASE = layer('', [file('/usr/bin/python3.11', 1000)], true);

export function imageOf(
  layers: readonly ImageLayer[],
  changes: Partial<ImageFacts['config']> = {},
): ImageFacts {
  return {
    id: 'sha256:1',
    totalBytes: layers.reduce((sum, one) => sum + one.bytes, 0),
    layers,
    users: [],
    config: {
      user: '',
      entrypoint: [],
      command: [],
      environment: [],
      workingDir: '/app',
      exposedPorts: [],
      stopSignal: '',
      ...changes,
    },
  };
}

/** A service that is built by this Dockerfile. */
export function builtBy(dockerfile: string, changes: Partial<ServicePlan> = {}): ServicePlan {
  const build = { context: '.', dockerfilePath: 'Dockerfile', dockerfile, args: {}, labels: {} };
  return { ...SERVICE, image: { from: 'build', build }, ...changes };
}

/** A run of a service whose image is built by `dockerfile` and has these layers. */
export function imageSubject(
  dockerfile: string,
  layers: readonly ImageLayer[],
  changes: Partial<Subject> = {},
): Subject {
  return fakeSubject({
    service: builtBy(dockerfile),
    imageFacts: () => Promise.resolve(imageOf(layers)),
    ...changes,
  });
}

/** A step as the builder names it: `step('builder', 2, 'RUN pip install', true)`. */
export function step(stage: string, index: number, instruction: string, cached: boolean): BuildStep {
  const name = `[${stage === '' ? '' : `${stage} `}${index}/9] ${instruction}`;
  return { name, stage, index, instruction, cached, durationMs: 1, exitCode: null };
}

export function buildOf(id: string, steps: readonly BuildStep[]): FinishedBuild {
  return { ...BUILD, image: { id }, steps };
}
