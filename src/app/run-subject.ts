import type { BuildPlan, Plan, ServicePlan } from '../core/plan.ts';
import { publishedTarget } from '../core/published-port.ts';
import type { FileSet } from '../core/file-set.ts';
import type { Scenario } from '../core/scenario-bundle.ts';
import { GraderFault } from '../core/grader-fault.ts';
import type { Bench, BuildOutcome, BuiltImage, ImageFacts, Stack } from './ports/bench.ts';
import type { Container } from './ports/container.ts';
import type { SealedInternet } from './ports/sealed-internet.ts';
import type {
  Edit,
  FinishedBuild,
  GivenUpstream,
  Readiness,
  Rebuild,
  StageTarget,
  Subject,
} from './ports/subject.ts';
import { withFreshBuildId, type BuildContext } from './prepare-files.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface RunSubjectParts {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly bench: Bench;
  readonly context: BuildContext;
  readonly upstream: GivenUpstream;
  readonly build: FinishedBuild | null;
  readonly images: ReadonlyMap<string, BuiltImage>;
}

/**
 * Laid over every service's own. Python compiles what it imports at a container's first start, megabytes of it where the
 * base brings no compiled files, and nobody should have to tell these from what was installed too late.
 */
const GRADERS_ENVIRONMENT = { PYTHONDONTWRITEBYTECODE: '1' };

/** What runs, the build id that it should tell, and whether it did. */
interface Up {
  readonly stack: Stack;
  readonly buildId: string | null;
  readonly readiness: Readiness;
}

/** A run as its checks see it. */
export class RunSubject implements Subject {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly service: ServicePlan;
  readonly port: number | null;
  readonly build: FinishedBuild | null;
  readonly internet: SealedInternet;
  readonly upstream: GivenUpstream;
  readonly #parts: RunSubjectParts;
  /** What later builds were made of. */
  readonly #sources = new Map<FinishedBuild, FileSet>();
  #up: Up | undefined;
  #facts: Promise<ImageFacts> | undefined;

  constructor(parts: RunSubjectParts) {
    this.#parts = parts;
    this.scenario = parts.scenario;
    this.plan = parts.plan;
    this.service = gradedService(parts.plan);
    this.port = publishedTarget(this.service.ports, parts.scenario.port);
    this.build = parts.build;
    this.internet = parts.bench.internet;
    this.upstream = parts.upstream;
  }

  get stack(): Stack {
    return this.#current().stack;
  }

  get app(): Container {
    return this.stack.container(this.plan.graded);
  }

  get readiness(): Readiness {
    return this.#current().readiness;
  }

  imageFacts(signal: AbortSignal): Promise<ImageFacts> {
    this.#facts ??= this.#parts.bench.readImage(this.#image(this.plan.graded), signal);
    return this.#facts;
  }

  imageFactsOf(build: FinishedBuild, signal: AbortSignal): Promise<ImageFacts> {
    return this.#parts.bench.readImage(build.image, signal);
  }

  async rebuild(edit: Edit, signal: AbortSignal): Promise<Rebuild> {
    const edited = edit.files(this.#parts.context.files);
    const fresh = edit.freshBuildId
      ? withFreshBuildId(edited)
      : { files: edited, buildId: this.#parts.context.buildId };
    return this.#build(this.#plannedBuild(), fresh, signal);
  }

  async buildStage(build: FinishedBuild, stage: StageTarget, signal: AbortSignal): Promise<Rebuild> {
    const files = this.#sources.get(build) ?? this.#parts.context.files;
    return this.#build({ ...this.#plannedBuild(), ...stage }, { files, buildId: build.buildId }, signal);
  }

  refresh(signal: AbortSignal): Promise<Readiness> {
    const { images, context } = this.#parts;
    return this.#bringUp(images, context.files, this.build?.buildId ?? null, signal);
  }

  async recreate(signal: AbortSignal): Promise<Readiness> {
    const { stack, buildId } = this.#current();
    await stack.recreate(signal);
    return this.#await(stack, buildId, signal);
  }

  serve(build: FinishedBuild, signal: AbortSignal): Promise<Readiness> {
    const images = new Map(this.#parts.images).set(this.plan.graded, build.image);
    const files = this.#sources.get(build) ?? this.#parts.context.files;
    return this.#bringUp(images, files, build.buildId, signal);
  }

  #plannedBuild(): BuildPlan {
    const { image } = this.service;
    if (image.from !== 'build') throw new GraderFault('a base image run as it is has no build to repeat');
    return image.build;
  }

  async #build(
    plan: BuildPlan,
    { files, buildId }: Pick<BuildContext, 'files' | 'buildId'>,
    signal: AbortSignal,
  ): Promise<Rebuild> {
    const request = { plan, context: files, limits: this.scenario.limits, onLog: () => undefined };
    const outcome = await this.#parts.bench.build(request, signal);
    if (!outcome.ok) return { ok: false, outcome };
    const build = finishedBuild(outcome, buildId, this.#parts.context);
    this.#sources.set(build, files);
    return { ok: true, build };
  }

  /** `files` are those that the image was built of: a mount of the project holds what its owner sees at home. */
  async #bringUp(
    images: ReadonlyMap<string, BuiltImage>,
    files: FileSet,
    buildId: string | null,
    signal: AbortSignal,
  ): Promise<Readiness> {
    await this.#up?.stack.down();
    const { bench } = this.#parts;
    const { plan, scenario } = this;
    const environment = { ...GRADERS_ENVIRONMENT, UPSTREAM_URL: this.upstream.url };
    const stack = await bench.up({ plan, images, limits: scenario.limits, files, environment }, signal);
    return this.#await(stack, buildId, signal);
  }

  async #await(stack: Stack, buildId: string | null, signal: AbortSignal): Promise<Readiness> {
    const question = { port: this.port, buildId, startSeconds: this.scenario.limits.startSeconds };
    const readiness = await waitUntilReady(stack.container(this.plan.graded), question, signal);
    this.#up = { stack, buildId, readiness };
    return readiness;
  }

  #current(): Up {
    if (this.#up === undefined) throw new GraderFault('nothing was brought up yet');
    return this.#up;
  }

  #image(service: string): BuiltImage {
    const image = this.#parts.images.get(service);
    if (image === undefined) throw new GraderFault(`no image for service ${service}`);
    return image;
  }
}

/** What a build that succeeded gave, with what the grader had put into it. */
export function finishedBuild(
  outcome: Extract<BuildOutcome, { ok: true }>,
  buildId: string,
  context: BuildContext,
): FinishedBuild {
  const { image, steps, durationMs } = outcome;
  return { image, steps, buildId, canaries: context.canaries, durationMs };
}

/** The service of the plan that the scenario grades. @throws GraderFault where the policy let a plan without it pass. */
export function gradedService(plan: Plan): ServicePlan {
  const service = plan.services.find(({ name }) => name === plan.graded);
  if (service === undefined) throw new GraderFault(`the plan has no service ${plan.graded}`);
  return service;
}
