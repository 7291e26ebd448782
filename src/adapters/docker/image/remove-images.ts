import type Docker from 'dockerode';
import { engineCall, removal } from '../engine.ts';

/**
 * Removes the images that carry a label (`name` or `name=value`), whatever their tags. Base images carry none of
 * the grader's run labels, so they stay.
 * @returns how many were removed. @throws GraderFault when the engine refuses or is gone.
 */
export async function removeImages(docker: Docker, label: string): Promise<number> {
  const images = await engineCall(
    'list images',
    docker.listImages({ all: false, filters: { label: [label] } }),
  );
  // One after another: images of one run share layers, and the engine locks them.
  for (const image of images)
    await removal('remove an image', docker.getImage(image.Id).remove({ force: true }));
  return images.length;
}
