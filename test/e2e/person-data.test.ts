import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, signInByLink, visit } from './support/browser.ts';
import { COURSE, type RealStack, startRealStack } from './support/stack.ts';

describe('the data of a person in the pages', () => {
  let stack: RealStack;
  let browser: Browser;
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    stack = await startRealStack({ grades: false });
    begun.push(() => stack[Symbol.asyncDispose]());
    browser = await launchBrowser();
    begun.push(() => browser.close());
  });
  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  async function pageOf(token: string): Promise<Page> {
    const { page } = await visit(browser, { url: stack.url });
    await signInByLink(page, token);
    return page;
  }

  async function download(page: Page, link: string): Promise<string> {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: link }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^labgrader-[0-9a-f-]{36}\.tar\.gz$/);
    return gunzipSync(await readFile(await file.path())).toString('latin1');
  }

  it('is downloaded by the person from their own page, which has no way to remove it', async () => {
    const page = await pageOf((await stack.person('Ada Lovelace', 'learner')).token);
    await page.goto('/account');

    const archive = await download(page, 'Download my data');

    expect(archive).toContain('README.txt');
    expect(archive).toContain('ada.lovelace@example.edu');
    expect(await page.getByRole('button', { name: 'Remove the data' }).count()).toBe(0);
  });

  it('is shown to no instructor', async () => {
    const grace = await stack.person('Grace Hopper', 'learner');
    const page = await pageOf((await stack.person('Ines Iglesias', 'instructor')).token);
    await page.goto(`/courses/${COURSE}/people/${grace.id}`);
    await page.getByRole('heading', { level: 1, name: 'Grace Hopper' }).waitFor();

    expect(await page.getByRole('heading', { name: 'Data of this person' }).count()).toBe(0);
  });

  it('is removed by an admin who types the name, and by no slip', async () => {
    const linus = await stack.person('Linus Pauling', 'learner');
    const page = await pageOf((await stack.person('Root', 'admin')).token);
    await page.goto(`/courses/${COURSE}/people/${linus.id}`);
    expect(await download(page, 'Download the data')).toContain('linus.pauling@example.edu');

    await page.getByRole('button', { name: 'Remove the data' }).click();
    const typed = page.getByLabel('Type the name of the person');
    await typed.fill('Linus Torvalds');
    await page.getByRole('button', { name: 'Remove for good' }).click();
    await page.getByText('Nothing was removed').waitFor();
    await typed.fill('Linus Pauling');
    await page.getByRole('button', { name: 'Remove for good' }).click();

    await page.getByRole('heading', { level: 1, name: /^Removed person \d+$/ }).waitFor();
    expect(await page.getByText('Pauling').count()).toBe(0);
  });
});
