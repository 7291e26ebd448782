import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIAL, FakeForge } from '../integration/git/fake-forge.ts';
import { WorkingCopy } from '../integration/git/git-client.ts';
import { sendWebhook } from '../integration/git/webhook-sender.ts';
import { axeViolations } from './support/axe.ts';
import { type Visitor, launchBrowser, signInByLink, visit } from './support/browser.ts';
import { startRealStack } from './support/stack.ts';

/** It asks the forge for what it needs, by several processes of git. */
const TRIED = { timeout: 60_000 };
const REPOSITORY = 'class/ada-labs';

describe('the pages of forges', () => {
  let forge: FakeForge;
  let teacher: Visitor;
  let page: Page;
  let commit: string;
  let webhook = { url: '', secret: '' };
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    forge = await FakeForge.start('gitea');
    begun.push(() => forge[Symbol.asyncDispose]());
    const folder = await mkdtemp(join(tmpdir(), 'labgrader-forge-pages-'));
    begun.push(() => rm(folder, { recursive: true, force: true }));
    const stack = await startRealStack({
      grades: false,
      environment: {
        GIT_FOLDER: folder,
        SECRETS_KEY: '89abcdef01234567'.repeat(4),
        GIT_PRIVATE_HOSTS: forge.host,
      },
    });
    begun.push(() => stack[Symbol.asyncDispose]());
    await using copy = await WorkingCopy.make();
    await copy.write('labs/port-bind/Dockerfile', 'FROM x\n');
    commit = await copy.commit();
    await copy.must('push', '--quiet', await forge.repository(REPOSITORY), 'main');
    const browser: Browser = await launchBrowser();
    begun.push(() => browser.close());
    teacher = await visit(browser, { url: stack.url });
    ({ page } = teacher);
    await stack.person('Ada Lovelace', 'learner');
    await signInByLink(page, (await stack.person('Ines Iglesias', 'instructor')).token);
  });

  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  it('set one up, and show what is to be entered there once', async () => {
    await page.getByRole('link', { name: 'Forges' }).click();
    await page.getByRole('button', { name: 'Set up a forge' }).click();
    await page.getByLabel('Kind').selectOption('gitea');
    await page.getByLabel('Address', { exact: true }).fill(forge.url);
    await page.getByLabel('Access token').fill(CREDENTIAL);
    await page.getByRole('button', { name: 'Set it up' }).click();

    await page.getByText('is shown this once').waitFor();
    const url = await page.locator('.facts dd').first().innerText();
    webhook = { url, secret: await page.locator('.note code').first().innerText() };
    expect(await axeViolations(page)).toEqual([]);
    await page.reload();
    await page.getByRole('link', { name: forge.url }).waitFor();
    expect(await page.content()).not.toContain(webhook.secret);
  });

  it('say by a test delivery what is missing, and where to look', async () => {
    await page.getByRole('link', { name: forge.url }).click();
    await page.getByRole('button', { name: 'Send a test delivery' }).click();

    await page.getByText('No repository is mapped, so every push is ignored.').waitFor(TRIED);
    await page.getByText('the forge itself has sent nothing yet').waitFor();
    await page.getByText('Signed with the stored secret').waitFor();
  });

  it('map repositories by a list, and show each step well once all is', async () => {
    await page.getByRole('button', { name: 'Import a CSV list' }).click();
    const list = page.getByRole('textbox', { name: 'List' });
    await list.fill(`repository,email\n${REPOSITORY},nobody@example.edu\n`);
    await page.getByRole('button', { name: 'Look at what it would do' }).click();
    await page.getByText('line 2').waitFor();
    await list.fill(`repository,email\n${REPOSITORY},ada.lovelace@example.edu\n`);
    await page.getByRole('button', { name: 'Look at what it would do' }).click();
    await page.getByRole('button', { name: 'Import for real' }).click();
    await page.getByText('1 are mapped.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('cell', { name: 'Ada Lovelace' }).waitFor();
    const sent = await sendWebhook({ kind: 'gitea', ...webhook, repository: REPOSITORY, commit });

    await page.getByRole('button', { name: 'Send a test delivery' }).click();
    await page.getByText('In it: labs/port-bind.').waitFor(TRIED);
    await page.getByText('Its status can be told').waitFor();

    expect(sent.status).toBe(202);
    const trial = page.getByRole('region', { name: 'Test delivery' });
    expect(await trial.getByText('not well').count()).toBe(0);
    expect(await trial.getByText('well', { exact: true }).count()).toBe(5);
    expect(forge.statuses.map((told) => told.description)).toContain('A test: statuses arrive');
    await page.getByRole('cell', { name: 'Only pushes to main are graded.' }).first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('forget a stored token of a repository and of the forge, once that is confirmed', async () => {
    await page.getByRole('button', { name: 'Map a repository' }).click();
    await page.getByLabel('Repository', { exact: true }).fill(REPOSITORY);
    await page.getByLabel('Learner’s e-mail address').fill('ada.lovelace@example.edu');
    await page.getByLabel('Its own access token').fill(CREDENTIAL);
    await page.getByRole('button', { name: 'Map it' }).click();
    const own = page.getByRole('button', { name: `Forget the token of ${REPOSITORY}` });
    const ofForge = page.getByRole('button', { name: 'Forget the stored access token' });
    page.once('dialog', (dialog) => void dialog.dismiss());
    await own.click();
    expect(await own.count()).toBe(1);
    expect(await axeViolations(page)).toEqual([]);

    page.on('dialog', (dialog) => void dialog.accept());
    await own.click();
    await own.waitFor({ state: 'detached' });
    await ofForge.click();
    await page.getByText('none: no statuses are told').waitFor();

    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('cell', { name: 'Ada Lovelace' }).waitFor();
  });

  it('broke no rule of the security policy', () => {
    expect(teacher.complaints).toEqual([]);
  });
});
