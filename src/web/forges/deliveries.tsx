import type { Delivery } from '../../http/schemas/forge.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';

const TONES = {
  waiting: 'live',
  done: 'pass',
  ignored: 'plain',
  failed: 'fail',
} as const satisfies Record<Delivery['state'], Tone>;

/** The webhooks that came last, and what became of each. */
export function Deliveries(props: {
  readonly deliveries: readonly Delivery[];
  readonly zone: string;
  readonly reload: () => void;
}) {
  return (
    <section className="card flush" aria-labelledby="deliveries">
      <div className="card-head">
        <h2 id="deliveries">Last deliveries</h2>
        <button type="button" className="button slim" onClick={props.reload}>
          Look again
        </button>
      </div>
      {props.deliveries.length === 0 ? (
        <Empty title="Nothing has come yet">The forge’s page of the webhook shows what it sent.</Empty>
      ) : (
        <Table
          label="Last deliveries"
          rows={props.deliveries}
          keyOf={(delivery) => delivery.id}
          columns={[
            {
              head: 'Came',
              look: 'nowrap',
              cell: (delivery) => <When at={delivery.receivedAt} zone={props.zone} />,
            },
            { head: 'Event', cell: (delivery) => delivery.event },
            {
              head: 'Repository',
              kind: 'name',
              look: 'wrap-anywhere',
              cell: (delivery) => delivery.repository,
            },
            { head: 'Commit', look: 'mono', cell: (delivery) => delivery.commit?.slice(0, 10) ?? '–' },
            {
              head: 'State',
              cell: (delivery) => <Badge tone={TONES[delivery.state]}>{delivery.state}</Badge>,
            },
            { head: 'What became of it', look: 'wide wrap-anywhere', cell: (delivery) => delivery.note },
          ]}
        />
      )}
    </section>
  );
}
