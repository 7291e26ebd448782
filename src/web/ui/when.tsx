import { useEffect, useState } from 'react';

/** An instant as date and time, in a time zone where one is given, else in the reader's own. */
export function When({ at, zone }: { readonly at: string; readonly zone?: string | undefined }) {
  return (
    <time dateTime={at} title={at} className="numeric">
      {formatInstant(at, zone)}
    </time>
  );
}

/** `Tue 25 Nov 2026, 14:05`. */
export function formatInstant(at: string, zone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(zone !== undefined && { timeZone: zone }),
  }).format(new Date(at));
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `in 3 days`, `2 hours ago`, `just now`. */
export function formatRelative(at: string, nowMs: number): string {
  const delta = new Date(at).getTime() - nowMs;
  const step = STEPS.find(([, ms]) => Math.abs(delta) >= ms);
  if (step === undefined) return delta > 0 ? 'in less than a minute' : 'just now';
  const [unit, ms] = step;
  return new Intl.RelativeTimeFormat('en-GB', { numeric: 'always' }).format(Math.trunc(delta / ms), unit);
}

/** How far away an instant is; renewed each half minute. */
export function Relative({ at }: { readonly at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={formatInstant(at)} className="numeric">
      {formatRelative(at, now)}
    </time>
  );
}

/** Milliseconds since the epoch, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}
