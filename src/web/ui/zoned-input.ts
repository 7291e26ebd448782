/** An instant as the value of a `datetime-local` control, as clocks in `zone` show it; empty for null. */
export function toZonedInput(at: string | null, zone: string): string {
  return at === null ? '' : new Date(wallMs(new Date(at).getTime(), zone)).toISOString().slice(0, 16);
}

/** The instant at which clocks in `zone` show the control's value; null for an empty or unreadable one. */
export function fromZonedInput(value: string, zone: string): string | null {
  // Browsers read far more than ISO dates: an empty control's `:00Z` would be the year 2000.
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)/.exec(value)?.[1];
  if (iso === undefined) return null;
  const wall = Date.parse(`${iso}:00Z`);
  if (Number.isNaN(wall)) return null;
  // The offset is that of the instant sought: once guessed, once put right. Near a change of the clocks it may move.
  const guess = wall - (wallMs(wall, zone) - wall);
  const instant = wall - (wallMs(guess, zone) - guess);
  return new Date(instant).toISOString();
}

/** What clocks in the zone show at an instant, as if it were UTC, to the minute. */
function wallMs(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(instant);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'));
}
