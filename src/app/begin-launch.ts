import { Refusal } from '../core/refusal.ts';
import type { Clock } from './ports/clock.ts';
import type { LtiPlatforms, LtiPlatformRecord } from './ports/lti.ts';
import { hashOfSecret, newSecret } from './secret-token.ts';

interface Deps {
  readonly lti: LtiPlatforms;
  readonly clock: Clock;
  readonly publicUrl: string;
}

/** What a platform sends the browser with to begin a launch. */
export interface LoginRequest {
  readonly issuer: string;
  readonly loginHint: string;
  readonly targetLinkUri: string;
  readonly messageHint: string | null;
  readonly clientId: string | null;
  readonly deploymentId: string | null;
}

const LIFE_MS = 10 * 60_000;

export function launchUrl(publicUrl: string): string {
  return `${publicUrl}/api/v1/lti/launch`;
}

/**
 * Begins a launch: the platform's address to send the browser to, for a token with our nonce in it. `browserSecret` is
 * what a cookie of the browser holds: the launch ends in the browser where it began, or not at all.
 * @throws Refusal
 */
export async function beginLaunch(deps: Deps, request: LoginRequest, browserSecret: string): Promise<string> {
  const platform = await platformOf(deps, request);
  checkTarget(deps.publicUrl, request.targetLinkUri);
  if (request.deploymentId !== null && !platform.deploymentIds.includes(request.deploymentId)) {
    throw unknownDeployment(request.deploymentId);
  }
  const now = deps.clock.now();
  const [state, nonce] = [newSecret('lti'), newSecret('lti')];
  const login = {
    stateHash: hashOfSecret(state),
    browserHash: hashOfSecret(browserSecret),
    nonceHash: hashOfSecret(nonce),
    platformId: platform.id,
    expiresAt: new Date(now.getTime() + LIFE_MS),
  };
  await deps.lti.beginLogin(login, now);
  const url = new URL(platform.authUrl);
  const parameters = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: platform.clientId,
    redirect_uri: launchUrl(deps.publicUrl),
    login_hint: request.loginHint,
    ...(request.messageHint !== null && { lti_message_hint: request.messageHint }),
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

async function platformOf(deps: Deps, { issuer, clientId }: LoginRequest): Promise<LtiPlatformRecord> {
  const [platform, another] = await deps.lti.platformsOf(issuer, clientId);
  if (platform === undefined || another !== undefined) {
    throw new Refusal(
      'request-invalid',
      platform === undefined
        ? 'The platform that sends you isn’t registered here.'
        : 'The platform that sends you is registered more than once, and doesn’t say by which client id it comes.',
      {
        rule: 'lti.platform',
        wayOut:
          'Whoever set the link up finds issuer and client id to compare under “Platforms” of the course.',
      },
    );
  }
  return platform;
}

/** @throws Refusal when a launch is meant for another site than this one */
export function checkTarget(publicUrl: string, targetLinkUri: string): void {
  if (URL.canParse(targetLinkUri) && new URL(targetLinkUri).origin === new URL(publicUrl).origin) return;
  throw new Refusal('request-invalid', 'The link’s target isn’t an address of this site.', {
    rule: 'lti.target',
    wayOut: `Set the target link URI to ${launchUrl(publicUrl)} on the platform.`,
  });
}

export function unknownDeployment(id: string): Refusal {
  return new Refusal(
    'request-invalid',
    `The platform’s deployment \`${id.slice(0, 100)}\` isn’t registered here.`,
    {
      rule: 'lti.deployment',
      wayOut: 'Add the deployment’s id to the registration of the platform, if it is yours.',
    },
  );
}
