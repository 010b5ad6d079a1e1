import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaseEvent, replay } from './case.ts';
import {
  APPROVING,
  ASSESSING,
  at,
  BOOKING,
  CASE_ID,
  DRAFT,
  GRANTED,
  JIANG,
  opened,
  RETENTION,
  RETURNED,
  REVIEWING,
  stateOf,
} from './casework.fixture.ts';
import { farewell, hasLapsed, lapseOf } from './retention.ts';

const DAY = 86_400_000;
const lapse = (history: readonly CaseEvent[], savedAt = at(3, '12:00')): number | undefined => {
  const seconds = lapseOf(replay(history), savedAt, RETENTION);
  return seconds === undefined ? undefined : seconds * 1000;
};
const ended = (now: number): CaseEvent => ({ type: 'ended', outcome: 'withdrawn', reason: 'x', now, ...JIANG });

describe('kept', () => {
  test('is a draft for so many days from its last save', () => {
    expect(lapse(DRAFT)).toBe(at(3, '12:00') + 90 * DAY);
    expect(lapse(DRAFT, at(9, '12:00'))).toBe(at(9, '12:00') + 90 * DAY);
  });

  test.each([
    ['at a service', ASSESSING],
    ['with people', REVIEWING],
    ['with other people', APPROVING],
    ['bound', BOOKING],
    ['returned', RETURNED],
  ])('is a case under way, without an end: %s', (_, history) => expect(lapse(history)).toBeUndefined());

  test('is a case that ended for so many years from its end, whenever it was written', () => {
    const tenYearsOn = Date.parse('2036-07-03T10:01:00+08:00');
    expect(lapse(GRANTED)).toBe(tenYearsOn);
    expect(lapse(GRANTED, at(9, '12:00'))).toBe(tenYearsOn);
  });

  test('is what was withdrawn before it was ever sent as a draft is, and what was withdrawn later as a case', () => {
    expect(lapse([opened, ended(at(5, '09:00'))])).toBe(at(5, '09:00') + 90 * DAY);
    expect(lapse([...REVIEWING, ended(at(5, '09:00'))])).toBe(Date.parse('2036-07-05T09:00:00+08:00'));
  });

  test('is what ended on a leap day until the day after, ten years on', () => {
    const leapDay = Date.parse('2028-02-29T12:00:00Z');
    expect(lapse([...REVIEWING, ended(leapDay)])).toBe(Date.parse('2038-03-01T12:00:00Z'));
  });

  test('is never less than was said: seconds round up', () => {
    fc.assert(
      fc.property(fc.integer({ min: NOW_MS, max: NOW_MS + 400 * DAY }), fc.integer({ min: 30, max: 4000 }), (savedAt, draftDays) => {
        const lapses = (lapseOf(stateOf(opened), savedAt, { ...RETENTION, draftDays }) as number) * 1000;
        expect(lapses - savedAt - draftDays * DAY).toBeGreaterThanOrEqual(0);
        expect(lapses - savedAt - draftDays * DAY).toBeLessThan(1000);
      }),
    );
  });
});
const NOW_MS = at(1, '09:00');

test('gone is what the time has come for, however late it is deleted', () => {
  expect(hasLapsed(1000, 999_999)).toBe(false);
  expect(hasLapsed(1000, 1_000_000)).toBe(true);
  expect(hasLapsed(undefined, Number.MAX_SAFE_INTEGER)).toBe(false);
});

test('a case that is gone is told of; its history and other items are not', () => {
  expect(farewell({ id: CASE_ID, part: 'case' })).toMatchObject([{ definition: { name: 'CaseLapsed' }, data: { caseId: CASE_ID } }]);
  expect(farewell({ id: CASE_ID, part: 'event#000001' })).toEqual([]);
  expect(farewell({ id: 'key#person:x#k', part: 'key' })).toEqual([]);
  expect(farewell({})).toEqual([]);
});
