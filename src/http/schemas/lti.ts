import { z } from 'zod';
import { Instant, SAMPLE, Slug, Uuid } from './field-types.ts';
import { Untold } from './untold.ts';
import { withExample } from './with-example.ts';

const Address = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => {
    const url = new URL(text);
    return url.username === '' && url.password === '' && url.hash === '';
  }, 'an address without name and password');
const Visible = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'letters, digits and signs, without a blank');

const REGISTRATION = {
  name: 'Moodle',
  issuer: 'https://moodle.example.edu',
  clientId: 'aB3dE5fG7hJ9kL1',
  deploymentIds: ['1'],
  authUrl: 'https://moodle.example.edu/mod/lti/auth.php',
  tokenUrl: 'https://moodle.example.edu/mod/lti/token.php',
  jwksUrl: 'https://moodle.example.edu/mod/lti/certs.php',
};
const PLATFORM = {
  ...REGISTRATION,
  id: '7e1f0b8a-2c4d-4e6f-9a1b-3c5d7e9f0a21',
  createdAt: '2026-09-01T08:00:00.000Z',
};
const TOOL = {
  loginUrl: 'https://labs.example.edu/api/v1/lti/login',
  launchUrl: 'https://labs.example.edu/api/v1/lti/launch',
  jwksUrl: 'https://labs.example.edu/api/v1/lti/jwks',
  canvasUrl: 'https://labs.example.edu/api/v1/lti/canvas',
  domain: 'labs.example.edu',
};
const KEY = '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed';
const TICKET = { ticket: `lgx_${'x'.repeat(43)}` };

const PlatformFields = z.strictObject({
  /** What people call it. */
  name: z.string().trim().min(1).max(100),
  issuer: Visible,
  clientId: Visible,
  deploymentIds: z.array(Visible).min(1).max(50),
  /** Where the browser goes to sign in at the platform (OIDC authentication request). */
  authUrl: Address,
  /** Where access tokens are asked for. */
  tokenUrl: Address,
  /** Where the platform’s public keys are. */
  jwksUrl: Address,
});
export const NewLtiPlatform = withExample(PlatformFields, REGISTRATION);

/** Issuer and client id stay: by other ones it would be another platform. */
export const LtiPlatformChange = withExample(PlatformFields.omit({ issuer: true, clientId: true }), {
  name: REGISTRATION.name,
  deploymentIds: ['1', '2'],
  authUrl: REGISTRATION.authUrl,
  tokenUrl: REGISTRATION.tokenUrl,
  jwksUrl: REGISTRATION.jwksUrl,
});

export const LtiPlatform = withExample(PlatformFields.extend({ id: Uuid, createdAt: Instant }), PLATFORM);
export type LtiPlatform = z.infer<typeof LtiPlatform>;

/** What is to be entered at a platform. */
const LtiTool = z.object({
  loginUrl: z.string(),
  launchUrl: z.string(),
  jwksUrl: z.string(),
  /** For Canvas, which reads all of it from an address. */
  canvasUrl: z.string(),
  domain: z.string(),
});
export type LtiTool = z.infer<typeof LtiTool>;

export const LtiSite = withExample(
  z.object({
    tool: LtiTool,
    platforms: z.array(LtiPlatform),
    keys: z.array(z.object({ id: z.string(), createdAt: Instant, signsFrom: Instant, signs: z.boolean() })),
  }),
  {
    tool: TOOL,
    platforms: [PLATFORM],
    keys: [{ id: KEY, createdAt: PLATFORM.createdAt, signsFrom: PLATFORM.createdAt, signs: true }],
  },
);

export type LtiSite = z.infer<typeof LtiSite>;

export const LtiCourse = withExample(
  z.object({
    tool: LtiTool,
    platforms: z.array(LtiPlatform),
    contexts: z.array(
      z.object({
        id: Uuid,
        platform: z.string(),
        title: z.string(),
        hasRoster: z.boolean(),
        rosterReadAt: Instant.nullable(),
        /** Scores and rosters that its platform doesn't take or give. */
        untold: Untold,
      }),
    ),
    links: z.array(
      z.object({
        id: Uuid,
        title: z.string(),
        context: z.string(),
        assignment: Slug.nullable(),
        takesScores: z.boolean(),
      }),
    ),
  }),
  {
    tool: TOOL,
    platforms: [PLATFORM],
    contexts: [
      {
        id: '2f6c8e0a-4b1d-4c3e-8f5a-6d7b9c0e1f32',
        platform: 'Moodle',
        title: 'Docker, autumn',
        hasRoster: true,
        rosterReadAt: '2026-09-14T08:00:00.000Z',
        untold: null,
      },
    ],
    links: [
      {
        id: '3a7d9f1b-5c2e-4d4f-9a6b-7e8c0d1f2a43',
        title: SAMPLE.assignment.title,
        context: 'Docker, autumn',
        assignment: SAMPLE.assignment.id,
        takesScores: true,
      },
    ],
  },
);
export type LtiCourse = z.infer<typeof LtiCourse>;

const Ticket = z.string().min(20).max(200);
export const LtiTicket = withExample(z.strictObject({ ticket: Ticket }), TICKET);
export const LtiTicketFacts = withExample(z.object({ title: z.string(), platform: z.string() }), {
  title: 'Docker, autumn',
  platform: 'Moodle',
});
export type LtiTicketFacts = z.infer<typeof LtiTicketFacts>;
export const LtiPointing = withExample(z.strictObject({ assignment: Slug.nullable() }), {
  assignment: SAMPLE.assignment.id,
});

export const LtiRosterResult = withExample(
  z.object({
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    skipped: z.number().int(),
  }),
  { added: 24, changed: 1, unchanged: 3, skipped: 2 },
);
export type LtiRosterResult = z.infer<typeof LtiRosterResult>;

export const LtiKeySet = withExample(z.object({ keys: z.array(z.record(z.string(), z.unknown())) }), {
  keys: [{ kty: 'RSA', n: 'sXch…', e: 'AQAB', alg: 'RS256', use: 'sig', kid: KEY }],
});
export const LtiCanvas = withExample(z.record(z.string(), z.unknown()), {
  title: 'labgrader',
  oidc_initiation_url: TOOL.loginUrl,
  target_link_uri: TOOL.launchUrl,
  public_jwk_url: TOOL.jwksUrl,
});

/** Parameters of a form or an address; platforms send more of them than are read. */
const Parameter = z.string().min(1).max(4_000);
export const LoginParameters = z.object({
  iss: Parameter,
  login_hint: Parameter,
  target_link_uri: Parameter,
  lti_message_hint: Parameter.optional(),
  client_id: Parameter.optional(),
  lti_deployment_id: Parameter.optional(),
});
export type LoginParameters = z.infer<typeof LoginParameters>;
export const LaunchParameters = z.object({
  state: z.string().min(20).max(200),
  id_token: z
    .string()
    .min(1)
    .max(48 * 1024),
});
export const AnyQuery = z.record(z.string(), z.unknown());
