import type { ReactNode } from 'react';

export type Tone = 'plain' | 'pass' | 'fail' | 'warn' | 'live' | 'violet';

export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}
