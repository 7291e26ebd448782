import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

/** Debian's Chromium, headless, without the calls home that it would make by itself. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    timeout: 30_000,
  });
}

/** A browser window of one person, with what went wrong in its pages. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** Errors on the console (broken security policy included), uncaught ones, and requests to any other host. */
  readonly complaints: readonly string[];
}

export interface VisitorOptions {
  readonly url: string;
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
}

export async function visit(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const context: BrowserContext = await browser.newContext({
    baseURL: options.url,
    colorScheme: options.scheme ?? 'light',
    viewport: { width: options.width ?? 1280, height: 860 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // An answer 401 to "who am I" is how a page learns that nobody is signed in.
    if (message.type() === 'error' && !message.text().includes('status of 401'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(options.url)) complaints.push(`asked ${request.url()}`);
  });
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Signs in by the personal link, as a learner would open it. */
export async function signInByLink(page: Page, token: string): Promise<void> {
  await page.goto(`/sign-in#${token}`);
  await page.getByRole('heading', { level: 1, name: 'Docker from the inside' }).waitFor();
}
