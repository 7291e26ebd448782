import type Docker from 'dockerode';
import type { StackRequest } from '../../app/ports/bench.ts';
import { engineCall, removal } from './engine.ts';
import { LABEL } from './labels.ts';
import { isOfOneFile } from './mounted-files.ts';
import { fillVolume } from './project-volume.ts';

export interface VolumesPlace {
  readonly docker: Docker;
  readonly bench: string;
  readonly run: string;
}

/** The engine's volumes of one stack. They outlive its containers. */
export class StackVolumes {
  /** By their names in the plan. */
  readonly named = new Map<string, string>();
  /** By the folder of the project that each holds: whoever mounts the same one shares it. */
  readonly ofProject = new Map<string, string>();
  readonly #place: VolumesPlace;

  constructor(place: VolumesPlace) {
    this.#place = place;
  }

  /** @throws GraderFault when the engine can't make or fill one. */
  async create({ plan, images, files }: StackRequest): Promise<void> {
    for (const volume of plan.volumes) this.named.set(volume, await this.#create(volume));
    for (const service of plan.services) {
      const image = images.get(service.name);
      for (const mount of service.mounts) {
        if (mount.kind !== 'files' || isOfOneFile(mount, files)) continue;
        if (image === undefined || this.ofProject.has(mount.source)) continue;
        const volume = await this.#create(`.project-${this.ofProject.size}`);
        this.ofProject.set(mount.source, volume);
        const options = { Image: image.id, Labels: this.#labels() };
        await fillVolume(this.#place.docker, volume, { source: mount.source, files }, options);
      }
    }
  }

  async remove(): Promise<void> {
    const names = [...this.named.values(), ...this.ofProject.values()];
    await Promise.all(
      names.map((name) => removal('remove a volume', this.#place.docker.getVolume(name).remove())),
    );
    this.named.clear();
    this.ofProject.clear();
  }

  /** @returns the engine's name for it */
  async #create(volume: string): Promise<string> {
    const name = `labgrader-${this.#place.bench}-${this.#place.run}-${volume}`.slice(0, 120);
    const creating = this.#place.docker.createVolume({ Name: name, Labels: this.#labels() });
    await engineCall('create a volume', creating);
    return name;
  }

  #labels(): Record<string, string> {
    return { [LABEL.bench]: this.#place.bench, [LABEL.run]: this.#place.run };
  }
}
