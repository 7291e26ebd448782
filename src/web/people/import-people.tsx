import { ImportOutcome } from '../../http/schemas/course.ts';
import { CsvImport } from '../ui/csv-import.tsx';

/** Enrols people by a CSV list. */
export function ImportPeople(props: {
  readonly course: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  return (
    <CsvImport
      path={`/courses/${props.course}/people/import`}
      schema={ImportOutcome}
      help={
        <>
          First line <code>name,email</code>, and <code>externalId</code> and <code>role</code> if you like.
          People who are in the course already are brought up to date.
        </>
      }
      placeholder={'name,email,externalId\nAda Lovelace,ada@example.edu,1815'}
      told={(outcome) => {
        const verb = outcome.dryRun ? 'would be' : 'were';
        return `${outcome.added} ${verb} added, ${outcome.changed} changed, ${outcome.unchanged} left as they are.`;
      }}
      onClose={props.onClose}
      onDone={props.onDone}
    />
  );
}
