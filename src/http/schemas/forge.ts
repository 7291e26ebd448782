import { z } from 'zod';
import { ForgeKind } from '../../core/forge-push.ts';
import { Email, Instant, PersonRef, SAMPLE, Slug, Uuid } from './field-types.ts';
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

export const NewForge = withExample(
  z.strictObject({
    kind: ForgeKind,
    /** `https://github.com`, or where a forge of one's own is. */
    baseUrl: BaseUrl,
    branch: Branch.default('main'),
    /** An access token that may read the repositories and write commit statuses; never shown again. */
    credential: z
      .string()
      .regex(/^[\x21-\x7e]{8,400}$/)
      .nullable()
      .default(null),
  }),
  { kind: 'gitea', baseUrl: 'https://git.example.edu', branch: 'main', credential: null },
);

const Forge = z.object({
  id: Uuid,
  kind: ForgeKind,
  baseUrl: z.string(),
  branch: z.string(),
  hasCredential: z.boolean(),
  /** What the forge is to be told to send its webhooks to. */
  webhookUrl: z.string(),
  repositories: z.number().int(),
  createdAt: Instant,
});
export type Forge = z.infer<typeof Forge>;

const FORGE: Forge = {
  id: SAMPLE.run,
  kind: 'gitea',
  baseUrl: 'https://git.example.edu',
  branch: 'main',
  hasCredential: false,
  webhookUrl: `https://labs.example.edu/api/v1/webhooks/gitea?forge=${SAMPLE.run}`,
  repositories: 84,
  createdAt: '2026-11-01T09:30:00.000Z',
};

export const CreatedForge = withExample(
  Forge.extend({
    /** To be entered at the forge; not shown again. */
    webhookSecret: z.string(),
  }),
  { ...FORGE, webhookSecret: 'example-qW8eR5tY2uI0oP3aS6dF9gH1' },
);

export const ForgeList = withExample(z.object({ forges: z.array(Forge) }), { forges: [FORGE] });

export const NewForgeRepositories = withExample(
  z.strictObject({
    repositories: z
      .array(
        z.strictObject({
          name: RepositoryName,
          /** Address of a person of the course. */
          person: Email,
          /** Folder by assignment, where it isn't `labs/<scenario>`. */
          folders: z.record(Slug, Folder).default({}),
        }),
      )
      .min(1)
      .max(1_000),
  }),
  {
    repositories: [
      { name: 'ada/docker-labs', person: 'ada@example.edu', folders: { 'port-bind': 'labs/port-bind' } },
    ],
  },
);

export const ForgeRepositoryList = withExample(
  z.object({
    repositories: z.array(
      z.object({ id: Uuid, name: z.string(), person: PersonRef, folders: z.record(z.string(), z.string()) }),
    ),
  }),
  {
    repositories: [
      {
        id: SAMPLE.run,
        name: 'ada/docker-labs',
        person: SAMPLE.ada,
        folders: { 'port-bind': 'labs/port-bind' },
      },
    ],
  },
);

export const DeliveryList = withExample(
  z.object({
    deliveries: z.array(
      z.object({
        id: z.string(),
        event: z.string(),
        repository: z.string(),
        commit: z.string().nullable(),
        state: z.enum(['waiting', 'done', 'ignored', 'failed']),
        note: z.string(),
        receivedAt: Instant,
        tries: z.number().int(),
      }),
    ),
  }),
  {
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
  },
);

export const WebhookQuery = z.object({ forge: Uuid.optional() });
export const WebhookBody = z.instanceof(Uint8Array);
export const WebhookTaken = withExample(z.object({ taken: z.literal(true) }), { taken: true });
