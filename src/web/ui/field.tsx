import { useId, type ReactNode } from 'react';

export interface FieldControl {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

/** A labelled control with help and, where it was refused, what is wrong with it. */
export function Field(props: {
  readonly label: string;
  readonly help?: ReactNode;
  readonly wrong?: string | null;
  readonly wide?: boolean;
  readonly children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const wrong = props.wrong ?? null;
  const described = [props.help === undefined ? '' : `${id}-help`, wrong === null ? '' : `${id}-wrong`]
    .filter((part) => part !== '')
    .join(' ');
  return (
    <div className={props.wide === true ? 'field wide' : 'field'}>
      <label htmlFor={id}>{props.label}</label>
      {props.children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': wrong !== null,
      })}
      {props.help === undefined ? null : (
        <span className="help" id={`${id}-help`}>
          {props.help}
        </span>
      )}
      {wrong === null ? null : (
        <span className="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

interface InputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: ReactNode;
  readonly wrong?: string | null;
  readonly type?: 'text' | 'number' | 'email' | 'search' | 'datetime-local' | 'password';
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
  readonly placeholder?: string;
  readonly wide?: boolean;
  readonly autoComplete?: string;
  readonly disabled?: boolean;
}

export function TextField({ label, value, onChange, help, wrong, wide, ...rest }: InputProps) {
  return (
    <Field label={label} help={help} wrong={wrong ?? null} wide={wide ?? false}>
      {(control) => (
        <input
          {...control}
          {...rest}
          className="input"
          dir="auto"
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      )}
    </Field>
  );
}

/** Several lines as a machine reads them: keys, identifiers, paths. */
export function LinesField(props: {
  readonly label: string;
  readonly rows: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: ReactNode;
  readonly wrong?: string | null;
  readonly required?: boolean;
  readonly placeholder?: string;
}) {
  return (
    <Field label={props.label} help={props.help} wrong={props.wrong ?? null}>
      {(control) => (
        <textarea
          {...control}
          className="input mono"
          rows={props.rows}
          required={props.required}
          placeholder={props.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={props.value}
          onChange={(event) => {
            props.onChange(event.target.value);
          }}
        />
      )}
    </Field>
  );
}

export function SelectField<V extends string>(props: {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
  readonly help?: ReactNode;
  readonly wrong?: string | null;
  readonly disabled?: boolean;
  readonly wide?: boolean;
}) {
  return (
    <Field label={props.label} help={props.help} wrong={props.wrong ?? null} wide={props.wide ?? false}>
      {(control) => (
        <select
          {...control}
          className="input"
          disabled={props.disabled}
          value={props.value}
          onChange={(event) => {
            const chosen = props.options.find((option) => option.value === event.target.value);
            if (chosen) props.onChange(chosen.value);
          }}
        >
          {props.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
