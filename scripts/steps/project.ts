import { fileURLToPath } from 'node:url';

/** Root folder of this project, absolute and without a slash at its end. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Path of a command that an npm package brings. */
export function packageCommand(name: string): string {
  return `${PROJECT}/node_modules/.bin/${name}`;
}
