import type Docker from 'dockerode';
import { z } from 'zod';
import { engineCall } from '../engine.ts';

const History = z.array(z.object({ Size: z.number() }));

/**
 * Uncompressed bytes of an image, as far as the engine tells without reading its layers. Its `Size` alone won't
 * do: that of the containerd store is the size of the packed layers.
 */
export async function imageBytes(docker: Docker, id: string): Promise<number> {
  const image = docker.getImage(id);
  const inspected = await engineCall('inspect the built image', image.inspect());
  const history = History.parse(await engineCall("the built image's history", image.history()));
  const ofLayers = history.reduce((sum, row) => sum + row.Size, 0);
  return Math.max(inspected.Size, ofLayers);
}
