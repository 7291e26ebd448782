import { z } from 'zod';
import { ForgeKind } from '../../core/forge-push.ts';
import { hostKeyOf, privateKeyProblem } from '../../core/ssh-keys.ts';
import { Email, Instant, PersonRef, SAMPLE, Slug, Uuid } from './field-types.ts';
import { Untold } from './untold.ts';
import { withExample } from './with-example.ts';

const BaseUrl = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine((text) => {
    const url = new URL(text);
    return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  }, 'an address without name, password and query')
  .transform((text) => text.replace(/\/+$/, ''));

const Branch = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/, 'the name of a branch');

/** Owner and name, as many levels as the forge has. */
const RepositoryName = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)+$/, 'owner/name')
  .refine((name) => !name.split('/').some((part) => /^\.+$/.test(part)), 'owner/name')
  .transform((name) => name.replace(/\.git$/, '').toLowerCase());

const Folder = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/,
    'a folder such as labs/port-bind',
  );

/** An access token that may read the repositories and write commit statuses; never shown again. */
const Credential = z.string().regex(/^[\x21-\x7e]{8,400}$/, 'an access token');

const SshUrl = z
  .string()
  .max(300)
  .regex(
    /^ssh:\/\/[a-z_][a-z0-9_-]{0,31}@([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-f:.]+\])(:\d{1,5})?(\/[A-Za-z0-9_.-]+)*\/?$/,
    'an address such as ssh://git@github.com or ssh://git@git.example.edu:2222',
  )
  .transform((text) => text.replace(/\/+$/, ''));

/** A line of `ssh-keyscan`, or the key that the forge publishes. */
const HostKey = z
  .string()
  .max(4_000)
  .refine((line) => hostKeyOf(line) !== null, 'a host key such as `ssh-ed25519 AAAA…`')
  .transform((line) => hostKeyOf(line) ?? '');

