import { useState } from 'react';

/** A secret that is shown this once, with a way to copy it. */
export function OnceShown({ title, secret }: { readonly title: string; readonly secret: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="note pass" role="status">
      <p>
        <strong>{title}</strong> is shown this once. Copy it now.
      </p>
      <p className="row">
        <code className="wrap-anywhere">{secret}</code>
        <button
          type="button"
          className="button slim"
          onClick={() => {
            // Without https there is no clipboard: the text can be marked and copied by hand.
            void copyText(secret).then(setCopied);
          }}
        >
          {copied ? 'Copied' : 'Copy'}
        </button>
      </p>
    </div>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
