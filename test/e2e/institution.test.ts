import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProvider, startProvider } from '../integration/openid/support/provider.ts';
import { axeViolations } from './support/axe.ts';
import { launchBrowser, visit } from './support/browser.ts';
import { type RealStack, startRealStack } from './support/stack.ts';

const BUTTON = 'Sign in with Example University';

describe('the sign-in by an institution, in the browser', () => {
  let provider: RunningProvider;
  let stack: RealStack;
  let browser: Browser;
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    const ada = { name: 'Ada Lovelace', email: 'ada.lovelace@example.edu', verified: true };
    const mallory = { name: 'Mallory', email: 'ada.lovelace@example.edu', verified: false };
    // For a browser `localhost` is another site than 127.0.0.1, as an institution is.
    provider = await startProvider({ ada, mallory }, 'localhost');
    begun.push(() => provider[Symbol.asyncDispose]());
    stack = await startRealStack({ grades: false, environment: provider.environment });
    begun.push(() => stack[Symbol.asyncDispose]());
    browser = await launchBrowser();
    begun.push(() => browser.close());
    await stack.person('Ada Lovelace', 'learner');
  });

  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  async function atInstitution(page: Page, account: string, button: 'Continue' | 'Go back'): Promise<void> {
    await page.goto('/sign-in');
    await page.getByRole('button', { name: BUTTON }).click();
    await page.getByLabel('Account').fill(account);
    await page.getByRole('button', { name: button }).click();
  }

  it('leads there and back by keyboard, signed in, to the page that was asked for', async () => {
    await using visitor = await visit(browser, { url: stack.url });
    const { page } = visitor;
    await page.goto('/courses/docker-101/assignments/port-bind');

    await page.getByRole('button', { name: BUTTON }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Account').fill('ada');
    await page.keyboard.press('Enter');

    const title = 'The port is published and nobody answers';
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/courses/docker-101/assignments/port-bind');
    await page.getByRole('link', { name: 'Account of Ada Lovelace' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: BUTTON }).waitFor();

    const { origin } = new URL(provider.issuer);
    expect(visitor.complaints.filter((complaint) => !complaint.includes(origin))).toEqual([]);
  });

  it('says so in plain words when one goes back, and leads on from there', async () => {
    await using visitor = await visit(browser, { url: stack.url });
    const { page } = visitor;
    await atInstitution(page, 'ada', 'Go back');

    await page.getByRole('heading', { level: 1, name: 'You are not signed in' }).waitFor();
    await page.getByText('You did not sign in at Example University').waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('link', { name: 'Back to signing in' }).click();
    await page.getByRole('button', { name: BUTTON }).waitFor();
  });

  it('says in plain words why an address that nobody vouches for signs nobody in', async () => {
    await using visitor = await visit(browser, { url: stack.url });
    await atInstitution(visitor.page, 'mallory', 'Continue');

    await visitor.page.getByText('Example University does not vouch for your e-mail address').waitFor();
  });

  it('has no page that axe complains about, light or dark, and fits a phone', async () => {
    await using visitor = await visit(browser, { url: stack.url, width: 360 });
    const { page } = visitor;
    for (const path of ['/sign-in', '/sign-in/openid']) {
      await page.goto(path);
      const ready =
        path === '/sign-in'
          ? page.getByRole('button', { name: BUTTON })
          : page.getByRole('link', { name: 'Back to signing in' });
      await ready.waitFor();
      expect(await axeViolations(page)).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
});
