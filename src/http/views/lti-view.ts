import { launchUrl } from '../../app/begin-launch.ts';
import type { LtiPlatformRecord } from '../../app/ports/lti.ts';
import { ROSTER_SCOPE, SCORE_SCOPE } from '../../core/lti-claims.ts';
import type { LtiPlatform, LtiTool } from '../schemas/lti.ts';

export function toolView(publicUrl: string): LtiTool {
  const base = `${publicUrl}/api/v1/lti`;
  return {
    loginUrl: `${base}/login`,
    launchUrl: launchUrl(publicUrl),
    jwksUrl: `${base}/jwks`,
    canvasUrl: `${base}/canvas`,
    domain: new URL(publicUrl).host,
  };
}

export function platformView(platform: LtiPlatformRecord): LtiPlatform {
  const { courseId: _course, deploymentIds, createdAt, ...rest } = platform;
  return { ...rest, deploymentIds: [...deploymentIds], createdAt: createdAt.toISOString() };
}

/** A developer key as Canvas reads it from an address. */
export function canvasConfiguration(publicUrl: string) {
  const tool = toolView(publicUrl);
  const placement = (name: string) => ({
    placement: name,
    message_type: 'LtiResourceLinkRequest',
    target_link_uri: tool.launchUrl,
    text: 'labgrader',
    windowTarget: '_blank',
  });
  return {
    title: 'labgrader',
    description: 'Grades Docker debug labs',
    oidc_initiation_url: tool.loginUrl,
    target_link_uri: tool.launchUrl,
    public_jwk_url: tool.jwksUrl,
    scopes: [SCORE_SCOPE, ROSTER_SCOPE],
    extensions: [
      {
        platform: 'canvas.instructure.com',
        domain: tool.domain,
        tool_id: 'labgrader',
        // No e-mail address is asked for: people are known by the platform's own ids.
        privacy_level: 'name_only',
        settings: { placements: [placement('assignment_selection'), placement('link_selection')] },
      },
    ],
    custom_fields: {},
  };
}
