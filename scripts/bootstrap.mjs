#!/usr/bin/env node
// The first thing of every command: with nothing but Node it sees to the packages, then runs scripts/<name>.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST = [20, 19];
const INSTALL_TIMEOUT_MS = 6 * 60_000;
const project = dirname(dirname(fileURLToPath(import.meta.url)));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  fail(
    `Node ${OLDEST.join('.')} or later is needed; this is ${process.versions.node}. See https://nodejs.org/.`,
  );
}
const [name, ...rest] = process.argv.slice(2);
const script = join(project, 'scripts', `${name}.ts`);
if (name === undefined || !existsSync(script)) fail(`There is no script ${name ?? ''} in scripts/.`);

process.chdir(project);
if (!packagesAreInstalled()) installPackages();
const { register } = await import('tsx/esm/api');
register();
process.argv = [process.argv[0], script, ...rest];
await import(pathToFileURL(script).href);

/** Compares what npm wrote about its last installation with what the lock file asks for. */
function packagesAreInstalled() {
  const installed = readJson(join(project, 'node_modules', '.package-lock.json'))?.packages;
  const wanted = readJson(join(project, 'package-lock.json'))?.packages;
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(
    // Optional packages are those of other platforms, or a means to be faster.
    ([path, { version, optional, peer }]) =>
      path === '' || optional || peer || installed[path]?.version === version,
  );
}

function installPackages() {
  console.error('installs the npm packages (npm ci) …');
  const startedAt = Date.now();
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = {
    cwd: project,
    stdio: ['ignore', 2, 2],
    timeout: INSTALL_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  };
  const { status, error } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
  if (status !== 0) {
    fail(
      `npm ci failed (${error?.message ?? `exit code ${status}`}). Can npm reach its registry? (npm ping)`,
    );
  }
  console.error(`npm packages: ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.error(message);
  process.exit(3);
}
