import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/core/scenario-bundle.ts';
import { axeViolations } from './support/axe.ts';
import { type Visitor, launchBrowser, signInByLink, visit } from './support/browser.ts';
import { ASSIGNMENT, COURSE, type RealStack, startRealStack } from './support/stack.ts';

const COURSE_PAGE = `/courses/${COURSE}`;
const ASSIGNMENT_PAGE = `${COURSE_PAGE}/assignments/${ASSIGNMENT}`;
/** A run takes seconds; a loaded machine may take a minute. */
const VERDICT_MS = 100_000;

describe('the pages over real grading', () => {
  let stack: RealStack;
  let browser: Browser;
  let learner: Visitor;
  let teacher: Visitor;
  let folder: string;
  let learnerId: string;
  let longNameId: string;
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    stack = await startRealStack({ grades: true });
    begun.push(() => stack[Symbol.asyncDispose]());
    browser = await launchBrowser();
    begun.push(() => browser.close());
    learner = await visit(browser, { url: stack.url });
    teacher = await visit(browser, { url: stack.url });
    folder = await writeStarter(stack.scenario);
    begun.push(() => rm(folder, { recursive: true, force: true }));
    const ada = await stack.person('Ada Lovelace', 'learner');
    const ines = await stack.person('Ines Iglesias', 'instructor');
    await stack.person('محمد بن موسى الخوارزمي', 'learner');
    longNameId = (await stack.person('Wolfgang Wolfeschlegelsteinhausenbergerdorff', 'learner')).id;
    learnerId = ada.id;
    await signInByLink(learner.page, ada.token);
    await signInByLink(teacher.page, ines.token);
  });

  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  it('shows a learner a broken fix failing, with what was observed and where to look', async () => {
    const { page } = learner;
    await page.getByRole('link', { name: 'The port is published and nobody answers' }).click();
    await page.getByLabel('Choose a folder').setInputFiles(folder);
    await page.getByRole('button', { name: 'Submit' }).click();

    await page.getByRole('heading', { level: 1, name: 'Attempt 1' }).waitFor();
    await verdict(page, 'Not passed');

    const reach = page.getByRole('group', { name: 'Who can reach the service', exact: true });
    expect(await reach.innerText()).toContain('connection refused');
    expect(await page.getByText('Where to look').count()).toBeGreaterThan(0);
  });

  it('lets the learner mend it in the page and pass, and tells the instructor at once', async () => {
    const { page } = learner;
    await teacher.page.goto(`${COURSE_PAGE}/gradebook`);
    const row = teacher.page.getByRole('row', { name: /Ada Lovelace/ });
    await row.getByRole('link', { name: /Not passed yet/ }).waitFor();

    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'edit the files in the page' }).click();
    const text = page.getByRole('textbox', { name: 'Text of Dockerfile' });
    const broken = await text.inputValue();
    await text.fill(broken.replace('127.0.0.1', '0.0.0.0'));
    await page.getByText('Differs from the hand-out: Dockerfile').waitFor();
    await page.getByRole('button', { name: 'Submit' }).click();

    await page.getByRole('heading', { level: 1, name: 'Attempt 2' }).waitFor();
    await verdict(page, 'Passed');
    await page.getByText('new: passes now').first().waitFor();

    // Not reloaded: the stream of the gradebook brought it.
    await row.getByRole('link', { name: /^100/ }).waitFor();
  });

  it('shows what a submission changed', async () => {
    const { page } = learner;
    await page.getByRole('link', { name: 'See the files and what changed in them' }).click();

    const diff = page.getByRole('group', { name: 'Text of Dockerfile' });
    await diff.waitFor();
    expect(await diff.innerText()).toMatch(/^\+ .*0\.0\.0\.0/m);
    expect(await diff.innerText()).toMatch(/^- .*127\.0\.0\.1/m);
  });

  it('lets the instructor grade again as a set, look at it, and drop it', async () => {
    const { page } = teacher;
    await page.goto(`${COURSE_PAGE}/regrades`);
    await page.getByRole('button', { name: 'New regrade' }).click();
    const form = page.getByRole('dialog', { name: 'New regrade' });
    await form.getByLabel('Reason').fill('to see whether it stays');
    await form.getByRole('button', { name: 'Start the regrade' }).click();
    await page.getByRole('heading', { level: 1, name: 'to see whether it stays' }).waitFor();

    await page.getByRole('button', { name: 'Drop the set' }).click({ timeout: VERDICT_MS });

    await page.getByText('dropped').waitFor();
    await page.goto(`${COURSE_PAGE}/regrades`);
    await page.getByRole('row', { name: /to see whether it stays.*dropped/ }).waitFor();
  });

  it('keeps what was typed when the page is left', async () => {
    const { page } = learner;
    const address = `${ASSIGNMENT_PAGE}/edit`;
    await page.goto(address);
    const text = page.getByRole('textbox', { name: 'Text of Dockerfile' });
    await text.fill('FROM scratch\n');
    await page.goto(COURSE_PAGE);
    await page.goto(address);

    expect(await text.inputValue()).toBe('FROM scratch\n');
    await page.getByRole('button', { name: 'Undo changes' }).click();
    expect(await text.inputValue()).toContain('python');
  });

  it('has no page of a learner that axe complains about, light or dark', async () => {
    const { page } = learner;
    const submission = await addressOfLastSubmission(page);
    const edit = `${ASSIGNMENT_PAGE}/edit`;
    const paths = [
      COURSE_PAGE,
      ASSIGNMENT_PAGE,
      edit,
      submission,
      `${submission}/files`,
      '/account',
      '/nowhere',
    ];

    expect(await violationsOf(page, paths)).toEqual([]);
  });

  it('has no page of the staff that axe complains about, light or dark', async () => {
    const { page } = teacher;
    const submission = await addressOfLastSubmission(learner.page);
    const ofCourse = [
      '',
      '/gradebook',
      '/people',
      `/people/${learnerId}`,
      '/regrades',
      '/audit',
      '/new-assignment',
    ];
    const ofAssignment = ['', '/submissions', '/statistics', '/exceptions', '/settings'];
    const paths = [
      ...ofCourse.map((path) => `${COURSE_PAGE}${path}`),
      ...ofAssignment.map((path) => `${ASSIGNMENT_PAGE}${path}`),
      ...[submission, '/queue'],
    ];

    expect(await violationsOf(page, paths)).toEqual([]);
  });

  it('fits a phone without scrolling sideways', async () => {
    const submission = await addressOfLastSubmission(learner.page);
    const ofLearner = [COURSE_PAGE, ASSIGNMENT_PAGE, submission, `${submission}/files`, '/account'];
    const ofStaff = [
      ...['/people', `/people/${longNameId}`, '/regrades', '/audit'].map((path) => `${COURSE_PAGE}${path}`),
      ...['/submissions', '/statistics', '/exceptions'].map((path) => `${ASSIGNMENT_PAGE}${path}`),
      '/queue',
    ];

    const wide = [
      ...(await wideOnPhone(learner.page, ofLearner)),
      ...(await wideOnPhone(teacher.page, ofStaff)),
    ];

    expect(wide).toEqual([]);
  });

  it('asked no other host and broke no rule of the security policy', () => {
    expect([...learner.complaints, ...teacher.complaints]).toEqual([]);
  });
});

