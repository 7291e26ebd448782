import { type Actor, isStaff } from '../../app/actor.ts';
import type {
  AssignmentInput,
  AssignmentRecord,
  ExtensionRecord,
  OverrideRecord,
  StandingRecord,
} from '../../app/ports/assignments.ts';
import { admissionRefusal, coolDownEnd } from '../../core/admission.ts';
import { windowState } from '../../core/assignment-rules.ts';
import { isInside, sortedByPath } from '../../core/file-set.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';
import { LEFT_OUT } from '../../core/left-out.ts';
import type { Scenario } from '../../core/scenario-bundle.ts';
import type {
  Assignment,
  AssignmentItem,
  AssignmentSettings,
  Extension,
  Override,
  Standing,
} from '../schemas/assignment.ts';
import type { Service } from '../service.ts';

type ViewDeps = Pick<Service, 'assignments' | 'scenarios' | 'clock' | 'intake'>;

/** An assignment in a list, with the learner's own standing. */
export async function assignmentItem(
  service: ViewDeps,
  actor: Actor,
  record: AssignmentRecord,
): Promise<AssignmentItem> {
  const standing = isStaff(actor, record.courseId)
    ? null
    : await service.assignments.standing(record, actor.personId);
  return itemOf(service, record, standing);
}

/** An assignment in full: briefing, checks, starter, and whether the actor may submit now. */
export async function assignmentView(
  service: ViewDeps,
  actor: Actor,
  record: AssignmentRecord,
): Promise<Assignment> {
  const scenario = scenarioOf(service, record);
  const staff = isStaff(actor, record.courseId);
  const standing = staff ? null : await service.assignments.standing(record, actor.personId);
  const now = service.clock.now();
  const refusal = standing && admissionRefusal(standing.rules, standing.tries, now);
  const notBefore = standing && coolDownEnd(standing.rules, standing.tries);
  return {
    ...itemOf(service, record, standing),
    briefing: scenario.briefing,
    checks: scenario.checks.map(({ id, title, points, required }) => ({ id, title, points, required })),
    passMark: scenario.passMark,
    protected: [...scenario.protected],
    files: sortedByPath(scenario.starter).map(([path, entry]) => ({
      path,
      bytes: entry.bytes.byteLength,
      editable: !scenario.protected.some((folder) => isInside(path, folder)),
    })),
    limits: scenario.limits,
    intake: intakeView(service.intake),
    scenarioDigest: scenario.digest,
    submit: {
      allowed: refusal === null,
      reason: refusal?.message ?? null,
      notBefore: notBefore !== null && notBefore > now ? notBefore.toISOString() : null,
    },
  };
}

function intakeView({ uploadBytes, unpackedBytes, fileBytes, entries }: IntakeLimits) {
  return { uploadBytes, unpackedBytes, fileBytes, entries, leftOut: Object.keys(LEFT_OUT) };
}

/** @throws GraderFault when the installation lacks it */
export function scenarioOf(service: Pick<Service, 'scenarios'>, record: AssignmentRecord): Scenario {
  const scenario = service.scenarios.find(record.scenario);
  if (scenario === undefined) throw new GraderFault(`scenario ${record.scenario} is not installed here`);
  return scenario;
}

export function settingsView(record: AssignmentRecord): AssignmentSettings {
  const { rules } = record;
  return {
    id: record.slug,
    title: record.title,
    scenario: record.scenario,
    position: record.position,
    opensAt: iso(rules.opensAt),
    dueAt: iso(rules.dueAt),
    closesAt: iso(rules.closesAt),
    attemptLimit: rules.attemptLimit,
    coolDownSeconds: rules.coolDownSeconds,
    latePolicy: rules.latePolicy,
    weight: record.weight,
    counting: rules.counting,
    feedback: rules.feedback,
    published: record.published,
  };
}

export function inputOf(settings: AssignmentSettings): AssignmentInput {
  const { id, title, scenario, position, weight, published } = settings;
  const { attemptLimit, coolDownSeconds, latePolicy, counting, feedback } = settings;
  return {
    slug: id,
    title,
    scenario,
    position,
    weight,
    published,
    rules: {
      opensAt: dateOf(settings.opensAt),
      dueAt: dateOf(settings.dueAt),
      closesAt: dateOf(settings.closesAt),
      attemptLimit,
      coolDownSeconds,
      latePolicy,
      counting,
      feedback,
    },
  };
}

export function standingView(standing: StandingRecord): Standing {
  const { rules, override, extension } = standing;
  return {
    score: standing.score,
    rawScore: standing.rawScore,
    status: standing.status,
    attemptsUsed: standing.attemptsUsed,
    attemptsLeft:
      rules.attemptLimit === null ? null : Math.max(0, rules.attemptLimit - standing.attemptsUsed),
    lateByMs: standing.lateByMs,
    latePercent: standing.latePercent,
    countingSubmission: standing.countingSubmission,
    latestSubmission: standing.latestSubmission,
    override: override && { score: override.score, reason: override.reason },
    extension: extension && extensionView(extension),
    dueAt: iso(rules.dueAt),
    closesAt: iso(rules.closesAt),
  };
}

export function extensionView(record: ExtensionRecord): Extension {
  return {
    dueAt: iso(record.dueAt),
    closesAt: iso(record.closesAt),
    extraAttempts: record.extraAttempts,
    reason: record.reason,
    by: { id: record.byId, name: record.byName },
    at: record.at.toISOString(),
  };
}

export function overrideView(record: OverrideRecord): Override {
  const { score, reason, byId, byName, at } = record;
  return { score, reason, by: { id: byId, name: byName }, at: at.toISOString() };
}

function itemOf(
  service: ViewDeps,
  record: AssignmentRecord,
  standing: StandingRecord | null,
): AssignmentItem {
  const scenario = scenarioOf(service, record);
  return {
    ...settingsView(record),
    state: windowState(standing?.rules ?? record.rules, service.clock.now()),
    summary: scenario.summary,
    part: scenario.part,
    standing: standing && standingView(standing),
  };
}

export function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function iso(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
