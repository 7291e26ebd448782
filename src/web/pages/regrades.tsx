import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Assignment, AssignmentList } from '../../http/schemas/assignment.ts';
import { RegradeSet, RegradeSetList } from '../../http/schemas/regrade.ts';
import { ask } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse, type CourseView } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { REGRADE_STATES, scopeWords } from '../ui/regrade-words.ts';
import { Table } from '../ui/table.tsx';
import { Relative } from '../ui/when.tsx';

/** Regrade sets of a course, and making a new one. */
export function RegradesPage() {
  const course = useCourse();
  const [open, setOpen] = useState(false);
  const sets = useResource(RegradeSetList, `/courses/${course.id}/regrade-sets`);
  return (
    <>
      <PageHead
        title="Regrades"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        sub="Grade again as a set, look at who goes up and who goes down, then apply it or drop it as a whole."
        actions={
          <button
            type="button"
            className="button primary"
            onClick={() => {
              setOpen(true);
            }}
          >
            New regrade
          </button>
        }
      />
      <AsyncView resource={sets}>
        {(value) =>
          value.sets.length === 0 ? (
            <div className="card">
              <Empty title="Nothing was regraded yet">
                After a scenario changed, a regrade shows what the change would do to the scores.
              </Empty>
            </div>
          ) : (
            <div className="card flush">
              <Sets sets={value.sets} course={course} />
            </div>
          )
        }
      </AsyncView>
      {open ? (
        <NewRegrade
          course={course}
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}

function Sets({ sets, course }: { readonly sets: readonly RegradeSet[]; readonly course: CourseView }) {
  return (
    <Table
      label="Regrade sets"
      rows={sets}
      keyOf={(set) => set.id}
      columns={[
        {
          head: 'Reason',
          kind: 'name',
          look: 'wide',
          cell: (set) => (
            <>
              <Link to={`/courses/${course.id}/regrades/${set.id}`} dir="auto">
                {set.reason}
              </Link>
              <div className="small muted">{scopeWords(set)}</div>
            </>
          ),
        },
        { head: 'Assignment', look: 'wide', cell: (set) => set.assignment.title },
        {
          head: 'State',
          look: 'nowrap',
          cell: (set) => (
            <>
              <Badge tone={REGRADE_STATES[set.state].tone}>{REGRADE_STATES[set.state].words}</Badge>{' '}
              {set.state === 'running' ? (
                <span className="small muted numeric">
                  {set.finished} of {set.total}
                </span>
              ) : null}
            </>
          ),
        },
        { head: 'Up', kind: 'number', cell: (set) => set.up },
        { head: 'Down', kind: 'number', cell: (set) => set.down },
        { head: 'Same', kind: 'number', cell: (set) => set.same },
        {
          head: 'Made by',
          look: 'name-cell',
          cell: (set) => (
            <>
              <Person name={set.createdBy.name} />
              <div className="small muted nowrap">
                <Relative at={set.createdAt} />
              </div>
            </>
          ),
        },
      ]}
    />
  );
}

const SCOPES = [
  { value: 'counting', label: 'each learner’s counting submission' },
  { value: 'all', label: 'every submission' },
  { value: 'failed-check', label: 'those that failed a certain check' },
] as const;

function NewRegrade({ course, onClose }: { readonly course: CourseView; readonly onClose: () => void }) {
  const list = useResource(AssignmentList, `/courses/${course.id}/assignments`);
  const [assignment, setAssignment] = useState('');
  const chosen =
    assignment === '' && list.state === 'ready' ? (list.value.assignments[0]?.id ?? '') : assignment;
  const detail = useResource(
    Assignment,
    chosen === '' ? null : `/courses/${course.id}/assignments/${chosen}`,
  );
  const [scope, setScope] = useState<(typeof SCOPES)[number]['value']>('counting');
  const [check, setCheck] = useState('');
  const [reason, setReason] = useState('');
  const navigate = useNavigate();
  const checks = detail.state === 'ready' ? detail.value.checks : [];
  const checkId = checks.some((one) => one.id === check) ? check : (checks[0]?.id ?? '');
  const create = useAction(async () => {
    const body = { scope, reason, ...(scope === 'failed-check' && { checkId }) };
    const path = `/courses/${course.id}/assignments/${chosen}/regrade-sets`;
    const set = await ask(RegradeSet, path, { method: 'POST', body });
    await navigate(`/courses/${course.id}/regrades/${set.id}`);
  });
  return (
    <FormDialog
      title="New regrade"
      onClose={onClose}
      label="Start the regrade"
      busy={create.busy}
      problem={create.problem}
      onSend={create.run}
    >
      <SelectField
        label="Assignment"
        value={chosen}
        options={
          list.state === 'ready'
            ? list.value.assignments.map((one) => ({ value: one.id, label: one.title }))
            : []
        }
        onChange={setAssignment}
      />
      <SelectField label="Which submissions" value={scope} options={SCOPES} onChange={setScope} />
      {scope === 'failed-check' ? (
        <SelectField
          label="Check"
          value={checkId}
          options={checks.map((one) => ({ value: one.id, label: one.title }))}
          onChange={setCheck}
          wrong={fieldProblem(create.problem, 'checkId')}
        />
      ) : null}
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        required
        help="Kept in the audit log, and shown beside the set."
        wrong={fieldProblem(create.problem, 'reason')}
      />
      <p className="small muted">
        Regrades run after everything that learners have waiting. No score changes until you apply the set.
      </p>
    </FormDialog>
  );
}
