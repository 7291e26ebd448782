import type { Route } from '../route.ts';
import type { Service } from '../service.ts';
import { assignmentRoutes } from './assignments.ts';
import { blockRoutes } from './blocks.ts';
import { courseRoutes } from './courses.ts';
import { forgeDeliveryRoutes } from './forge-deliveries.ts';
import { forgeRepositoryRoutes } from './forge-repositories.ts';
import { forgeRoutes } from './forges.ts';
import { gradebookRoutes } from './gradebook.ts';
import { grantRoutes } from './grants.ts';
import { institutionRoutes } from './institution.ts';
import { ltiCourseRoutes } from './lti-courses.ts';
import { ltiLaunchRoutes } from './lti-launch.ts';
import { ltiPlatformRoutes } from './lti-platforms.ts';
import { operationRoutes } from './operations.ts';
import { personDataRoutes } from './person-data.ts';
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
    ...institutionRoutes(service, secure),
    ...blockRoutes(service),
    ...personDataRoutes(service),
    ...courseRoutes(service),
    ...peopleRoutes(service),
    ...assignmentRoutes(service),
    ...grantRoutes(service),
    ...submissionRoutes(service),
    ...gradebookRoutes(service),
    ...regradeRoutes(service),
    ...runRoutes(service),
    ...forgeRoutes(service),
    ...forgeRepositoryRoutes(service),
    ...forgeDeliveryRoutes(service),
    ...webhookRoutes(service),
    ...ltiPlatformRoutes(service),
    ...ltiCourseRoutes(service),
    ...ltiLaunchRoutes(service, secure),
    ...operationRoutes(service),
  ];
}
