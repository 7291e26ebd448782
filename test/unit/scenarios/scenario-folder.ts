import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { KnownKinds } from '../../../src/adapters/files/load-scenarios.ts';

/** A fresh folder with these files (path → text), removed when the test ends. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

export const KINDS: KnownKinds = new Map([
  ['lasts', { schema: z.strictObject({ seconds: z.number().max(60).default(3) }), findings: ['exited'] }],
]);

export const DECLARATION = `id: trial
title: A trial
summary: A scenario for tests of the loader.
part: D.9
checks:
  - id: it-lasts
    kind: lasts
    title: It lasts
    points: 100
    hints:
      default: Look at the clock.
    with:
      seconds: 5
`;

/** The files of a folder of scenarios with one that is right; `changes` lay others over them, null removes one. */
export function scenarioFiles(changes: Readonly<Record<string, string | null>> = {}): Record<string, string> {
  const files: Record<string, string | null> = {
    '_service/src/app.py': 'print("service")\n',
    '_service/Dockerfile': 'FROM scratch\n',
    'trial/scenario.yaml': DECLARATION,
    'trial/README.md': '# Trial\n',
    'trial/expect.yaml': 'verdict: failed\nfailed: [it-lasts]\n',
    'trial/starter/Dockerfile': 'FROM python:3.11-slim\n',
    'trial/starter/extra.txt': 'extra\n',
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])),
  );
}
