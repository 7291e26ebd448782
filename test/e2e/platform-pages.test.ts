import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser as PlainBrowser } from '../integration/lti/browser.ts';
import { FakePlatform } from '../integration/lti/fake-platform.ts';
import { axeViolations } from './support/axe.ts';
import { type Visitor, launchBrowser, signInByLink, visit } from './support/browser.ts';
import { ASSIGNMENT, COURSE, type RealStack, startRealStack } from './support/stack.ts';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/';
const INSTRUCTOR = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor';
const THERE = 'Docker at school';

describe('the pages of learning platforms', () => {
  let platform: FakePlatform;
  let stack: RealStack;
  let admin: Visitor;
  let page: Page;
  /** Undone in reverse, whatever of it was begun. */
  const begun: (() => PromiseLike<void>)[] = [];

  beforeAll(async () => {
    platform = await FakePlatform.start();
    begun.push(() => platform[Symbol.asyncDispose]());
    stack = await startRealStack({
      grades: false,
      environment: { SECRETS_KEY: '89abcdef01234567'.repeat(4), LTI_PRIVATE_HOSTS: platform.host },
    });
    begun.push(() => stack[Symbol.asyncDispose]());
    platform.toolKeysUrl = `${stack.url}/api/v1/lti/jwks`;
    platform.members = [{ user_id: 'u-1', name: 'Joan Clarke', roles: [INSTRUCTOR] }];
    const browser: Browser = await launchBrowser();
    begun.push(() => browser.close());
    admin = await visit(browser, { url: stack.url });
    ({ page } = admin);
    await signInByLink(page, (await stack.person('Root Admin', 'admin')).token);
    // Every question of these pages is before an act that can't be undone.
    page.on('dialog', (dialog) => void dialog.accept());
  });

  afterAll(async () => {
    for (const undo of begun.reverse()) await undo();
  });

  /** An instructor's launch, as far as it gets. */
  async function launch(): Promise<string> {
    const there = new PlainBrowser(stack.url);
    const target = `${stack.url}/api/v1/lti/launch`;
    const query = new URLSearchParams({
      iss: platform.url,
      client_id: platform.clientId,
      login_hint: 'hint',
      target_link_uri: target,
    });
    const visited = await there.get(`/api/v1/lti/login?${query.toString()}`);
    const asked = new URL(visited.location ?? '').searchParams;
    const seconds = Math.floor(Date.now() / 1000);
    const token = await platform.keys.sign({
      iss: platform.url,
      aud: platform.clientId,
      sub: 'u-prof',
      iat: seconds,
      exp: seconds + 300,
      nonce: asked.get('nonce') ?? '',
      name: 'Prof',
      [`${CLAIM}message_type`]: 'LtiResourceLinkRequest',
      [`${CLAIM}version`]: '1.3.0',
      [`${CLAIM}deployment_id`]: '2',
      [`${CLAIM}target_link_uri`]: target,
      [`${CLAIM}resource_link`]: { id: 'r-1', title: 'Week 1' },
      [`${CLAIM}context`]: { id: 'c-1', title: THERE },
      [`${CLAIM}roles`]: [INSTRUCTOR],
      'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': {
        context_memberships_url: platform.rosterUrl,
        service_versions: ['2.0'],
      },
    });
    const form = { state: asked.get('state') ?? '', id_token: token };
    return (await there.post('/api/v1/lti/launch', form, { origin: platform.url })).text;
  }

  it('are told in words where there is nothing yet, and tell what to enter at a platform', async () => {
    await page.goto(`/courses/${COURSE}/platforms`);
    await page.getByText('No platform is registered').waitFor();
    await page.getByText('No course of a platform leads here').waitFor();
    await page.getByText(`${stack.url}/api/v1/lti/jwks`).waitFor();
    await page.getByRole('button', { name: 'Copy Public keyset' }).waitFor();

    expect(await axeViolations(page)).toEqual([]);
  });

  it('register a platform, name a field that is wrong and lose nothing typed', async () => {
    await page.getByRole('link', { name: 'Platforms of every course' }).click();
    await page.getByText('There is no key yet').waitFor();
    await page.getByRole('button', { name: 'Register a platform' }).click();
    const form = page.getByRole('dialog', { name: 'Register a platform' });
    await form.getByLabel('Name').fill('Moodle');
    await form.getByLabel('Issuer').fill(platform.url);
    await form.getByLabel('Client ID').fill(platform.clientId);
    await form.getByLabel('Deployment IDs').fill('1');
    await form.getByLabel('Authentication request URL').fill('javascript:alert(1)');
    await form.getByLabel('Access token URL').fill(`${platform.url}/token`);
    await form.getByLabel('Public keyset URL').fill(`${platform.url}/jwks`);
    await form.getByRole('button', { name: 'Register it' }).click();

    const address = form.getByLabel('Authentication request URL');
    await form.locator('[aria-invalid="true"]').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    expect(await form.getByLabel('Issuer').inputValue()).toBe(platform.url);
    expect(await axeViolations(page)).toEqual([]);

    await address.fill(`${platform.url}/auth`);
    await form.getByRole('button', { name: 'Register it' }).click();
    await page.getByRole('rowheader', { name: `Moodle ${platform.url}` }).waitFor();
    await page.getByText('signs now').waitFor();
  });

  it('change it where a deployment was added', async () => {
    await page.getByRole('button', { name: 'Change Moodle' }).click();
    const form = page.getByRole('dialog', { name: 'Change Moodle' });
    expect(await form.getByLabel('Issuer').count()).toBe(0);
    await form.getByLabel('Deployment IDs').fill('1\n2');
    await form.getByRole('button', { name: 'Change it' }).click();

    await page.getByRole('cell', { name: '1, 2' }).waitFor();
  });

  it('link a platform’s course by the ticket of its instructor’s first launch', async () => {
    const told = await launch();
    const address = /href="([^"]*\/link-course#[^"]+)"/.exec(told)?.[1] ?? '';

    await page.goto(address);
    await page.getByRole('button', { name: 'Look at it' }).click();
    await page.getByText(`It is of ${THERE} on Moodle.`).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByLabel('Leads to').selectOption(COURSE);
    await page.getByRole('button', { name: 'Link the course' }).click();

    await page.getByRole('rowheader', { name: THERE }).waitFor();
    await page.getByRole('button', { name: `Read the roster of ${THERE}` }).click();
    await page.getByText(`Roster of ${THERE}:`).waitFor();
    await page.goto(`/courses/${COURSE}/people`);
    await page.getByRole('link', { name: 'Joan Clarke' }).waitFor();
  });

  it('say which assignment a link opens, and lead it nowhere again', async () => {
    await launch();
    await page.goto(`/courses/${COURSE}/platforms`);
    const opens = page.getByRole('combobox', { name: 'What “Week 1” opens' });
    await opens.selectOption(ASSIGNMENT);
    await page.reload();
    await page.locator(`select:has(option[value="${ASSIGNMENT}"]:checked)`).waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await page.getByRole('button', { name: `Unlink ${THERE}` }).click();
    await page.getByText('No course of a platform leads here').waitFor();
  });

  it('make another key, which is published first, and remove a platform', async () => {
    await page.getByRole('link', { name: 'Platforms of every course' }).click();
    await page.getByRole('button', { name: 'Make another key' }).click();
    await page.getByText('published', { exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'End the key' }).click();
    await page.getByText('published', { exact: true }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Remove Moodle' }).click();
    await page.getByText('No platform is registered').waitFor();
  });

  it('fit a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 780 });
    for (const path of ['/platforms', `/courses/${COURSE}/platforms`, '/link-course']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      const over = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect(over).toBeLessThanOrEqual(0);
    }
  });

  it('broke no rule of the security policy', () => {
    // The first registration was refused on purpose.
    expect(admin.complaints.filter((complaint) => !complaint.includes('status of 400'))).toEqual([]);
  });
});
