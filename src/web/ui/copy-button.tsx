import { useState } from 'react';

/** Copies a text that has to be entered elsewhere. `what` tells it from the other buttons of the page. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [state, setState] = useState<'new' | 'copied' | 'refused'>('new');
  return (
    <>
      <button
        type="button"
        className="button slim"
        aria-label={`${state === 'copied' ? 'Copied' : 'Copy'} ${what}`}
        onClick={() => {
          void copyText(text).then((copied) => {
            setState(copied ? 'copied' : 'refused');
          });
        }}
      >
        {state === 'copied' ? 'Copied' : 'Copy'}
      </button>
      {state === 'refused' ? (
        <span className="small muted" role="status">
          The browser doesn’t let this page copy. Mark the text and copy it by hand.
        </span>
      ) : null}
    </>
  );
}

/** Browsers have a clipboard for secure pages alone. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
