import { z } from 'zod';
import type {
  LtiContextRecord,
  LtiKeyRecord,
  LtiLinkRecord,
  LtiPlatformRecord,
} from '../../app/ports/lti.ts';
import type { LtiContext, LtiKey, LtiLink, LtiPlatform } from '../../generated/prisma/client.ts';

const PublicKey = z.record(z.string(), z.unknown());

export const WITH_PLATFORM = { platform: true } as const;
export const WITH_CONTEXT = { context: { include: WITH_PLATFORM } } as const;

export function platformOf(row: LtiPlatform): LtiPlatformRecord {
  const { id, courseId, name, issuer, clientId, deploymentIds, authUrl, tokenUrl, jwksUrl, createdAt } = row;
  return { id, courseId, name, issuer, clientId, deploymentIds, authUrl, tokenUrl, jwksUrl, createdAt };
}

export function keyOf(row: LtiKey): LtiKeyRecord {
  return { ...row, publicKey: PublicKey.parse(row.publicKey) };
}

export function contextOf(row: LtiContext & { platform: LtiPlatform }): LtiContextRecord {
  const { id, deploymentId, contextId, title, courseId, rosterUrl, rosterAt } = row;
  return {
    id,
    platform: platformOf(row.platform),
    deploymentId,
    contextId,
    title,
    courseId,
    rosterUrl,
    rosterAt,
  };
}

export function linkOf(row: LtiLink & { context: LtiContext & { platform: LtiPlatform } }): LtiLinkRecord {
  const { id, resourceId, title, assignmentId, lineItemUrl } = row;
  return { id, context: contextOf(row.context), resourceId, title, assignmentId, lineItemUrl };
}
