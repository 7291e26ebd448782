import type { Route } from '../route.ts';
import type { Service } from '../service.ts';
import { runRoutes } from './runs.ts';
import { submissionRoutes } from './submissions.ts';

/** Every route under `/api/v1`. */
export function allRoutes(service: Service, _secure: boolean): readonly Route[] {
  return [...submissionRoutes(service), ...runRoutes(service)];
}
