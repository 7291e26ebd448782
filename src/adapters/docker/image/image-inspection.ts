import type Docker from 'dockerode';
import { z } from 'zod';
import type { ImageConfig } from '../../../app/ports/bench.ts';
import { GraderFault } from '../../../core/grader-fault.ts';
import { engineCall } from '../engine.ts';

const Words = z
  .union([z.string().transform((word) => [word]), z.array(z.string())])
  .nullish()
  .transform((words) => words ?? []);
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const Inspection = z.object({
  Id: z.string(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
  GraphDriver: z.object({ Name: z.string(), Data: z.record(z.string(), z.string()).nullish() }).nullish(),
  Config: z
    .object({
      User: Text,
      Entrypoint: Words,
      Cmd: Words,
      Env: Words,
      WorkingDir: Text,
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      StopSignal: Text,
      Healthcheck: z.object({ Test: Words }).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

/** What the engine says of an image without reading it. */
export interface ImageInspection {
  readonly id: string;
  /** Digests of the uncompressed layers, lowest first. */
  readonly diffIds: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
  /** The folders that an overlay store keeps the layers' files in, lowest first; empty in other stores. */
  readonly overlayFolders: readonly string[];
}

/** @throws GraderFault when the engine has no such image. */
export async function inspectImage(docker: Docker, reference: string): Promise<ImageInspection> {
  const answer: unknown = await engineCall(`inspect ${reference}`, docker.getImage(reference).inspect());
  const parsed = Inspection.safeParse(answer);
  if (!parsed.success)
    throw new GraderFault(`the engine says of ${reference} what can't be read`, { cause: parsed.error });
  const { Id, RootFS, GraphDriver, Config } = parsed.data;
  return {
    id: Id,
    diffIds: RootFS?.Layers ?? [],
    labels: Config?.Labels ?? {},
    overlayFolders: GraphDriver?.Name === 'overlay2' ? foldersOf(GraphDriver.Data ?? {}) : [],
    config: {
      user: Config?.User ?? '',
      entrypoint: Config?.Entrypoint ?? [],
      command: Config?.Cmd ?? [],
      environment: Config?.Env ?? [],
      workingDir: Config?.WorkingDir ?? '',
      exposedPorts: Object.keys(Config?.ExposedPorts ?? {}),
      stopSignal: Config?.StopSignal ?? '',
      ...(Config?.Healthcheck && { healthcheck: { test: Config.Healthcheck.Test } }),
    },
  };
}

/** The store names the uppermost folder first. */
function foldersOf(data: Readonly<Record<string, string>>): string[] {
  const lower = (data['LowerDir'] ?? '').split(':').filter((folder) => folder !== '');
  return [...(data['UpperDir'] === undefined ? [] : [data['UpperDir']]), ...lower].reverse();
}
