import { cp, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { PROJECT } from './steps/project.ts';

/** The processes, each of which becomes one file of `dist/` with all that it imports. */
const PROCESSES = [
  'server',
  'worker',
  'migrate',
  'seed-demo',
  'cli',
  'prepare-engine',
  'is-healthy',
  'rotate-keys',
];
const OUT = join(PROJECT, 'dist');

/**
 * Files beside the sources (scenarios, agents, migrations) are found by the place of the module that names them. In a
 * bundle all modules have one place, so each is told its own.
 */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(bundler) {
    bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const place = JSON.stringify(relative(OUT, path));
      return {
        loader: 'ts',
        contents: text.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`),
      };
    });
  },
};

// Packages in CommonJS ask for Node's own modules by `require`, and where they are.
const banner = `import { createRequire as labgraderRequire } from 'node:module';
const require = labgraderRequire(import.meta.url);
const __filename = new URL(import.meta.url).pathname;
const __dirname = new URL('.', import.meta.url).pathname;`;

await build({
  absWorkingDir: PROJECT,
  entryPoints: PROCESSES.map((name) => `src/${name}.ts`),
  outdir: OUT,
  outExtension: { '.js': '.mjs' },
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: false,
  banner: { js: banner },
  plugins: [ownPlaces],
  // Accelerators in C++ that their packages do without.
  external: ['*.node', 'cpu-features', 'pg-native', 'msgpackr-extract'],
  logLevel: 'warning',
});

// Its pages are files, which the board looks for among the packages beside it.
await cp(join(PROJECT, 'node_modules/@bull-board/ui'), join(OUT, 'node_modules/@bull-board/ui'), {
  recursive: true,
  dereference: true,
});
