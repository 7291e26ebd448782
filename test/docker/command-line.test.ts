import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Report } from '../../src/core/report.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line to its own end; one that doesn't end by itself is killed and has no exit code. */
function commandLine(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', join(PROJECT, 'src/cli.ts'), ...words];
    const options = { cwd: PROJECT, timeout: 90_000, killSignal: 'SIGKILL' as const };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

describe('the command line', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-command-line-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('hands out a lab and grades it: one JSON document, exit code 1, and then it ends', async () => {
    const handedOut = await commandLine('lab:handout', 'port-bind', join(folder, 'port-bind'));
    const graded = await commandLine('grade', 'port-bind', join(folder, 'port-bind'), '--json');

    expect(handedOut.code).toBe(0);
    expect(await readdir(join(folder, 'port-bind'))).toContain('Dockerfile');
    expect(graded.code).toBe(1);
    expect(Report.parse(JSON.parse(graded.stdout))).toMatchObject({
      scenario: 'port-bind',
      verdict: 'failed',
    });
  });

  it('refuses an unknown scenario by naming those that there are', async () => {
    const { code, stdout, stderr } = await commandLine('grade', 'no-such-lab', folder);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('port-bind');
  });

  it('is a fault, and no grade, where no engine answers', async () => {
    const host = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = `unix://${folder}/no-engine.sock`;
    const { code, stdout } = await commandLine('grade', 'port-bind', join(folder, 'port-bind'), '--json');
    process.env['DOCKER_HOST'] = host;

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });
});
