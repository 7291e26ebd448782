import { z } from 'zod';
import type { RosterMember, SigningKey } from '../../app/ports/lti-client.ts';
import type { LtiPlatformRecord } from '../../app/ports/lti.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { LtiId, nameOf, ROSTER_SCOPE } from '../../core/lti-claims.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Ask } from './platform-client.ts';
import { readJson } from './read-json.ts';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 100;
const MAX_MEMBERS = 5_000;
const ROSTER_TYPE = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';

const Name = z.string().max(1_000).optional().catch(undefined);
const Page = z.object({
  members: z.array(
    z.object({
      user_id: LtiId,
      status: z.string().max(50).default('Active'),
      roles: z.array(z.string().max(300)).max(100),
      name: Name,
      given_name: Name,
      family_name: Name,
    }),
  ),
});

/** Every page of a roster, the first one's host alone. @throws GraderFault, Refusal */
export async function readRoster(
  parts: { readonly ask: Ask; readonly tokens: AccessTokens },
  platform: LtiPlatformRecord,
  key: SigningKey,
  url: string,
  signal: AbortSignal,
): Promise<readonly RosterMember[]> {
  const members: RosterMember[] = [];
  const seen = new Set<string>();
  let next: string | null = url;
  while (next !== null) {
    if (seen.has(next) || seen.size === MAX_PAGES) throw broken(platform, `has more than ${MAX_PAGES} pages`);
    seen.add(next);
    const token = await parts.tokens.of(platform, key, ROSTER_SCOPE, signal);
    const answer = await parts.ask(
      {
        method: 'GET',
        url: next,
        headers: { Authorization: `Bearer ${token}`, Accept: ROSTER_TYPE },
        maxBytes: MAX_PAGE_BYTES,
      },
      signal,
    );
    if (answer.status === 401) parts.tokens.forget(platform, ROSTER_SCOPE);
    const page = Page.safeParse(answer.status === 200 ? readJson(answer) : undefined);
    if (!page.success) throw broken(platform, `can’t be read (${answer.status})`);
    for (const { user_id: subject, status, roles, ...names } of page.data.members) {
      members.push({ subject, active: status === 'Active', roles, name: nameOf(names) });
    }
    if (members.length > MAX_MEMBERS) throw broken(platform, `has more than ${MAX_MEMBERS} members`);
    next = nextOf(answer.headers['link'], url, platform);
  }
  return members;
}

/** The next page's address. Another host would be shown the token. */
function nextOf(
  header: string | string[] | undefined,
  first: string,
  platform: LtiPlatformRecord,
): string | null {
  const links = Array.isArray(header) ? header.join(', ') : (header ?? '');
  const found = /<([^<>]{1,2000})>\s*;[^,<]*\brel="?next"?/i.exec(links)?.[1];
  if (found === undefined) return null;
  if (!URL.canParse(found, first)) throw broken(platform, 'leads to no address');
  const url = new URL(found, first);
  if (url.origin !== new URL(first).origin) throw broken(platform, 'leads to another host');
  return url.href;
}

function broken(platform: LtiPlatformRecord, what: string): GraderFault {
  return new GraderFault(`the roster of ${platform.name} ${what}`);
}
