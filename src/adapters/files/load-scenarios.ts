import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckKind, CONTAINER_ENDED } from '../../app/ports/check-kind.ts';
import { digestOf, type FileSet } from '../../core/file-set.ts';
import { Refusal } from '../../core/refusal.ts';
import { overlay, type Scenario } from '../../core/scenario-bundle.ts';
import { type CheckSpec, ScenarioFile } from '../../core/scenario.ts';
import {
  invalid,
  issuesOf,
  parseDeclaration,
  readDeclaration,
  type Declaration,
  type Issue,
} from './declaration.ts';
import { walk, type WalkLimits } from './walk.ts';

/** Bounds on the files of a scenario's starter or of a shared layer: the authors' own, so only against accidents. */
export const AUTHOR_LIMITS: WalkLimits = { files: 5000, totalBytes: 64 * 1_048_576, depth: 32 };

/** What the loader must know of the kinds of checks to judge their parameters and hints. */
export type KnownKinds = ReadonlyMap<string, Pick<CheckKind, 'schema' | 'findings'>>;

/**
 * Every scenario of a folder by its id, in the order of their parts of the course. Folders that begin with `_` or
 * `.` are shared layers or none of ours.
 * @throws Refusal `scenario-invalid` naming file, path and line.
 */
export async function loadScenarios(
  folder: string,
  kinds: KnownKinds,
): Promise<ReadonlyMap<string, Scenario>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const scenarios = await Promise.all(names.map((name) => loadScenario(folder, name, kinds)));
  scenarios.sort((a, b) => (a.part === b.part ? 0 : a.part < b.part ? -1 : 1));
  return new Map(scenarios.map((scenario) => [scenario.id, scenario]));
}

async function loadScenario(folder: string, name: string, kinds: KnownKinds): Promise<Scenario> {
  const declaration = await readDeclaration(join(folder, name, 'scenario.yaml'), `${name}/scenario.yaml`);
  const file = parseDeclaration(declaration, ScenarioFile);
  const issues = [...issuesOfId(file, name), ...issuesOfChecks(file, kinds)];
  if (issues.length > 0) throw invalid(declaration, issues);

  const briefing = await readFile(join(folder, name, 'README.md'), 'utf8').catch(() => {
    throw new Refusal('scenario-invalid', `${name}/README.md, the briefing, is missing.`, {
      file: `${name}/README.md`,
    });
  });
  const starter = await readStarter(folder, name, file, declaration);
  return { ...file, briefing, starter, digest: digestOfScenario(file, starter) };
}

function issuesOfId(file: ScenarioFile, name: string): Issue[] {
  return file.id === name ? [] : [{ path: ['id'], message: `must be the name of its folder, ${name}` }];
}

function issuesOfChecks(file: ScenarioFile, kinds: KnownKinds): Issue[] {
  return file.checks.flatMap((check, index): Issue[] => {
    const kind = kinds.get(check.kind);
    if (!kind) {
      const known = [...kinds.keys()].sort().join(', ');
      return [
        {
          path: ['checks', index, 'kind'],
          message: `no kind of check is called ${check.kind}; there are ${known}`,
        },
      ];
    }
    const parsed = kind.schema.safeParse(check.with);
    return [
      ...(parsed.success ? [] : issuesOf(parsed.error, ['checks', index, 'with'])),
      ...issuesOfHints(check, kind.findings, ['checks', index, 'hints']),
    ];
  });
}

/** A hint that no finding selects would never be read. */
function issuesOfHints(
  { kind, hints }: CheckSpec,
  findings: readonly string[],
  path: Issue['path'],
): Issue[] {
  const known = ['default', ...findings, CONTAINER_ENDED];
  return Object.keys(hints)
    .filter((finding) => !known.includes(finding))
    .map((finding) => ({
      path: [...path, finding],
      message: `${kind} never finds ${finding}; it finds ${known.slice(1).join(', ')}`,
    }));
}

async function readStarter(
  folder: string,
  name: string,
  file: ScenarioFile,
  declaration: Declaration,
): Promise<FileSet> {
  let files: FileSet = new Map();
  for (const [index, layer] of file.layers.entries()) {
    const walked = await readLayer(join(folder, layer));
    if (!walked)
      throw invalid(declaration, [{ path: ['layers', index], message: `there is no folder ${layer}` }]);
    files = overlay(files, walked);
  }
  const own = await readLayer(join(folder, name, 'starter'));
  if (!own) throw invalid(declaration, [{ path: [], message: `there is no folder ${name}/starter` }]);
  return overlay(files, own);
}

async function readLayer(path: string): Promise<FileSet | undefined> {
  try {
    const { files } = await walk(path, AUTHOR_LIMITS);
    return files;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    return undefined;
  }
}

function digestOfScenario(file: ScenarioFile, starter: FileSet): string {
  return createHash('sha256')
    .update(JSON.stringify(file))
    .update('\n')
    .update(digestOf(starter))
    .digest('hex');
}