/** A private key of ed25519 without a passphrase; never shown again. */
const SshKey = z
  .string()
  .max(8_000)
  .superRefine((text, context) => {
    const problem = privateKeyProblem(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

/** How git is fetched over SSH. The server is believed only if it shows one of the host keys. */
const Ssh = z.strictObject({
  url: SshUrl,
  hostKeys: z.array(HostKey).min(1).max(10),
  /** Absent leaves the one that is stored; null where each repository has its own. */
  privateKey: SshKey.nullable().optional(),
});

export const NewForge = withExample(
  z.strictObject({
    kind: ForgeKind,
    /** `https://github.com`, or where a forge of one's own is. */
    baseUrl: BaseUrl,
    branch: Branch.default('main'),
    credential: Credential.nullable().default(null),
    /** Null to fetch over HTTPS. */
    ssh: Ssh.nullable().default(null),
  }),
  { kind: 'gitea', baseUrl: 'https://git.example.edu', branch: 'main', credential: null, ssh: null },
);

export const ForgeChange = withExample(
  z.strictObject({
    baseUrl: BaseUrl.optional(),
    branch: Branch.optional(),
    credential: Credential.nullable().optional(),
    ssh: Ssh.nullable().optional(),
  }),
  { branch: 'main', credential: 'example-token-0123456789' },
);

const Forge = z.object({
  id: Uuid,
  kind: ForgeKind,
  baseUrl: z.string(),
  branch: z.string(),
  hasCredential: z.boolean(),
  ssh: z.object({ url: z.string(), hostKeys: z.array(z.string()), hasKey: z.boolean() }).nullable(),
  /** What the forge is to be told to send its webhooks to. */
  webhookUrl: z.string(),
  repositories: z.number().int(),
  /** Commit statuses that it doesn't take. */
  untold: Untold,
  createdAt: Instant,
});
export type Forge = z.infer<typeof Forge>;

const FORGE: Forge = {
  id: SAMPLE.run,
  kind: 'gitea',
  baseUrl: 'https://git.example.edu',
  branch: 'main',
  hasCredential: false,
  ssh: null,
  webhookUrl: `https://labs.example.edu/api/v1/webhooks/gitea?forge=${SAMPLE.run}`,
  repositories: 84,
  untold: {
    waiting: 3,
    givenUp: 0,
    since: '2026-11-24T22:10:00.000Z',
    said: 'the forge answered 403 to a commit status',
  },
  createdAt: '2026-11-01T09:30:00.000Z',
};

export const CreatedForge = withExample(
  Forge.extend({
    /** To be entered at the forge; not shown again. */
    webhookSecret: z.string(),
  }),
  { ...FORGE, webhookSecret: 'example-qW8eR5tY2uI0oP3aS6dF9gH1' },
);

export type CreatedForge = z.infer<typeof CreatedForge>;

export const ForgeAsItIs = withExample(Forge, FORGE);

export const ForgeList = withExample(z.object({ forges: z.array(Forge) }), { forges: [FORGE] });

/** Whose work a repository holds, as an instructor says. */
export const ForgeMapping = z.strictObject({
  name: RepositoryName,
  /** Address of a person of the course. */
  person: Email,
  /** Folder by assignment, where it isn't `labs/<scenario>`. */
  folders: z.record(Slug, Folder).default({}),
  /** Its own token, above the forge's; absent leaves it as it is. */
  credential: Credential.nullable().optional(),
  /** Its own deploy key, above the forge's; absent leaves it as it is. */
  sshKey: SshKey.nullable().optional(),
});
export type ForgeMapping = z.infer<typeof ForgeMapping>;

export const NewForgeRepositories = withExample(
  z.strictObject({ repositories: z.array(ForgeMapping).min(1).max(1_000) }),
  {
    repositories: [
      { name: 'ada/docker-labs', person: 'ada@example.edu', folders: { 'port-bind': 'labs/port-bind' } },
    ],
  },
);

const ForgeRepository = z.object({
  id: Uuid,
  name: z.string(),
  person: PersonRef,
  folders: z.record(z.string(), z.string()),
  hasCredential: z.boolean(),
  hasSshKey: z.boolean(),
});
export type ForgeRepository = z.infer<typeof ForgeRepository>;

export const ForgeRepositoryList = withExample(z.object({ repositories: z.array(ForgeRepository) }), {
  repositories: [
    {
      id: SAMPLE.run,
      name: 'ada/docker-labs',
      person: SAMPLE.ada,
      folders: { 'port-bind': 'labs/port-bind' },
      hasCredential: false,
      hasSshKey: true,
    },
  ],
});

export const MappingOutcome = withExample(
  z.object({
    dryRun: z.boolean(),
    mapped: z.number().int(),
    /** Nothing is mapped while there are any. */
    problems: z.array(z.object({ line: z.number().int(), message: z.string() })),
  }),
  { dryRun: true, mapped: 84, problems: [] },
);
export type MappingOutcome = z.infer<typeof MappingOutcome>;

const Delivery = z.object({
  id: z.string(),
  event: z.string(),
  repository: z.string(),
  commit: z.string().nullable(),
  state: z.enum(['waiting', 'done', 'ignored', 'failed']),
  note: z.string(),
  receivedAt: Instant,
  tries: z.number().int(),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryList = withExample(z.object({ deliveries: z.array(Delivery) }), {
  deliveries: [
    {
      id: '7f3c',
      event: 'push',
      repository: 'ada/docker-labs',
      commit: '4f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c',
      state: 'done',
      note: 'submitted to port-bind',
      receivedAt: '2026-11-25T01:10:00.000Z',
      tries: 1,
    },
  ],
});

export const WebhookQuery = z.object({ forge: Uuid.optional() });
export const WebhookBody = z.instanceof(Uint8Array);
export const WebhookTaken = withExample(z.object({ taken: z.literal(true) }), { taken: true });
