import type { Response } from 'express';
import { GraderFault } from '../core/grader-fault.ts';
import { Refusal } from '../core/refusal.ts';
import { internalProblem, problemOf } from './problem.ts';

interface LtiPage {
  readonly status: number;
  readonly title: string;
  readonly words: readonly string[];
  readonly link?: { readonly href: string; readonly text: string };
}

/**
 * A page in the middle of a launch, before there is a session. It may stand in a platform's frame, since all that it can
 * hold is words and a link to another window.
 */
export function sendLtiPage(response: Response, page: LtiPage): void {
  const link =
    page.link === undefined
      ? ''
      : `<p><a href="${escaped(page.link.href)}" target="_blank" rel="noopener">${escaped(page.link.text)}</a></p>`;
  const words = page.words.map((line) => `<p>${escaped(line)}</p>`).join('\n');
  response.removeHeader('X-Frame-Options');
  // What is left of a body that was refused is not read: the connection ends with the answer.
  if (!response.req.complete) response.set('Connection', 'close');
  response
    .status(page.status)
    .set('Content-Security-Policy', POLICY)
    .type('html')
    .send(
      `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(page.title)} – labgrader</title>
</head>
<body style="font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem">
<h1 style="font-size: 1.4rem">${escaped(page.title)}</h1>
${words}
${link}
</body>
</html>
`,
    );
}

/** Bad news of a launch, as words for whoever sits before the browser. Anything but a refusal or a fault is thrown on. */
export function sendLtiProblem(response: Response, error: unknown, requestId: string): void {
  if (error instanceof Refusal) {
    const { status, detail, wayOut } = problemOf(error, requestId);
    const words = wayOut === undefined ? [detail] : [detail, wayOut];
    sendLtiPage(response, { status, title: 'The link could not be opened', words });
  } else if (error instanceof GraderFault) {
    const { status, detail } = internalProblem(503, requestId);
    sendLtiPage(response, {
      status,
      title: 'The link could not be opened now',
      words: [error.message, detail],
    });
  } else {
    throw error;
  }
}

const POLICY =
  "default-src 'none'; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *";

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
