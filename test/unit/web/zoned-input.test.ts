import { describe, expect, it } from 'vitest';
import { fromZonedInput, toZonedInput } from '../../../src/web/ui/zoned-input.ts';

describe('a date control in the time zone of a course', () => {
  it.each([
    ['2026-11-25T18:00', 'Europe/Zurich', '2026-11-25T17:00:00.000Z'],
    ['2026-07-25T18:00', 'Europe/Zurich', '2026-07-25T16:00:00.000Z'],
    ['2026-03-29T01:59', 'Europe/Zurich', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29T03:00', 'Europe/Zurich', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T12:00', 'Europe/Zurich', '2026-10-25T11:00:00.000Z'],
    ['2026-01-01T00:30', 'Asia/Kathmandu', '2025-12-31T18:45:00.000Z'],
    ['2026-11-25T18:00', 'America/St_Johns', '2026-11-25T21:30:00.000Z'],
  ])('reads %s in %s as %s, and shows it again', (shown, zone, instant) => {
    expect(fromZonedInput(shown, zone)).toBe(instant);
    expect(toZonedInput(instant, zone)).toBe(shown);
  });

  it('takes seconds that some browsers add', () => {
    expect(fromZonedInput('2026-11-25T18:00:00', 'UTC')).toBe('2026-11-25T18:00:00.000Z');
  });

  it.each(['', 'tomorrow', '2026-11-25', '2026-13-45T18:00'])('reads %j as no instant', (value) => {
    expect(fromZonedInput(value, 'Europe/Zurich')).toBeNull();
  });

  it('is empty where there is no instant', () => {
    expect(toZonedInput(null, 'UTC')).toBe('');
  });
});
