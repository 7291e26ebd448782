import { exportJWK, generateKeyPair } from 'jose';
import type { LtiClient, LtiScore } from '../../app/ports/lti-client.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { SCORE_SCOPE } from '../../core/lti-claims.ts';
import { guardedAddress } from '../outbound/guarded-address.ts';
import { guardedRequest, type OutboundAnswer, type OutboundRequest } from '../outbound/guarded-request.ts';
import { AccessTokens } from './access-tokens.ts';
import { KeySets } from './key-sets.ts';
import { readRoster } from './read-roster.ts';
import { verifyToken } from './verify-token.ts';

const TIME_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const KEY_BITS = 2048;
const SCORE_TYPE = 'application/vnd.ims.lis.v1.score+json';

/** @throws Refusal, GraderFault */
export type Ask = (request: OutboundRequest, signal: AbortSignal) => Promise<OutboundAnswer>;

/** Platforms by LTI 1.3: security framework, Assignment and Grade Services 2.0, Names and Role Services 2.0. */
export function ltiClient(options: { readonly privateHosts: readonly string[] }): LtiClient {
  const ask: Ask = (request, signal) =>
    guardedRequest(request, options.privateHosts, AbortSignal.any([signal, AbortSignal.timeout(TIME_MS)]));
  const keySets = new KeySets(ask);
  const tokens = new AccessTokens(ask);
  return {
    async newKey() {
      const pair = await generateKeyPair('RS256', { modulusLength: KEY_BITS, extractable: true });
      const { kty, n, e } = await exportJWK(pair.publicKey);
      return {
        privateKey: JSON.stringify(await exportJWK(pair.privateKey)),
        publicKey: { kty, n, e, alg: 'RS256', use: 'sig' },
      };
    },
    claimsOf: (platform, idToken, now, signal) => verifyToken(keySets, platform, idToken, now, signal),
    roster: (platform, key, url, signal) => readRoster({ ask, tokens }, platform, key, url, signal),
    async tellScore(platform, key, lineItemUrl, score, signal) {
      const token = await tokens.of(platform, key, SCORE_SCOPE, signal);
      const answer = await ask(
        {
          method: 'POST',
          url: scoresUrl(lineItemUrl),
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': SCORE_TYPE },
          body: JSON.stringify(scoreOf(score)),
          maxBytes: MAX_ANSWER_BYTES,
        },
        signal,
      );
      if (answer.status === 401) tokens.forget(platform, SCORE_SCOPE);
      if (answer.status >= 200 && answer.status < 300) return null;
      const said = `${platform.name} answered ${answer.status} to a score`;
      if (answer.status === 401 || answer.status === 429 || answer.status >= 500) throw new GraderFault(said);
      return said;
    },
    async checkAddress(url) {
      await guardedAddress(url, options.privateHosts);
    },
  };
}

/** A line item's address may have a query, as Moodle's do; `/scores` belongs to its path. */
function scoresUrl(lineItemUrl: string): string {
  const url = new URL(lineItemUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/scores`;
  return url.href;
}

function scoreOf(score: LtiScore) {
  const common = { userId: score.subject, timestamp: score.at.toISOString() };
  if (score.score === null) {
    return { ...common, activityProgress: 'Initialized', gradingProgress: 'NotReady' };
  }
  return {
    ...common,
    scoreGiven: score.score,
    scoreMaximum: 100,
    activityProgress: score.passed ? 'Completed' : 'Submitted',
    gradingProgress: 'FullyGraded',
  };
}
