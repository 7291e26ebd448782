import { type Actor, isStaff, notFound, requireRole } from '../../app/actor.ts';
import type { RegradeItem, RegradeSetRecord } from '../../app/ports/regrades.ts';
import { startRegrade } from '../../app/start-regrade.ts';
import { Refusal } from '../../core/refusal.ts';
import { noteOf } from '../audit-note.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, ok, reading, route, toCourse, toPerson } from '../route.ts';
import {
  type ChangedCheck,
  NewRegradeSet,
  RegradeApply,
  RegradePreview,
  RegradeSet,
  RegradeSetList,
} from '../schemas/regrade.ts';
import type { Service } from '../service.ts';
import { submissionSummary } from '../views/submission-view.ts';
import { seeAssignment } from './assignments.ts';

export function regradeRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses/:course/assignments/:assignment/regrade-sets',
        tag: 'Regrading',
        summary: 'Grade many once more, behind everybody’s own runs; nothing counts until it is applied',
        access: toCourse('assistant', 'teach'),
        body: NewRegradeSet,
        answer: { status: 202, description: 'Queued', schema: RegradeSet },
      },
      async (actor, { params, body }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const { scope, checkId, reason } = body;
        const { id } = await startRegrade(service, actor, record, {
          scope,
          checkId: checkId ?? null,
          reason,
        });
        return setView(await seeSet(service, actor, id));
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/regrade-sets',
        tag: 'Regrading',
        summary: 'Regrade sets, newest first',
        access: toCourse('assistant', 'read'),
        answer: ok(RegradeSetList, 'Sets'),
      },
      async (_actor, { params }) => ({ sets: (await service.regrades.list(params('course'))).map(setView) }),
    ),
    route(
      {
        ...reading,
        path: '/regrade-sets/:set',
        tag: 'Regrading',
        summary: 'Who would go up, who down, and why',
        access: toPerson('read'),
        answer: ok(RegradePreview, 'The set with its items'),
      },
      async (actor, { params }) => preview(service, await seeSet(service, actor, uuidOf(params('set')))),
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/regrade-sets/:set/apply',
        tag: 'Regrading',
        summary: 'Make the new verdicts count, all at once',
        access: toPerson('teach'),
        body: RegradeApply,
        answer: ok(RegradePreview, 'Applied'),
      },
      async (actor, { params, body }) => {
        const set = await seeSet(service, actor, uuidOf(params('set')));
        requireRole(actor, set.courseId, 'instructor');
        judgeApply(set, body.acknowledgeLowered);
        const { up, down, same } = set;
        const audit = noteOf(actor, set.courseId, 'regrade.set-applied', `regrade-set:${set.id}`, {
          up,
          down,
          same,
        });
        const applied = await service.regrades.apply(set.id, audit, service.clock.now());
        if (applied === null) throw over();
        for (const change of applied.changes) service.feed.announce(change);
        return preview(service, await seeSet(service, actor, set.id));
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/regrade-sets/:set/drop',
        tag: 'Regrading',
        summary: 'Forget the new verdicts; nothing changes',
        access: toPerson('teach'),
        answer: ok(RegradeSet, 'Dropped'),
      },
      async (actor, { params }) => {
        const set = await seeSet(service, actor, uuidOf(params('set')));
        const audit = noteOf(actor, set.courseId, 'regrade.set-dropped', `regrade-set:${set.id}`, {});
        if (!(await service.regrades.drop(set.id, audit, service.clock.now()))) throw over();
        return setView(await seeSet(service, actor, set.id));
      },
    ),
  ];
}

async function seeSet(service: Service, actor: Actor, id: string): Promise<RegradeSetRecord> {
  const set = await service.regrades.find(id);
  if (set === null || !isStaff(actor, set.courseId)) throw notFound('regrade set');
  return set;
}

function judgeApply(set: RegradeSetRecord, acknowledged: boolean): void {
  if (set.state !== 'open') throw over();
  if (set.finished < set.total) {
    throw new Refusal('conflict', `${set.total - set.finished} of its runs are not over yet.`, {
      rule: 'regrade.running',
    });
  }
  if (set.down > 0 && !acknowledged) {
    throw new Refusal('conflict', `${set.down} of its submissions would go down.`, {
      rule: 'regrade.lowered',
      wayOut: 'Look at them, and apply with `acknowledgeLowered: true`.',
    });
  }
}

function over(): Refusal {
  return new Refusal('conflict', 'It was applied or dropped already.', { rule: 'regrade.over' });
}

function setView(set: RegradeSetRecord): RegradeSet {
  const { id, scope, checkId, reason, total, finished, up, down, same, faults } = set;
  return {
    id,
    assignment: { id: set.assignmentSlug, title: set.assignmentTitle },
    scope,
    checkId,
    reason,
    state: set.state !== 'open' ? set.state : finished < total ? 'running' : 'ready',
    createdBy: { id: set.createdById, name: set.createdByName },
    createdAt: set.createdAt.toISOString(),
    total,
    finished,
    up,
    down,
    same,
    faults,
  };
}

async function preview(service: Service, set: RegradeSetRecord): Promise<RegradePreview> {
  const items = await service.regrades.items(set.id);
  const records = await service.submissions.many(items.map((item) => item.submissionId));
  const byId = new Map(records.map((record) => [record.id, record]));
  const views: RegradePreview['items'] = [];
  for (const item of items) {
    const submission = byId.get(item.submissionId);
    if (submission === undefined) continue;
    views.push({
      submission: submissionSummary(submission),
      before: item.before,
      after: item.after,
      delta: item.before && item.after && item.after.score - item.before.score,
      changedChecks: changedChecks(item),
      run: item.runId,
      state: item.state,
    });
  }
  return { ...setView(set), items: views };
}

function changedChecks({ after, checksBefore, checksAfter }: RegradeItem): ChangedCheck[] {
  if (after === null) return [];
  const all = new Map([...checksBefore, ...checksAfter]);
  return [...all]
    .map(([id, { title }]) => ({
      id,
      title,
      before: checksBefore.get(id)?.status ?? null,
      after: checksAfter.get(id)?.status ?? null,
    }))
    .filter((check) => check.before !== check.after);
}
