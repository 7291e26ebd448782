import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupProblem } from '../src/machine/setup-problem.ts';
import { PROJECT } from './steps/project.ts';

/** Runs a TypeScript file of this project that needs nothing of the machine: `run-file <file> [argument…]`. */
const [node, , file, ...rest] = process.argv;
if (node === undefined || file === undefined) throw new SetupProblem('run-file needs a file to run.');
const path = join(PROJECT, file);
process.argv = [node, path, ...rest];
await import(pathToFileURL(path).href);
