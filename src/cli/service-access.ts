import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../client/api-client.ts';
import { Refusal } from '../core/refusal.ts';

/** Where the service is and who asks, as the environment and the words of the command say. */
export interface ServiceWish {
  /** `--server`, else LABGRADER_URL. */
  readonly server: string | undefined;
  /** LABGRADER_TOKEN; the file is read where it is absent. */
  readonly token: string | undefined;
  readonly home: string;
}

const TOKEN_FILE = ['.config', 'labgrader', 'token'];
const MAX_TOKEN_BYTES = 4096;

/** A client of the service for who sits at the terminal. @throws Refusal where it isn't said who or where */
export async function serviceClient(wish: ServiceWish): Promise<ApiClient> {
  const server = serverOf(wish.server);
  return new ApiClient({ server, token: await tokenOf(wish), clean: printable });
}

function serverOf(text: string | undefined): string {
  if (text === undefined || text === '') {
    throw new Refusal('request-invalid', 'It isn’t said where the service is.', {
      wayOut: 'Give --server https://…, or set LABGRADER_URL.',
    });
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new Refusal(
      'request-invalid',
      `${JSON.stringify(text.slice(0, 200))} isn’t the address of a service.`,
      {
        wayOut: 'It begins with https:// (or http://), and holds neither name nor password.',
      },
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

async function tokenOf({ token, home }: ServiceWish): Promise<string> {
  const given = token === undefined || token === '' ? await tokenInFile(join(home, ...TOKEN_FILE)) : token;
  const text = given.trim();
  if (/^[A-Za-z0-9_-]{20,200}$/.test(text)) return text;
  throw new Refusal('unauthenticated', 'What is given as token isn’t one.', {
    wayOut: 'Copy it once more, or make a new one under “Account”.',
  });
}

async function tokenInFile(path: string): Promise<string> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) {
    throw new Refusal('unauthenticated', 'You are not signed in here.', {
      wayOut: `Make a token with the scopes read and submit under “Account” in the pages; put it into ${path} (mode 600) or LABGRADER_TOKEN.`,
    });
  }
  // Windows keeps no such modes: its home folders are their owner's alone.
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) {
    throw new Refusal('forbidden', `${path} can be read by others on this machine.`, {
      wayOut: `Revoke that token if others are here, and close the file: chmod 600 ${path}`,
    });
  }
  if (!facts.isFile() || facts.size > MAX_TOKEN_BYTES) {
    throw new Refusal('unauthenticated', `${path} holds no token.`, {
      wayOut: 'It holds the token and nothing else.',
    });
  }
  return readFile(path, 'utf8');
}

/** Nothing that a service sends may move the cursor or change colours. */
function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
