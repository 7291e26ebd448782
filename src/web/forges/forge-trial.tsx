import { useState } from 'react';
import { ForgeTest } from '../../http/schemas/forge-test.ts';
import type { ForgeRepository } from '../../http/schemas/forge.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { SelectField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Ticked } from '../ui/ticked.tsx';

type Step = ForgeTest['steps'][number];

const STEPS = {
  secret: 'A signed delivery is taken',
  delivery: 'The forge’s own deliveries arrive',
  mapping: 'The repository is somebody’s',
  fetch: 'The newest commit can be fetched',
  status: 'Its status can be told',
} as const satisfies Record<Step['name'], string>;

const STATES = {
  ok: { tone: 'pass', text: 'well' },
  failed: { tone: 'fail', text: 'not well' },
  skipped: { tone: 'plain', text: 'left out' },
} as const satisfies Record<Step['state'], { tone: Tone; text: string }>;

/** Sends a test delivery through everything that a push goes through, and shows each step. */
export function ForgeTrial(props: {
  readonly path: string;
  readonly repositories: readonly ForgeRepository[];
  readonly onDone: () => void;
}) {
  const [first] = props.repositories;
  const [chosen, setChosen] = useState<string | null>(null);
  const [steps, setSteps] = useState<readonly Step[] | null>(null);
  const repository = chosen ?? first?.id ?? '';
  const send = useAction(async () => {
    const body = repository === '' ? {} : { repository };
    const { steps: told } = await ask(ForgeTest, `${props.path}/test-delivery`, { method: 'POST', body });
    setSteps(told);
    props.onDone();
  });
  return (
    <section className="card stack" aria-labelledby="trial">
      <div>
        <h2 id="trial">Test delivery</h2>
        <p className="small muted">
          The service sends itself a signed delivery, fetches the newest commit of a repository, and gives it
          a status. Nothing is submitted.
        </p>
      </div>
      <div className="toolbar last">
        {props.repositories.length === 0 ? null : (
          <SelectField
            label="With the repository"
            wide
            value={repository}
            options={props.repositories.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={setChosen}
          />
        )}
        <button
          type="button"
          className="button"
          disabled={send.busy}
          onClick={() => {
            send.run();
          }}
        >
          {send.busy ? 'Trying …' : 'Send a test delivery'}
        </button>
      </div>
      <ProblemNote problem={send.problem} />
      <div role="status">
        {steps === null ? null : (
          <ul className="bare stack">
            {steps.map((step) => (
              <li key={step.name}>
                <Badge tone={STATES[step.state].tone}>{STATES[step.state].text}</Badge>{' '}
                <strong>{STEPS[step.name]}</strong>
                <p>
                  <Ticked text={step.said} />
                </p>
                {step.lookAt === null ? null : (
                  <p className="small">
                    Look at: <Ticked text={step.lookAt} />
                  </p>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
