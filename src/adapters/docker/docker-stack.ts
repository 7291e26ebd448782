import type Docker from 'dockerode';
import type { Stack, StackRequest } from '../../app/ports/bench.ts';
import type { AskedLimits, Container } from '../../app/ports/container.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { Plan, ServicePlan } from '../../core/plan.ts';
import { startOrder } from '../../core/start-order.ts';
import { carryFile } from './carried-file.ts';
import { CurrentAddress } from './current-address.ts';
import type { NeverRan } from './container-state.ts';
import { unmetDependency } from './dependencies.ts';
import { aliasesOn, containerOptions, graceMs, mainNetwork, orderedNetworks } from './container-options.ts';
import { DockerContainer, type ContainerTools } from './docker-container.ts';
import { engineCall, removal } from './engine.ts';
import { LABEL } from './labels.ts';
import { attempt } from './learners-refusal.ts';
import { mountedFile, oneFileMounts } from './mounted-files.ts';
import { refusedContainer } from './refused-container.ts';
import { StackVolumes } from './stack-volumes.ts';
import { writtenBytes } from './written-bytes.ts';

export interface StackPlace {
  readonly docker: Docker;
  readonly bench: string;
  readonly run: string;
  /** The sealed network, and the resolver on it. */
  readonly network: string;
  readonly resolver: string;
  readonly tools: Omit<ContainerTools, 'logBytes'>;
  readonly runtime?: string;
}

/** Containers, networks and volumes of one `up`; `down` removes them. */
export class DockerStack implements Stack {
  readonly services: readonly string[];
  readonly #place: StackPlace;
  readonly #request: StackRequest;
  readonly #containers = new Map<string, Container>();
  /** Those of this generation, by their services. */
  readonly #created = new Map<string, Docker.Container>();
  /** Counts from 1; a container is named by it, as one and its successor are there at once. */
  #generation = 0;
  readonly #networks = new Map<string, Docker.Network>();
  readonly #networkNames = new Map<string, string>();
  readonly #volumes: StackVolumes;

  private constructor(place: StackPlace, request: StackRequest) {
    this.#place = place;
    this.#request = request;
    this.#volumes = new StackVolumes(place);
    this.services = request.plan.services.map(({ name }) => name);
  }

  /** Creates everything and starts it in dependency order. What a learner's container does is no error. */
  static async up(place: StackPlace, request: StackRequest, signal: AbortSignal): Promise<DockerStack> {
    const stack = new DockerStack(place, request);
    try {
      await stack.#createNetworks(request.plan);
      await stack.#volumes.create(request);
      await stack.#up(new Map(), signal);
      return stack;
    } catch (error) {
      await stack.down();
      throw error;
    }
  }

  container(service: string): Container {
    const container = this.#containers.get(service);
    if (container === undefined) throw new GraderFault(`the plan has no service ${service}`);
    return container;
  }

