import type { Problem } from '../api/client.ts';
import { fieldProblem } from '../api/use-action.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FormValues } from './form-values.ts';

const COUNTING = [
  { value: 'best', label: 'the best attempt' },
  { value: 'latest', label: 'the latest attempt' },
] as const;

const FEEDBACK = [
  { value: 'full', label: 'everything, with evidence' },
  { value: 'messages', label: 'messages without evidence' },
  { value: 'verdict-until-due', label: 'only the verdict until it is due' },
] as const;

const TIMES = [
  { name: 'opensAt', label: 'Opens' },
  { name: 'dueAt', label: 'Due' },
  { name: 'closesAt', label: 'Closes' },
] as const;

const NUMBERS = [
  { name: 'attemptLimit', label: 'Attempts at most', help: 'Empty: as many as they like.', min: 1 },
  { name: 'coolDownSeconds', label: 'Seconds between attempts', help: 'Time to think.', min: 0 },
  { name: 'weight', label: 'Weight in the total', help: undefined, min: 0 },
  { name: 'position', label: 'Place in the list', help: undefined, min: 0 },
] as const;

/** When it is open, how often one may try, and what counts. */
export function RuleFields(props: {
  readonly values: FormValues;
  readonly set: (change: Partial<FormValues>) => void;
  readonly problem: Problem | null;
  readonly zone: string;
}) {
  const { values, set, problem } = props;
  return (
    <>
      <fieldset className="fieldset">
        <legend>Time, in {props.zone}</legend>
        <div className="form-grid">
          {TIMES.map(({ name, label }) => (
            <TextField
              key={name}
              label={label}
              type="datetime-local"
              value={values[name]}
              onChange={(value) => {
                set({ [name]: value });
              }}
              wrong={fieldProblem(problem, name)}
            />
          ))}
        </div>
      </fieldset>
      <fieldset className="fieldset">
        <legend>Attempts and marks</legend>
        <div className="form-grid">
          {NUMBERS.map(({ name, label, help, min }) => (
            <TextField
              key={name}
              label={label}
              type="number"
              min={min}
              step={name === 'weight' ? 'any' : 1}
              value={values[name]}
              onChange={(value) => {
                set({ [name]: value });
              }}
              help={help}
              wrong={fieldProblem(problem, name)}
            />
          ))}
          <SelectField
            label="What counts"
            value={values.counting}
            options={COUNTING}
            onChange={(counting) => {
              set({ counting });
            }}
          />
          <SelectField
            label="What learners see of a result"
            value={values.feedback}
            options={FEEDBACK}
            onChange={(feedback) => {
              set({ feedback });
            }}
          />
        </div>
      </fieldset>
    </>
  );
}
