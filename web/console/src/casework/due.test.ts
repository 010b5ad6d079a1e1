import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterWorkingDays, type Calendar } from '#functions/casework/calendar.ts';
import { leftUntil, workingDaysBetween } from './due.ts';

/** October 2026: the 1st to the 7th are holidays (the 1st is a Thursday), Saturday the 10th is worked for them. */
const calendar: Calendar = {
  offsetMinutes: 480,
  closing: '18:00',
  holidays: ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07'],
  workdays: ['2026-10-10'],
};
const at = (local: string) => Date.parse(`${local}+08:00`);
const left = (due: string, now: string) => leftUntil(new Date(at(due)).toISOString(), at(now), calendar);

test('until closing time of the same day it is due today', () => {
  expect(left('2026-09-28T18:00', '2026-09-28T09:00')).toEqual({ urgency: 'today', workingDays: 0 });
  expect(left('2026-09-28T18:00', '2026-09-28T18:00')).toEqual({ urgency: 'today', workingDays: 0 });
});

test('a minute after it, it is overdue, by working days', () => {
  expect(left('2026-09-28T18:00', '2026-09-28T18:01')).toEqual({ urgency: 'overdue', workingDays: 0 });
  expect(left('2026-09-30T18:00', '2026-10-08T09:00')).toEqual({ urgency: 'overdue', workingDays: 1 });
});

test('holidays and weekends do not count, a Saturday that is worked does', () => {
  // Friday to Monday
  expect(left('2026-09-28T18:00', '2026-09-25T10:00')).toEqual({ urgency: 'soon', workingDays: 1 });
  // Friday to Tuesday: time enough
  expect(left('2026-09-29T18:00', '2026-09-25T10:00')).toEqual({ urgency: 'calm', workingDays: 2 });
  // Over the holidays: the 8th, 9th and, worked, Saturday the 10th
  expect(left('2026-10-10T18:00', '2026-09-30T10:00')).toEqual({ urgency: 'calm', workingDays: 3 });
});

test('the day is the district’s, not the browser’s', () => {
  // 01:00 on the 29th there is still the 28th in UTC.
  expect(left('2026-09-29T18:00', '2026-09-29T01:00')).toEqual({ urgency: 'today', workingDays: 0 });
  expect(left('2026-09-29T18:00', '2026-09-28T23:59')).toEqual({ urgency: 'soon', workingDays: 1 });
});

test('it counts back what the server counted forth', () => {
  const from = fc.integer({ min: at('2026-09-01T00:00'), max: at('2026-11-30T00:00') });
  fc.assert(
    fc.property(from, fc.integer({ min: 1, max: 30 }), (start, days) => {
      expect(workingDaysBetween(start, afterWorkingDays(start, days, calendar), calendar)).toBe(days);
    }),
  );
});
