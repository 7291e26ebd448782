import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { type Visitor, launchBrowser, signInByLink, visit } from './support/browser.ts';
import { COURSE, type RealStack, startRealStack } from './support/stack.ts';

const COURSE_PAGE = `/courses/${COURSE}`;

describe('the pages of the staff', () => {
  let stack: RealStack;
  let browser: Browser;
  let teacher: Visitor;
  let page: Page;
  let graceId: string;
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    stack = await startRealStack({ grades: false });
    begun.push(() => stack[Symbol.asyncDispose]());
    browser = await launchBrowser();
    begun.push(() => browser.close());
    teacher = await visit(browser, { url: stack.url });
    ({ page } = teacher);
    graceId = (await stack.person('Grace Hopper', 'learner')).id;
    await signInByLink(page, (await stack.person('Ines Iglesias', 'instructor')).token);
  });

  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  it('set an assignment, name a field that is wrong and lose nothing typed', async () => {
    await page.goto(`${COURSE_PAGE}/new-assignment`);
    await page.getByLabel('Title').fill('Zombies pile up');
    await page.getByLabel('Scenario').selectOption('zombies');
    await page.getByLabel('Due').fill('2036-12-01T18:00');
    await page.getByLabel('Closes').fill('2036-11-01T18:00');
    await page.getByRole('button', { name: 'Set the assignment' }).click();

    await page.getByText('must not be before dueAt').first().waitFor();
    expect(await page.getByLabel('Closes').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Title').inputValue()).toBe('Zombies pile up');

    await page.getByLabel('Closes').fill('2036-12-02T18:00');
    await page.getByRole('button', { name: 'Set the assignment' }).click();
    await page.getByRole('heading', { level: 1, name: 'Zombies pile up' }).waitFor();
  });

  it('import a list of people only once nothing is wrong with it', async () => {
    await page.goto(`${COURSE_PAGE}/people`);
    await page.getByRole('button', { name: 'Import a CSV list' }).click();
    const list = page.getByRole('textbox', { name: 'List' });
    await list.fill('name,email\nNova,nova@example.edu\nBad,no-address\n');
    await page.getByRole('button', { name: 'Look at what it would do' }).click();
    await page.getByText('line 3').waitFor();

    await list.fill('name,email\nNova,nova@example.edu\n');
    await page.getByRole('button', { name: 'Look at what it would do' }).click();
    await page.getByText('1 would be added').waitFor();
    await page.getByRole('button', { name: 'Import for real' }).click();
    await page.getByText('1 were added').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('link', { name: 'Nova' }).waitFor();
  });

  it('invite people, who join by the link', async () => {
    await page.goto(`${COURSE_PAGE}/people`);
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.locator('.note code').first().innerText();
    await using guest = await visit(browser, { url: stack.url });

    await guest.page.goto(link);
    await guest.page.getByLabel('Your name').fill('Joan Clarke');
    await guest.page.getByLabel('E-mail address').fill('joan@example.edu');
    await guest.page.getByRole('button', { name: 'Join the course' }).click();

    await guest.page.getByRole('heading', { level: 1, name: 'Docker from the inside' }).waitFor();
  });

  it('set a score by hand, which the gradebook shows and the audit log tells', async () => {
    await page.goto(`${COURSE_PAGE}/assignments/port-bind/exceptions?person=${graceId}`);
    await page.getByLabel('Score').fill('85');
    await page.getByLabel('Reason').nth(1).fill('Shown in class');
    await page.getByRole('button', { name: 'Set the score' }).click();
    await page.getByRole('button', { name: 'Remove the override of Grace Hopper' }).waitFor();

    await page.goto(`${COURSE_PAGE}/gradebook`);
    await page.getByRole('row', { name: /Grace Hopper.*85.*score set by hand/ }).waitFor();
    await page.goto(`${COURSE_PAGE}/audit`);
    await page.getByText('Shown in class').waitFor();
    await page
      .getByRole('rowheader', { name: 'Set a score by hand assignment port-bind, Grace Hopper' })
      .waitFor();
  });

  it('block a person with a reason, shut them out at once, and let them in again', async () => {
    const grace = await stack.person('Grace Hopper', 'learner');
    await using guest = await visit(browser, { url: stack.url });
    await signInByLink(guest.page, grace.token);
    await using root = await visit(browser, { url: stack.url });
    await signInByLink(root.page, (await stack.person('Root Admin', 'admin')).token);
    await root.page.goto(`${COURSE_PAGE}/people`);
    await root.page.getByRole('button', { name: 'Block: Grace Hopper' }).click();
    const form = root.page.getByRole('dialog', { name: 'Block Grace Hopper' });
    await form.getByLabel('Reason').fill('a');
    await form.getByRole('button', { name: 'Block' }).click();
    await form.locator('[aria-invalid="true"]').waitFor();
    expect(await axeViolations(root.page)).toEqual([]);

    await form.getByLabel('Reason').fill('Left the institution');
    await form.getByRole('button', { name: 'Block' }).click();
    const row = root.page.getByRole('row', { name: /Grace Hopper.*blocked/ });
    await row.waitFor();
    expect(await axeViolations(root.page)).toEqual([]);
    await guest.page.goto(COURSE_PAGE);
    await guest.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    // Staff who may block nobody see it all the same.
    await page.goto(`${COURSE_PAGE}/people`);
    await page.getByRole('row', { name: /Grace Hopper.*blocked/ }).waitFor();
    expect(await page.getByRole('button', { name: /Let in again/ }).count()).toBe(0);

    root.page.on('dialog', (dialog) => void dialog.accept());
    await root.page.getByRole('button', { name: 'Let in again: Grace Hopper' }).click();
    await row.waitFor({ state: 'detached' });
    await guest.page.goto(COURSE_PAGE);
    await guest.page.getByRole('heading', { level: 1, name: 'Docker from the inside' }).waitFor();
  });

  it('broke no rule of the security policy', () => {
    // The first form was refused on purpose.
    expect(teacher.complaints.filter((complaint) => !complaint.includes('status of 400'))).toEqual([]);
  });
});
