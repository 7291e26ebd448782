import type { Problem } from '../api/client.ts';
import { fieldProblem } from '../api/use-action.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FormValues, StepValues } from './form-values.ts';

const KINDS = [
  { value: 'none', label: 'nothing' },
  { value: 'percent-per-day', label: 'per cent a day' },
  { value: 'steps', label: 'a table of steps' },
] as const;

/** What late work loses. */
export function LateFields(props: {
  readonly values: FormValues;
  readonly set: (change: Partial<FormValues>) => void;
  readonly problem: Problem | null;
}) {
  const { values, set, problem } = props;
  return (
    <fieldset className="fieldset">
      <legend>Late work</legend>
      <div className="form-grid">
        <SelectField
          label="Loses"
          value={values.late}
          options={KINDS}
          onChange={(late) => {
            set({ late });
          }}
        />
        {values.late === 'none' ? null : (
          <TextField
            label="Grace in minutes"
            type="number"
            min={0}
            max={10080}
            value={values.graceMinutes}
            onChange={(graceMinutes) => {
              set({ graceMinutes });
            }}
            wrong={fieldProblem(problem, 'latePolicy.graceMinutes')}
          />
        )}
        {values.late === 'percent-per-day' ? (
          <>
            <TextField
              label="Per cent for each day begun"
              type="number"
              min={0}
              max={100}
              step="any"
              value={values.latePercent}
              onChange={(latePercent) => {
                set({ latePercent });
              }}
              wrong={fieldProblem(problem, 'latePolicy.percent')}
            />
            <TextField
              label="At most per cent"
              type="number"
              min={0}
              max={100}
              step="any"
              value={values.lateMax}
              onChange={(lateMax) => {
                set({ lateMax });
              }}
              wrong={fieldProblem(problem, 'latePolicy.maxPercent')}
            />
          </>
        ) : null}
      </div>
      {values.late === 'steps' ? (
        <Steps
          steps={values.steps}
          onChange={(steps) => {
            set({ steps });
          }}
          problem={problem}
        />
      ) : null}
    </fieldset>
  );
}

function Steps(props: {
  readonly steps: readonly StepValues[];
  readonly onChange: (steps: readonly StepValues[]) => void;
  readonly problem: Problem | null;
}) {
  const { steps, onChange } = props;
  return (
    <div className="stack tight">
      {steps.map((step, index) => (
        <div key={index} className="toolbar last">
          <TextField
            label="After hours"
            type="number"
            min={0}
            step="any"
            value={step.afterHours}
            onChange={(afterHours) => {
              onChange(steps.with(index, { ...step, afterHours }));
            }}
            wrong={fieldProblem(props.problem, `latePolicy.steps.${index}.afterHours`)}
          />
          <TextField
            label="Per cent off"
            type="number"
            min={0}
            max={100}
            step="any"
            value={step.percent}
            onChange={(percent) => {
              onChange(steps.with(index, { ...step, percent }));
            }}
            wrong={fieldProblem(props.problem, `latePolicy.steps.${index}.percent`)}
          />
          <button
            type="button"
            className="button quiet slim"
            disabled={steps.length === 1}
            onClick={() => {
              onChange(steps.toSpliced(index, 1));
            }}
          >
            Remove step
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          className="button slim"
          onClick={() => {
            onChange([...steps, { afterHours: '', percent: '' }]);
          }}
        >
          Add a step
        </button>
      </div>
    </div>
  );
}
