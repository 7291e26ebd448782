import { z } from 'zod';
import { Instant, Slug, Uuid } from './field-types.ts';

const Address = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => {
    const url = new URL(text);
    return url.username === '' && url.password === '' && url.hash === '';
  }, 'an address without name and password');
const Visible = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'letters, digits and signs, without a blank');

export const NewLtiPlatform = z.strictObject({
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

export const LtiPlatform = NewLtiPlatform.extend({ id: Uuid, createdAt: Instant });
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

export const LtiSite = z.object({
  tool: LtiTool,
  platforms: z.array(LtiPlatform),
  keys: z.array(z.object({ id: z.string(), createdAt: Instant, signsFrom: Instant, signs: z.boolean() })),
});

export const LtiCourse = z.object({
  tool: LtiTool,
  platforms: z.array(LtiPlatform),
  contexts: z.array(
    z.object({
      id: Uuid,
      platform: z.string(),
      title: z.string(),
      hasRoster: z.boolean(),
      rosterReadAt: Instant.nullable(),
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
});
export type LtiCourse = z.infer<typeof LtiCourse>;

const Ticket = z.string().min(20).max(200);
export const LtiTicket = z.strictObject({ ticket: Ticket });
export const LtiTicketFacts = z.object({ title: z.string(), platform: z.string() });
export type LtiTicketFacts = z.infer<typeof LtiTicketFacts>;
export const LtiPointing = z.strictObject({ assignment: Slug.nullable() });

export const LtiRosterResult = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  skipped: z.number().int(),
});
export type LtiRosterResult = z.infer<typeof LtiRosterResult>;

export const LtiKeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });
export const LtiCanvas = z.record(z.string(), z.unknown());

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
export const FormBody = z.unknown();