  /** What its containers and volumes hold on disk, and files without a name that its processes hold open. */
  writtenBytes(signal: AbortSignal): Promise<number> {
    const { docker, tools } = this.#place;
    return writtenBytes({ docker, inspector: tools.inspector }, [...this.#created.values()], signal);
  }

  async recreate(signal: AbortSignal): Promise<void> {
    const before = new Map(this.#created);
    const stopping = this.#request.plan.services.map((service) =>
      this.container(service.name).stop(graceMs(service), signal),
    );
    await Promise.all(stopping);
    try {
      await this.#up(before, signal);
    } finally {
      await this.#remove(before.values());
    }
  }

  async down(): Promise<void> {
    await this.#remove(this.#created.values());
    this.#created.clear();
    await Promise.all([
      this.#volumes.remove(),
      ...[...this.#networks.values()].map((network) => removal('remove a network', network.remove())),
    ]);
    this.#networks.clear();
  }

  async #remove(containers: Iterable<Docker.Container>): Promise<void> {
    await Promise.all(
      [...containers].map((container) =>
        removal('remove a container', container.remove({ force: true, v: true })),
      ),
    );
  }

  /** `before`: the containers whose places the new ones take. */
  async #up(before: ReadonlyMap<string, Docker.Container>, signal: AbortSignal): Promise<void> {
    const { plan } = this.#request;
    this.#generation++;
    const created = await Promise.all(
      plan.services.map(
        async (service) => [service.name, await this.#create(service, before.get(service.name))] as const,
      ),
    );
    const containers = new Map(created);
    const deadline = performance.now() + this.#request.limits.startSeconds * 1000;
    for (const service of startOrder(plan)) {
      const unmet = await unmetDependency(service, this.#containers, deadline, signal);
      const container = containers.get(service.name) ?? 'it was not created';
      if (unmet !== undefined) this.#refuse(service, { startError: '', waitedFor: unmet });
      else if (typeof container === 'string') this.#refuse(service, byEngine(container));
      else await this.#start(service, container);
    }
  }

  async #createNetworks(plan: Plan): Promise<void> {
    const main = mainNetwork(plan);
    const used = new Set(plan.services.flatMap(({ networks }) => networks.map(({ network }) => network)));
    for (const planned of used) {
      if (planned === main) {
        this.#networkNames.set(planned, this.#place.network);
        continue;
      }
      const name = `labgrader-${this.#place.bench}-${this.#place.run}-${planned}`.slice(0, 120);
      const creating = this.#place.docker.createNetwork({
        Name: name,
        Driver: 'bridge',
        // Only the sealed network leads anywhere, and that only to the prober.
        Internal: true,
        Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
        Labels: { [LABEL.bench]: this.#place.bench, [LABEL.run]: this.#place.run },
      });
      this.#networks.set(planned, await engineCall('create a network', creating));
      this.#networkNames.set(planned, name);
    }
  }

  /** The created container, or the engine's words where it would not create it. */
  async #create(
    service: ServicePlan,
    before: Docker.Container | undefined,
  ): Promise<Docker.Container | string> {
    const [first, ...others] = orderedNetworks(service, this.#request.plan);
    const network = first === undefined ? undefined : this.#networkNames.get(first);
    const image = this.#request.images.get(service.name);
    if (image === undefined) throw new GraderFault(`no image for service ${service.name}`);
    const options = containerOptions(service, {
      bench: this.#place.bench,
      run: this.#place.run,
      image: image.id,
      // With the bench in it: a worker that lost its lease may still have containers of the very same run.
      name: `labgrader-${this.#place.bench}-${this.#place.run}-${this.#generation}-${service.name}`.slice(
        0,
        120,
      ),
      limits: this.#request.limits,
      ...(first !== undefined && network !== undefined && { network: { planned: first, name: network } }),
      volumes: this.#volumes.named,
      projectVolumes: this.#volumes.ofProject,
      resolver: this.#place.resolver,
      environment: this.#request.environment,
      ...(this.#place.runtime !== undefined && { runtime: this.#place.runtime }),
    });
    const container = await attempt(`create ${service.name}`, this.#place.docker.createContainer(options));
    if (typeof container === 'string') return container;
    this.#created.set(service.name, container);
    for (const planned of others) {
      const name = this.#networkNames.get(planned) ?? '';
      const EndpointConfig = { Aliases: aliasesOn(service, planned) };
      const connecting = this.#place.docker
        .getNetwork(name)
        .connect({ Container: container.id, EndpointConfig });
      await engineCall('connect to a network', connecting);
    }
    for (const mount of oneFileMounts(service, this.#request.files)) {
      if (before !== undefined) {
        await carryFile(mount.target, before, container);
        continue;
      }
      const archive = await mountedFile(mount, this.#request.files);
      const refused = await attempt('fill a mount', container.putArchive(archive, { path: '/' }));
      if (typeof refused === 'string') return refused;
    }
    return container;
  }

  async #start(service: ServicePlan, container: Docker.Container): Promise<void> {
    const atMs = Date.now();
    const refusal = await attempt<unknown>(`start ${service.name}`, container.start());
    if (typeof refusal === 'string') {
      this.#refuse(service, byEngine(refusal));
      return;
    }
    const [first] = orderedNetworks(service, this.#request.plan);
    const network = first === undefined ? undefined : this.#networkNames.get(first);
    const { tools } = this.#place;
    const address = await CurrentAddress.of(container, network, () => tools.events.of(container.id));
    this.#containers.set(
      service.name,
      new DockerContainer(
        service.name,
        container,
        { atMs, address, limits: askedLimits(service) },
        { ...tools, logBytes: this.#request.limits.logBytes },
      ),
    );
  }

  #refuse(service: ServicePlan, why: NeverRan): void {
    const argv = [...(service.entrypoint ?? []), ...(service.command ?? [])];
    this.#containers.set(service.name, refusedContainer(service.name, why, argv, askedLimits(service)));
  }
}

function byEngine(startError: string): NeverRan {
  return { startError, waitedFor: null };
}

function askedLimits({ memoryBytes, cpus }: ServicePlan): AskedLimits {
  return { memoryBytes: memoryBytes ?? 0, cpus: cpus ?? 0 };
}
