import type { Bench, BuildOutcome, Stack, StackRequest } from '../../../../src/app/ports/bench.ts';
import type { Container } from '../../../../src/app/ports/container.ts';
import { textOf } from '../../../../src/core/file-set.ts';
import { answer, fakeContainer, fakeInternet } from '../../checks/support/fake-subject.ts';

/** What a fake bench does when it is asked to build or to bring up; the defaults are a service that works. */
export interface BenchBehaviour {
  readonly build?: () => Promise<BuildOutcome>;
  readonly container?: (buildId: string) => Container;
  readonly isOverloaded?: boolean;
  readonly lacksDisk?: boolean;
  readonly overgrown?: AbortSignal;
}

export interface FakeBench extends Bench {
  readonly ups: readonly StackRequest[];
  readonly disposed: boolean;
}

/** A bench whose containers answer `/version` with the build id that the context held. */
export function fakeBench({
  build,
  container = servingContainer,
  isOverloaded = false,
  lacksDisk = false,
  overgrown = new AbortController().signal,
}: BenchBehaviour = {}): FakeBench {
  const ups: StackRequest[] = [];
  let buildId = '';
  let disposed = false;
  return {
    ups,
    get disposed() {
      return disposed;
    },
    engineVersion: 'Docker Engine of tests',
    internet: fakeInternet(),
    isOverloaded: () => Promise.resolve(isOverloaded),
    lacksDisk: () => Promise.resolve(lacksDisk),
    overgrown,
    build: async ({ context }) => {
      const text = textOf(context, 'src/appcore/build_id.py') ?? '';
      buildId = /BUILD_ID = "(.*)"/.exec(text)?.[1] ?? '';
      if (build) return await build();
      return { ok: true, image: { id: `sha256:${buildId}` }, steps: [], durationMs: 1 };
    },
    readImage: () => Promise.reject(new Error('nobody was expected to read the image')),
    up: (request) => {
      ups.push(request);
      const app = container(buildId);
      const done = (): Promise<void> => Promise.resolve();
      const stack: Stack = { container: () => app, services: ['api'], recreate: done, down: done };
      return Promise.resolve(stack);
    },
    [Symbol.asyncDispose]: () => {
      disposed = true;
      return Promise.resolve();
    },
  };
}

export function servingContainer(buildId: string): Container {
  return fakeContainer({ request: () => Promise.resolve(answer(200, { build: buildId })) });
}