async function verdict(page: Page, words: string): Promise<void> {
  await page.getByRole('heading', { level: 2, name: words, exact: true }).waitFor({ timeout: VERDICT_MS });
}

/** Address of the learner's newest attempt. */
async function addressOfLastSubmission(page: Page): Promise<string> {
  await page.goto(ASSIGNMENT_PAGE);
  const link = page.getByRole('link', { name: /^Attempt \d+$/ }).first();
  const address = await link.getAttribute('href');
  if (address === null) throw new Error('there is no attempt');
  return address;
}

async function violationsOf(page: Page, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    await page.goto(path);
    await settled(page);
    found.push(...(await axeViolations(page)).map((violation) => `${path} ${violation}`));
  }
  return found;
}

/** Those of the pages that are wider than a phone, and the tables in them that are. */
async function wideOnPhone(page: Page, paths: readonly string[]): Promise<string[]> {
  await page.setViewportSize({ width: 360, height: 780 });
  const wide: string[] = [];
  for (const path of paths) {
    await page.goto(path);
    await settled(page);
    const over =
      await page.evaluate(`[document.documentElement, ...document.querySelectorAll('.card > .table-wrap')]
      .map((box) => box.scrollWidth - box.clientWidth).filter((over) => over > 0)`);
    if (JSON.stringify(over) !== '[]') wide.push(`${path} by ${String(over)} px`);
  }
  return wide;
}

/** The page's own heading is there and nothing is being loaded any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** The broken project on disk, as a learner who has unpacked the hand-out has it. */
async function writeStarter(scenario: Scenario): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-e2e-'));
  for (const [path, entry] of scenario.starter) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, entry.bytes);
  }
  return folder;
}
