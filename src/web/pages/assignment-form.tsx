import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { z } from 'zod';
import { Assignment, ScenarioList } from '../../http/schemas/assignment.ts';
import { ask, tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { NEW_ASSIGNMENT, settingsOf, valuesOf, type FormValues } from '../assignment-form/form-values.ts';
import { LateFields } from '../assignment-form/late-fields.tsx';
import { RuleFields } from '../assignment-form/rule-fields.tsx';
import { useCourse, type CourseView } from '../session.tsx';
import { AssignmentTabs } from '../ui/assignment-tabs.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Ticked } from '../ui/ticked.tsx';

/** Settings of an assignment, or a new one where the address names none. */
export function AssignmentFormPage() {
  const course = useCourse();
  const id = useParams()['assignment'];
  const assignment = useResource(
    Assignment,
    id === undefined ? null : `/courses/${course.id}/assignments/${id}`,
  );
  const scenarios = useResource(ScenarioList, '/scenarios');
  const crumbs = [{ to: `/courses/${course.id}`, label: course.title }];
  return (
    <>
      <PageHead
        title={
          id === undefined
            ? 'New assignment'
            : assignment.state === 'ready'
              ? assignment.value.title
              : 'Settings'
        }
        crumbs={crumbs}
      />
      {id === undefined ? null : <AssignmentTabs course={course.id} assignment={id} />}
      <AsyncView resource={scenarios}>
        {(list) =>
          id === undefined ? (
            <SettingsForm
              course={course}
              start={{ ...NEW_ASSIGNMENT, scenario: list.scenarios[0]?.id ?? '' }}
              list={list}
            />
          ) : (
            <AsyncView resource={assignment}>
              {(value) => (
                <SettingsForm course={course} id={id} start={valuesOf(value, course.timeZone)} list={list} />
              )}
            </AsyncView>
          )
        }
      </AsyncView>
    </>
  );
}

function SettingsForm(props: {
  readonly course: CourseView;
  readonly id?: string;
  readonly start: FormValues;
  readonly list: z.output<typeof ScenarioList>;
}) {
  const { course, id, start } = props;
  const navigate = useNavigate();
  const [values, setValues] = useState(start);
  const [saved, setSaved] = useState(false);
  function set(change: Partial<FormValues>): void {
    setSaved(false);
    setValues((before) => ({ ...before, ...change }));
  }
  const save = useAction(async () => {
    const settings = settingsOf(values, course.timeZone);
    if (id === undefined) {
      const path = `/courses/${course.id}/assignments`;
      const made = await ask(z.object({ id: z.string() }), path, {
        method: 'POST',
        body: { id: values.id, ...settings },
      });
      await navigate(`/courses/${course.id}/assignments/${made.id}`);
      return;
    }
    // The scenario is fixed once something was submitted: sent only where it is another one.
    const { scenario, ...rest } = settings;
    const body = scenario === start.scenario ? rest : settings;
    await tell(`/courses/${course.id}/assignments/${id}`, { method: 'PATCH', body });
    setSaved(true);
  });
  const remove = useAction(async () => {
    if (!window.confirm(`Delete “${values.title}”? This can’t be undone.`)) return;
    await tell(`/courses/${course.id}/assignments/${id ?? ''}`, { method: 'DELETE' });
    await navigate(`/courses/${course.id}`);
  });
  const readOnly = !course.instructor;
  return (
    <form
      className="card form settings"
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      {readOnly ? <p className="note">Only instructors change these settings.</p> : null}
      <fieldset className="bare form" disabled={readOnly}>
        <div className="form-grid">
          <TextField
            label="Title"
            value={values.title}
            onChange={(title) => {
              set(
                id === undefined && values.id === slugOf(values.title)
                  ? { title, id: slugOf(title) }
                  : { title },
              );
            }}
            required
            wrong={fieldProblem(save.problem, 'title')}
          />
          <TextField
            label="Name in addresses"
            value={values.id}
            onChange={(value) => {
              set({ id: value });
            }}
            required
            disabled={id !== undefined}
            help="Lower-case letters, digits and hyphens; stays as it is."
            wrong={fieldProblem(save.problem, 'id')}
          />
          <SelectField
            label="Scenario"
            value={values.scenario}
            options={props.list.scenarios.map((one) => ({
              value: one.id,
              label: `${one.part} ${one.title}`,
            }))}
            onChange={(scenario) => {
              set({ scenario });
            }}
            help={<Ticked text={summaryOf(props.list, values.scenario)} />}
            wrong={fieldProblem(save.problem, 'scenario')}
          />
        </div>
        <RuleFields values={values} set={set} problem={save.problem} zone={course.timeZone} />
        <LateFields values={values} set={set} problem={save.problem} />
        <label className="check-field">
          <input
            type="checkbox"
            checked={values.published}
            onChange={(event) => {
              set({ published: event.target.checked });
            }}
          />
          <span>Learners see this assignment</span>
        </label>
        <ProblemNote problem={save.problem ?? remove.problem} />
        {readOnly ? null : (
          <div className="row">
            <button type="submit" className="button primary" disabled={save.busy}>
              {save.busy ? 'Saving …' : id === undefined ? 'Set the assignment' : 'Save'}
            </button>
            {saved ? (
              <span role="status" className="small muted">
                Saved.
              </span>
            ) : null}
            {id === undefined ? null : (
              <button
                type="button"
                className="button danger push"
                disabled={remove.busy}
                onClick={remove.run}
              >
                Delete
              </button>
            )}
          </div>
        )}
      </fieldset>
    </form>
  );
}

function summaryOf({ scenarios }: z.output<typeof ScenarioList>, id: string): string {
  return scenarios.find((one) => one.id === id)?.summary ?? '';
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}
