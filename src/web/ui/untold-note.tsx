import type { Untold } from '../../http/schemas/untold.ts';
import { When } from './when.tsx';

/** What another service doesn't take, since when, and what it says. */
export function UntoldNote(props: {
  readonly untold: Untold;
  readonly who: string;
  readonly what: string;
  /** Where to look. */
  readonly lookAt: string;
  readonly zone: string;
}) {
  const { untold, who, what } = props;
  if (untold === null) return null;
  const { waiting, givenUp } = untold;
  return (
    <div className="note warn">
      <p>
        <strong>
          {waiting + givenUp} {what} could not be told to {who}
        </strong>
        , the oldest since <When at={untold.since} zone={props.zone} />. Grades here are not touched by it.
      </p>
      <p>
        The last try: {untold.said}.{waiting === 0 ? null : ` ${waiting} are tried again by themselves.`}
        {givenUp === 0 ? null : ` ${givenUp} are tried no more: they were not taken for days.`}
      </p>
      <p>{props.lookAt}</p>
    </div>
  );
}
