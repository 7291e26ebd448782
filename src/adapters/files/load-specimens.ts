import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { FileEntry, FileSet } from '../../core/file-set.ts';
import { overlay, type Scenario, type Specimen } from '../../core/scenario-bundle.ts';
import { Verdict } from '../../core/verdict.ts';
import { invalid, parseDeclaration, readDeclaration } from './declaration.ts';
import { AUTHOR_LIMITS } from './load-scenarios.ts';
import { walk } from './walk.ts';

/** What a specimen is for, and the files of the starter that it takes away. */
const Change = z.strictObject({
  title: z.string().min(3).optional(),
  remove: z.array(z.string()).default([]),
});
const Expectation = Change.extend({
  verdict: Verdict.exclude(['passed']),
  /** Ids of the checks that must fail; others may be skipped, but not fail. */
  failed: z.array(z.string()).default([]),
});

/** The name of the file in a specimen's folder that is about it and no part of it. */
const ABOUT = { solution: 'solution.yaml', wrong: 'expect.yaml' } as const;

/**
 * The starter (expected as `expect.yaml` of the scenario's folder says), the solutions and the wrong fixes.
 * @throws Refusal `scenario-invalid` naming file, path and line.
 */
export async function loadSpecimens(folder: string, scenario: Scenario): Promise<readonly Specimen[]> {
  const about = await expectationAt(join(folder, 'expect.yaml'), `${basename(folder)}/expect.yaml`, scenario);
  const starter: Specimen = {
    name: 'starter',
    kind: 'starter',
    files: scenario.starter,
    expectedVerdict: about.verdict,
    expectedFailures: about.failed,
  };
  const solutions = await specimenNames(folder, 'solutions');
  const wrong = await specimenNames(folder, 'wrong');
  return [
    starter,
    ...(await Promise.all(solutions.map((name) => loadSolution(folder, name, scenario)))),
    ...(await Promise.all(wrong.map((name) => loadWrong(folder, name, scenario)))),
  ];
}

async function loadSolution(folder: string, name: string, scenario: Scenario): Promise<Specimen> {
  const path = join(folder, 'solutions', name);
  const { files } = await walk(path, AUTHOR_LIMITS);
  const label = `${basename(folder)}/solutions/${name}/${ABOUT.solution}`;
  const remove = files.has(ABOUT.solution)
    ? parseDeclaration(await readDeclaration(join(path, ABOUT.solution), label), Change).remove
    : [];
  files.delete(ABOUT.solution);
  return {
    name,
    kind: 'solution',
    files: changed(scenario.starter, files, remove),
    expectedVerdict: 'passed',
    expectedFailures: [],
  };
}

async function loadWrong(folder: string, name: string, scenario: Scenario): Promise<Specimen> {
  const path = join(folder, 'wrong', name);
  const about = await expectationAt(
    join(path, ABOUT.wrong),
    `${basename(folder)}/wrong/${name}/${ABOUT.wrong}`,
    scenario,
  );
  const { files } = await walk(path, AUTHOR_LIMITS);
  files.delete(ABOUT.wrong);
  return {
    name,
    kind: 'wrong',
    files: changed(scenario.starter, files, about.remove),
    expectedVerdict: about.verdict,
    expectedFailures: about.failed,
  };
}

async function expectationAt(
  path: string,
  file: string,
  scenario: Scenario,
): Promise<z.infer<typeof Expectation>> {
  const declaration = await readDeclaration(path, file);
  const about = parseDeclaration(declaration, Expectation);
  const ids = new Set(scenario.checks.map((check) => check.id));
  const unknown = about.failed.flatMap((id, index) =>
    ids.has(id) ? [] : [{ path: ['failed', index], message: `the scenario has no check ${id}` }],
  );
  if (unknown.length > 0) throw invalid(declaration, unknown);
  return about;
}

function changed(starter: FileSet, files: FileSet, remove: readonly string[]): FileSet {
  const changes = new Map<string, FileEntry | null>(files);
  for (const path of remove) changes.set(path, null);
  return overlay(starter, changes);
}

async function specimenNames(folder: string, kind: 'solutions' | 'wrong'): Promise<string[]> {
  const entries = await readdir(join(folder, kind), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
