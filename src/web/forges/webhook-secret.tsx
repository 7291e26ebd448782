import type { CreatedForge } from '../../http/schemas/forge.ts';
import { OnceShown } from '../ui/once-shown.tsx';

/** What is to be entered at the forge, once it is known. */
export function WebhookSecret({ created }: { readonly created: CreatedForge }) {
  return (
    <section className="card stack" aria-labelledby="enter-webhook">
      <h2 id="enter-webhook">Enter the webhook at the forge</h2>
      <dl className="facts">
        <dt>Address</dt>
        <dd className="wrap-anywhere mono">{created.webhookUrl}</dd>
        <dt>Content type</dt>
        <dd className="mono">application/json</dd>
        <dt>Events</dt>
        <dd>pushes alone</dd>
      </dl>
      <OnceShown title="The webhook’s secret" secret={created.webhookSecret} />
    </section>
  );
}
