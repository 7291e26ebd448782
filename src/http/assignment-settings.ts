import type { z } from 'zod';
import { InvalidRequest } from './invalid-request.ts';
import type { AssignmentChange, AssignmentSettings } from './schemas/assignment.ts';
import type { Service } from './service.ts';

/** What no schema can say: the scenario exists, and the instants are in order. */
export function judgeSettings(service: Pick<Service, 'scenarios'>, settings: AssignmentSettings): void {
  const fields: { path: string; message: string }[] = [];
  if (service.scenarios.find(settings.scenario) === undefined) {
    fields.push({ path: 'scenario', message: `there is no scenario \`${settings.scenario}\`` });
  }
  const at = (text: string | null): number | null => (text === null ? null : new Date(text).getTime());
  const [opens, due, closes] = [at(settings.opensAt), at(settings.dueAt), at(settings.closesAt)];
  if (opens !== null && due !== null && due <= opens)
    fields.push({ path: 'dueAt', message: 'must be after opensAt' });
  if (due !== null && closes !== null && closes < due)
    fields.push({ path: 'closesAt', message: 'must not be before dueAt' });
  if (opens !== null && closes !== null && closes <= opens) {
    fields.push({ path: 'closesAt', message: 'must be after opensAt' });
  }
  if (fields.length > 0) throw new InvalidRequest('body', fields);
}

type Change = z.output<typeof AssignmentChange>;

/** Without the fields that were left out, which zod may hold as undefined. */
export function definedOf(change: Change): { [K in keyof Change]?: Exclude<Change[K], undefined> } {
  const { title, scenario, position, opensAt, dueAt, closesAt, attemptLimit } = change;
  const { coolDownSeconds, latePolicy, weight, counting, feedback, published } = change;
  return {
    ...(title !== undefined && { title }),
    ...(scenario !== undefined && { scenario }),
    ...(position !== undefined && { position }),
    ...(opensAt !== undefined && { opensAt }),
    ...(dueAt !== undefined && { dueAt }),
    ...(closesAt !== undefined && { closesAt }),
    ...(attemptLimit !== undefined && { attemptLimit }),
    ...(coolDownSeconds !== undefined && { coolDownSeconds }),
    ...(latePolicy !== undefined && { latePolicy }),
    ...(weight !== undefined && { weight }),
    ...(counting !== undefined && { counting }),
    ...(feedback !== undefined && { feedback }),
    ...(published !== undefined && { published }),
  };
}
