import { CopyButton } from './copy-button.tsx';

/** A secret that is shown this once, with a way to copy it. */
export function OnceShown({ title, secret }: { readonly title: string; readonly secret: string }) {
  return (
    <div className="note pass" role="status">
      <p>
        <strong>{title}</strong> is shown this once. Copy it now.
      </p>
      <p className="row">
        <code className="wrap-anywhere">{secret}</code>
        <CopyButton text={secret} what={title} />
      </p>
    </div>
  );
}
