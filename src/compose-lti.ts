import type { Logger } from 'pino';
import { ltiClient } from './adapters/lti/platform-client.ts';
import type { Database } from './adapters/postgres/database.ts';
import { ltiCourseStore } from './adapters/postgres/lti-course-store.ts';
import { ltiMemberStore } from './adapters/postgres/lti-member-store.ts';
import { ltiPlatformStore } from './adapters/postgres/lti-platform-store.ts';
import { ltiScoreStore } from './adapters/postgres/lti-score-store.ts';
import type { Outbox } from './app/ports/outbox.ts';
import { tellPlatforms } from './app/tell-platform.ts';
import type { Config } from './config.ts';
import type { Service } from './http/service.ts';
import { logFailedTelling } from './log-failed-telling.ts';
import { repeating } from './repeating.ts';

/** What is stored of platforms, and how they are spoken to. */
export function composeLti(config: Config, db: Database): Pick<Service, 'lti' | 'ltiClient'> {
  return {
    lti: {
      ...ltiPlatformStore(db),
      ...ltiCourseStore(db),
      ...ltiMemberStore(db),
      ...ltiScoreStore(db),
    },
    ltiClient: ltiClient({ privateHosts: config.lti.privateHosts }),
  };
}

/** Tells platforms of scores and reads their rosters, until disposed. */
export function startLtiWork(service: Service, outbox: Outbox, log: Logger): AsyncDisposable {
  const stopping = new AbortController();
  const deps = { ...service, outbox, onFailedTelling: logFailedTelling(log, stopping.signal) };
  const telling = repeating(log, stopping.signal, (signal) => tellPlatforms(deps, signal));
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is ending'));
      await telling.ended;
    },
  };
}
