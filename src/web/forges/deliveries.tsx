import type { Delivery } from '../../http/schemas/forge.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
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
    <section className="card stack" aria-labelledby="deliveries">
      <div className="card-head">
        <h2 id="deliveries">Last deliveries</h2>
        <button type="button" className="button slim" onClick={props.reload}>
          Look again
        </button>
      </div>
      {props.deliveries.length === 0 ? (
        <Empty title="Nothing has come yet">The forge’s page of the webhook shows what it sent.</Empty>
      ) : (
        <div className="table-wrap" tabIndex={0} role="group" aria-labelledby="deliveries">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Came</th>
                <th scope="col">Event</th>
                <th scope="col">Repository</th>
                <th scope="col">Commit</th>
                <th scope="col">State</th>
                <th scope="col">What became of it</th>
              </tr>
            </thead>
            <tbody>
              {props.deliveries.map((delivery) => (
                <tr key={delivery.id}>
                  <td>
                    <When at={delivery.receivedAt} zone={props.zone} />
                  </td>
                  <td>{delivery.event}</td>
                  <td className="wrap-anywhere">{delivery.repository}</td>
                  <td className="mono">{delivery.commit?.slice(0, 10) ?? '–'}</td>
                  <td>
                    <Badge tone={TONES[delivery.state]}>{delivery.state}</Badge>
                  </td>
                  <td className="wrap-anywhere">{delivery.note}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
