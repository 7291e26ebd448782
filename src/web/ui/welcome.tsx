import { useEffect, type ReactNode } from 'react';

/** The frame of the pages for people who aren't signed in. */
export function Welcome({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · labgrader`;
  }, [title]);
  return (
    <main className="welcome">
      <div className="brand">
        <img src="/favicon.svg" alt="" width="32" height="32" />
        labgrader
      </div>
      <div className="card stack">
        <h1>{title}</h1>
        {children}
      </div>
      <p className="small muted">Mend a broken container. See, from outside, whether the fault is gone.</p>
    </main>
  );
}
