import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNamed, dayNumber, dayOf, daysBefore, daysInMonth, daysUntil, isDay, monthsBetween, monthsLater, startOf } from './calendar.ts';

test('a day is the district’s, not Greenwich’s', () => {
  expect(dayOf(Date.parse('2026-06-30T15:59:59Z'), 'Asia/Shanghai')).toBe('2026-06-30');
  expect(dayOf(Date.parse('2026-06-30T16:00:00Z'), 'Asia/Shanghai')).toBe('2026-07-01');
  expect(startOf('2026-07-01', 'Asia/Shanghai')).toBe(Date.parse('2026-06-30T16:00:00Z'));
  expect(startOf('2026-07-01', 'UTC')).toBe(Date.parse('2026-07-01T00:00:00Z'));
});

test('days are counted over months and years', () => {
  expect(daysBefore('2027-01-01', 1)).toBe('2026-12-31');
  expect(dayNumber('2028-03-01') - dayNumber('2028-02-28')).toBe(2);
  fc.assert(fc.property(fc.integer({ min: 0, max: 30_000 }), (number) => void expect(dayNumber(dayNamed(number))).toBe(number)));
});

test.each([
  ['2026-07-01', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-7-1', false],
  ['', false],
])('%s is a day: %s', (text, is) => expect(isDay(text)).toBe(is));

test('months between two days', () => {
  expect(monthsBetween('2026-11-30', '2027-02-01')).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
  expect(monthsBetween('2026-07-02', '2026-07-01')).toEqual(['2026-07']);
});

describe('a term of months', () => {
  test.each([
    ['2026-07-01T04:00:00.000Z', 12, '2027-07-01T04:00:00.000Z'],
    ['2026-10-31T23:59:59.999Z', 4, '2027-02-28T23:59:59.999Z'],
    ['2027-10-31T00:00:00.000Z', 4, '2028-02-29T00:00:00.000Z'],
    ['2026-12-15T10:00:00.000Z', 1, '2027-01-15T10:00:00.000Z'],
  ])('from %s for %i ends %s', (from, months, to) => expect(monthsLater(from, months)).toBe(to));

  test('always ends in the month that many later, and never before another that began earlier', () => {
    const start = fc.date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(start, start, fc.integer({ min: 1, max: 120 }), (a, b, months) => {
        const end = new Date(monthsLater(a.toISOString(), months));
        const index = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();
        expect(index(end) - index(a)).toBe(months);
        expect(end.getUTCDate()).toBeLessThanOrEqual(a.getUTCDate());
        const [first, second] = a < b ? [a, b] : [b, a];
        if (first.getTime() % 86_400_000 <= second.getTime() % 86_400_000) {
          expect(monthsLater(first.toISOString(), months) <= monthsLater(second.toISOString(), months)).toBe(true);
        }
      }),
    );
  });
});

test('days until then are whole ones, rounded up; none once it is over', () => {
  const at = (text: string) => Date.parse(text);
  expect(daysUntil('2026-07-08T00:00:00Z', at('2026-07-01T00:00:00Z'))).toBe(7);
  expect(daysUntil('2026-07-08T00:00:01Z', at('2026-07-01T00:00:00Z'))).toBe(8);
  expect(daysUntil('2026-07-08T00:00:00Z', at('2026-07-08T00:00:00Z'))).toBe(0);
  expect(daysUntil('2026-07-08T00:00:00Z', at('2026-08-08T00:00:00Z'))).toBe(0);
  expect(daysInMonth('2028-02')).toBe(29);
});
