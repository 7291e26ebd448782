import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileList } from '../../src/http/schemas/submission.ts';
import { folderWith } from '../unit/scenarios/scenario-folder.ts';
import { launchBrowser, signInByLink, visit } from './support/browser.ts';
import { ASSIGNMENT, COURSE, type RealStack, startRealStack } from './support/stack.ts';

const PROJECT = {
  Dockerfile: 'FROM python:3.11-slim\n',
  'src/app.py': 'print()\n',
  'src/__pycache__/app.pyc': '',
  '.git/config': '[core]\n',
  '.vscode/settings.json': '{}',
  'node_modules/a/index.js': '',
  '.DS_Store': '',
};

describe('the panel that submissions are put into', () => {
  let stack: RealStack;
  let browser: Browser;
  let page: Page;
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    stack = await startRealStack({ grades: false, environment: { UPLOAD_MIB: '1' } });
    begun.push(() => stack[Symbol.asyncDispose]());
    browser = await launchBrowser();
    begun.push(() => browser.close());
    ({ page } = await visit(browser, { url: stack.url }));
    await signInByLink(page, (await stack.person('Ada Lovelace', 'learner')).token);
  });
  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  async function open(): Promise<void> {
    await page.goto(`/courses/${COURSE}/assignments/${ASSIGNMENT}`);
    await page.getByText('Drop your project here').waitFor();
  }

  /** Drops what lies at the paths, as from a window of files. */
  async function drop(...files: string[]): Promise<void> {
    await page.locator('.dropzone').scrollIntoViewIfNeeded();
    const zone = await page.locator('.dropzone').boundingBox();
    if (zone === null) throw new Error('there is nothing to drop on');
    const devtools = await page.context().newCDPSession(page);
    const at = {
      x: zone.x + zone.width / 2,
      y: zone.y + 10,
      data: { items: [], files, dragOperationsMask: 1 },
    };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, ...at });
  }

  /** Paths of what was submitted. */
  async function submitted(): Promise<string[]> {
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.waitForURL('**/submissions/*');
    const answer = await page.request.get(`/api/v1${new URL(page.url()).pathname}/files`);
    return FileList.parse(await answer.json()).files.map((file) => file.path);
  }

  it('takes a folder without what lies beside the project, chosen or dropped', async () => {
    const folder = await folderWith(PROJECT);

    await open();
    await page.getByLabel('Choose a folder').setInputFiles(folder);
    await page.getByText('2 files, without .git, caches and the like').waitFor();
    expect(await submitted()).toEqual(['Dockerfile', 'src/app.py']);

    await open();
    await drop(folder);
    await page.getByText('2 files, without .git, caches and the like').waitFor();
    expect(await submitted()).toEqual(['Dockerfile', 'src/app.py']);
  });

  it('takes all that is dropped together for the project', async () => {
    const folder = await folderWith(PROJECT);

    await open();
    await drop(join(folder, 'Dockerfile'), join(folder, 'src'), join(folder, '.git'));
    expect(await submitted()).toEqual(['Dockerfile', 'src/app.py']);
  });

  it('sends no part of what is too much, but says so', async () => {
    const names = Array.from({ length: 2_001 }, (_, index) => [`data/${index}.txt`, 'x'] as const);
    const folder = await folderWith({ ...PROJECT, ...Object.fromEntries(names) });
    const archive = join(folder, 'fix.tar.gz');
    await writeFile(archive, Buffer.alloc(1_048_577, 7));

    for (const [put, why] of [
      [() => drop(folder), /more than the 2,000 files/],
      [() => drop(archive), /larger than the 1\.0 MB/],
      [() => page.getByLabel('Choose files').setInputFiles(archive), /larger than the 1\.0 MB/],
    ] as const) {
      await open();
      await put();
      await page.getByRole('alert').filter({ hasText: why }).waitFor();
      expect(await page.getByRole('button', { name: 'Submit' }).count()).toBe(0);
    }
  });
});
