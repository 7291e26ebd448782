import type Docker from 'dockerode';
import { SetupProblem } from '../setup-problem.ts';

/** Reads an Engine answer to its end; an error in the middle of it is the answer. */
export async function lastWord(
  docker: Docker,
  answer: NodeJS.ReadableStream,
  signal: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new SetupProblem('The engine did not take an image in time. Is the disk full (df -h)?'));
    });
    docker.modem.followProgress(answer, (error) => {
      if (error) reject(new SetupProblem(`The engine refused an image: ${error.message}`, { cause: error }));
      else resolve();
    });
  });
}
