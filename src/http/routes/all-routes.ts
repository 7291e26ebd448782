import type { Route } from '../route.ts';
import type { Service } from '../service.ts';
import { assignmentRoutes } from './assignments.ts';
import { courseRoutes } from './courses.ts';
import { forgeRoutes } from './forges.ts';
import { gradebookRoutes } from './gradebook.ts';
import { grantRoutes } from './grants.ts';
import { operationRoutes } from './operations.ts';
import { peopleRoutes } from './people.ts';
import { regradeRoutes } from './regrades.ts';
import { runRoutes } from './runs.ts';
import { sessionRoutes } from './session.ts';
import { submissionRoutes } from './submissions.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route under `/api/v1`. */
export function allRoutes(service: Service, secure: boolean): readonly Route[] {
  return [
    ...sessionRoutes(service, secure),
    ...courseRoutes(service),
    ...peopleRoutes(service),
    ...assignmentRoutes(service),
    ...grantRoutes(service),
    ...submissionRoutes(service),
    ...gradebookRoutes(service),
    ...regradeRoutes(service),
    ...runRoutes(service),
    ...forgeRoutes(service),
    ...webhookRoutes(service),
    ...operationRoutes(service),
  ];
}
