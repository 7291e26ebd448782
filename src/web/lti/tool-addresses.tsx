import type { LtiTool } from '../../http/schemas/lti.ts';
import { CopyButton } from '../ui/copy-button.tsx';

const ADDRESSES = [
  { key: 'loginUrl', label: 'Initiate login URL', also: 'OIDC initiation URL' },
  { key: 'launchUrl', label: 'Tool URL', also: 'target link URI, redirection URI' },
  { key: 'jwksUrl', label: 'Public keyset', also: 'public JWK URL' },
  {
    key: 'canvasUrl',
    label: 'For Canvas',
    also: 'developer key by “Enter URL”, which brings all of the above',
  },
] as const satisfies readonly { key: keyof LtiTool; label: string; also: string }[];

/** What is to be entered at a platform before it can be registered here. */
export function ToolAddresses({ tool }: { readonly tool: LtiTool }) {
  return (
    <section className="card stack" aria-labelledby="addresses">
      <div>
        <h2 id="addresses">What to enter at the platform</h2>
        <p className="small muted">
          As a tool by LTI 1.3. A link opens an assignment by the custom parameter <code>assignment=…</code>,
          with the assignment’s name from its address here.
        </p>
      </div>
      <ul className="bare stack tight">
        {ADDRESSES.map(({ key, label, also }) => (
          <li key={key}>
            <strong>{label}</strong> <span className="small muted">{also}</span>
            <div className="row">
              <code className="wrap-anywhere">{tool[key]}</code>
              <CopyButton text={tool[key]} what={label} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
