/** Is `name` a time zone that this machine knows? */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant at which clocks in `timeZone` show the same time of day as at `start`, `days` calendar days later:
 * across a daylight-saving change that is 23 or 25 hours a day. A time of day that the change skips becomes the
 * first one after it; one that it repeats becomes the earlier.
 */
export function addCalendarDays(start: Date, days: number, timeZone: string): Date {
  const wall = wallClock(start, timeZone) + days * DAY_MS;
  const sameOffset = start.getTime() + days * DAY_MS;
  // The offset in force differs between the candidates only where a change lies between them.
  const candidates = [
    wall - offsetAt(sameOffset - DAY_MS, timeZone),
    wall - offsetAt(sameOffset + DAY_MS, timeZone),
  ].sort((a, b) => a - b);
  for (const candidate of candidates) {
    if (wallClock(new Date(candidate), timeZone) === wall) return new Date(candidate);
  }
  return new Date(Math.max(...candidates));
}

const DAY_MS = 86_400_000;

function offsetAt(instant: number, timeZone: string): number {
  return wallClock(new Date(instant), timeZone) - instant;
}

/** What clocks in the zone show, as if it were UTC, in ms. */
function wallClock(instant: Date, timeZone: string): number {
  const parts = formatFor(timeZone).formatToParts(instant);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const ms = ((instant.getTime() % 1000) + 1000) % 1000;
  return Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
    ms,
  );
}

// Making a format is a hundred times the price of using it.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
