import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarOf, knownThrough } from '#infra/config/calendar.ts';
import { afterWorkingDays, type Calendar, endOf } from './calendar.ts';

const CHINA = calendarOf({ timezone: 'Asia/Shanghai', calendar: { closing: '17:30' } }, 2026);
const when = (text: string): number => Date.parse(`2026-${text.replace(' ', 'T')}:00+08:00`);
const ends = (from: string, days: number, calendar: Calendar = CHINA): string =>
  new Date(afterWorkingDays(when(from), days, calendar) + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');

describe('a period in working days', () => {
  test.each([
    ['within a week', '07-06 10:00', 2, '07-08 17:30'],
    ['over a weekend', '07-10 10:00', 1, '07-13 17:30'],
    ['from a Saturday', '07-11 10:00', 1, '07-13 17:30'],
    ['from a second before midnight', '07-06 23:59', 1, '07-07 17:30'],
    ['from midnight', '07-07 00:00', 1, '07-08 17:30'],
    ['from after closing: that day is not counted either way', '07-06 20:00', 1, '07-07 17:30'],
    ['over a hundred days', '07-06 10:00', 120, '12-25 17:30'],
    ['into Spring Festival: the Saturday before it is worked', '02-13 10:00', 1, '02-14 17:30'],
    ['across Spring Festival', '02-13 10:00', 2, '02-24 17:30'],
    ['from the eve of Spring Festival', '02-14 10:00', 1, '02-24 17:30'],
    ['from within Spring Festival', '02-18 10:00', 1, '02-24 17:30'],
    ['over the Saturday worked after it', '02-24 10:00', 4, '02-28 17:30'],
    ['over the Sunday after that Saturday', '02-28 10:00', 1, '03-02 17:30'],
    ['over the Sunday worked before National Day', '09-18 10:00', 1, '09-20 17:30'],
    ['across Mid-Autumn', '09-24 10:00', 1, '09-28 17:30'],
    ['across National Day', '09-30 10:00', 1, '10-08 17:30'],
    ['over the Saturday worked after National Day', '10-08 10:00', 2, '10-10 17:30'],
    ['over Labour Day, its Saturday worked', '04-30 10:00', 4, '05-09 17:30'],
    ['over New Year, its Sunday worked', '01-01 10:00', 1, '01-04 17:30'],
  ])('%s', (_, from, days, end) => {
    expect(ends(from, days)).toBe(end);
  });

  test('ends at the closing time, to the minute', () => {
    expect(ends('07-06 10:00', 1, { ...CHINA, closing: '09:05' })).toBe('07-07 09:05');
    expect(ends('07-06 10:00', 1, { ...CHINA, closing: '00:00' })).toBe('07-07 00:00');
    expect(ends('07-06 10:00', 1, { ...CHINA, closing: '23:59' })).toBe('07-07 23:59');
  });

  test('is counted in local days: what is Monday here is Sunday elsewhere', () => {
    const plain = { closing: '17:00', holidays: [], workdays: [] };
    const from = Date.parse('2026-07-06T02:00:00Z');
    const inUtc = (offsetMinutes: number) => new Date(afterWorkingDays(from, 1, { ...plain, offsetMinutes })).toISOString();
    expect(inUtc(480)).toBe('2026-07-07T09:00:00.000Z');
    expect(inUtc(0)).toBe('2026-07-07T17:00:00.000Z');
    // Still Sunday evening: Monday is the first day after it.
    expect(inUtc(-300)).toBe('2026-07-06T22:00:00.000Z');
    expect(inUtc(345)).toBe('2026-07-07T11:15:00.000Z');
  });

  test('in minutes runs on through nights and holidays, to the millisecond', () => {
    expect(endOf(when('02-14 23:50'), { minutes: 20 }, CHINA)).toBe(when('02-15 00:10'));
    expect(endOf(1000, { minutes: 0.5 }, CHINA)).toBe(31_000);
    expect(endOf(1000, { minutes: 0.00001 }, CHINA)).toBe(1001);
    expect(endOf(when('02-14 10:00'), { workingDays: 1 }, CHINA)).toBe(when('02-24 17:30'));
  });
});

describe('the district’s calendar', () => {
  test('knows this year’s notice, and the offset without summer time', () => {
    expect(knownThrough()).toBeGreaterThanOrEqual(2026);
    expect(CHINA.offsetMinutes).toBe(480);
    expect(calendarOf({ timezone: 'Asia/Kathmandu' }, 2026).offsetMinutes).toBe(345);
    expect(calendarOf({ timezone: 'America/Caracas' }, 2026)).toMatchObject({ offsetMinutes: -240, closing: '18:00' });
    expect(calendarOf({ timezone: 'UTC' }, 2026).offsetMinutes).toBe(0);
  });

  test('holds no day of earlier years', () => {
    expect(CHINA.holidays.every((date) => date >= '2026')).toBe(true);
    expect(CHINA.workdays[0]).toBe('2026-01-04');
    expect(calendarOf({ timezone: 'Asia/Shanghai' }, 2025).workdays[0]).toMatch(/^2025-/);
  });

  test('is added to by the district, whose word counts where both say something', () => {
    const own = { holidays: ['2026-07-06', '2026-02-14'], workdays: ['2026-07-11', '2026-10-05'] };
    const calendar = calendarOf({ timezone: 'Asia/Shanghai', calendar: { ...own, closing: '17:30' } }, 2026);
    expect(ends('07-03 10:00', 1, calendar)).toBe('07-07 17:30');
    expect(ends('07-10 10:00', 1, calendar)).toBe('07-11 17:30');
    expect(ends('02-13 10:00', 1, calendar)).toBe('02-24 17:30');
    expect(ends('09-30 10:00', 1, calendar)).toBe('10-05 17:30');
  });
});

describe('for whatever moment and length', () => {
  const moment = fc.integer({ min: when('01-01 00:00'), max: when('12-01 00:00') });
  const days = fc.integer({ min: 1, max: 30 });
  const local = (ms: number) => new Date(ms + 8 * 3_600_000);
  const isWorked = (ms: number): boolean => {
    const date = local(ms).toISOString().slice(0, 10);
    const weekend = [0, 6].includes(local(ms).getUTCDay());
    return CHINA.workdays.includes(date) || !(weekend || CHINA.holidays.includes(date));
  };

  test('it ends at closing time on a working day after the day on which it began', () => {
    fc.assert(
      fc.property(moment, days, (from, n) => {
        const end = afterWorkingDays(from, n, CHINA);
        expect(isWorked(end)).toBe(true);
        expect(local(end).toISOString().slice(11, 19)).toBe('17:30:00');
        expect(local(end).toISOString().slice(0, 10) > local(from).toISOString().slice(0, 10)).toBe(true);
      }),
    );
  });

  test('as many working days lie in it as it has', () => {
    fc.assert(
      fc.property(moment, days, (from, n) => {
        const end = afterWorkingDays(from, n, CHINA);
        let worked = 0;
        for (let day = end; local(day).toISOString().slice(0, 10) > local(from).toISOString().slice(0, 10); day -= 86_400_000)
          if (isWorked(day)) worked += 1;
        expect(worked).toBe(n);
      }),
    );
  });

  test('what begins later never ends earlier, and what is longer ends later', () => {
    fc.assert(
      fc.property(moment, moment, days, (a, b, n) => {
        expect(afterWorkingDays(Math.min(a, b), n, CHINA)).toBeLessThanOrEqual(afterWorkingDays(Math.max(a, b), n, CHINA));
        expect(afterWorkingDays(a, n, CHINA)).toBeLessThan(afterWorkingDays(a, n + 1, CHINA));
      }),
    );
  });
});
