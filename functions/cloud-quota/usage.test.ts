import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysBefore } from './calendar.ts';
import { forecast, type Point } from './forecast.ts';
import { daysOf, enough, latest, recorded, type UsageDay, utilisation } from './usage.ts';

const LAST = '2026-06-30';
const days = (count: number, used: (i: number) => UsageDay['used']): UsageDay[] =>
  Array.from({ length: count }, (_, i) => ({ day: daysBefore(LAST, count - 1 - i), used: used(i) }));

describe('a month of use', () => {
  test('keeps what each meter knows, the later report of a kind holds', () => {
    let month = recorded({}, { day: '2026-07-03', used: { vcpu: 2, memoryGiB: 4 } });
    month = recorded(month, { day: '2026-07-03', used: { vcpu: 3 }, costFen: 700 });
    month = recorded(month, { day: '2026-07-01', used: { objectGiB: 1 } });
    month = recorded(month, { day: '2026-07-03', used: { objectGiB: 9 } });
    expect(daysOf('2026-07', month)).toEqual([
      { day: '2026-07-01', used: { objectGiB: 1 } },
      { day: '2026-07-03', used: { vcpu: 3, memoryGiB: 4, objectGiB: 9 }, costFen: 700 },
    ]);
  });

  test('told again is the same', () => {
    const told = { day: '2026-07-03', used: { vcpu: 2 }, costFen: 0 };
    expect(recorded(recorded({}, told), told)).toEqual(recorded({}, told));
  });
});

test('the latest of each kind, of whichever day', () => {
  expect(latest([])).toEqual({});
  expect(
    latest([
      { day: LAST, used: { vcpu: 2, memoryGiB: 1 } },
      { day: LAST, used: { vcpu: 5 } },
    ]),
  ).toEqual({ vcpu: 5, memoryGiB: 1 });
});

describe('utilisation', () => {
  test('is that of the kind that is used most', () => {
    expect(
      utilisation(
        days(10, () => ({ vcpu: 1, memoryGiB: 24 })),
        { vcpu: 8, memoryGiB: 32 },
        LAST,
        10,
      ),
    ).toBe(0.75);
  });

  test('is the mean of the days asked for, and of no others', () => {
    expect(
      utilisation(
        days(20, (i) => ({ vcpu: i < 10 ? 8 : i === 19 ? 8 : 0 })),
        { vcpu: 8 },
        LAST,
        10,
      ),
    ).toBe(0.1);
    expect(
      utilisation(
        days(20, () => ({ vcpu: 4 })),
        { vcpu: 8 },
        daysBefore(LAST, 15),
        5,
      ),
    ).toBe(0.5);
  });

  test.each([
    [8, 10, 0.5],
    [7, 10, undefined],
    [8, 9, 0.5],
    [7, 9, undefined],
  ])('of %i measured days of %i is %s: four in five are needed', (measured, of, share) => {
    const used = days(measured, () => ({ vcpu: 4 }));
    expect(utilisation(used, { vcpu: 8 }, LAST, of)).toBe(share);
  });

  test('of a kind that nobody measured is not known', () => {
    const used = days(10, () => ({}));
    expect(utilisation(used, { vcpu: 8 }, LAST, 10)).toBeUndefined();
  });
});

describe('what would be enough', () => {
  test('is the highest use and a fifth, whole, at least one, never more than there is', () => {
    const used = days(10, (i) => ({ vcpu: i === 3 ? 5 : 1, memoryGiB: 0, objectGiB: 100 }));
    expect(enough(used, { vcpu: 8, memoryGiB: 32, objectGiB: 90 }, LAST, 10)).toEqual({ vcpu: 6, memoryGiB: 1, objectGiB: 90 });
  });

  test('of a kind that nobody measured is all of it', () => {
    expect(
      enough(
        days(10, () => ({ vcpu: 1 })),
        { vcpu: 8, memoryGiB: 32 },
        LAST,
        10,
      ),
    ).toEqual({ vcpu: 2, memoryGiB: 32 });
  });
});

describe('a forecast', () => {
  const series = (count: number, value: (i: number) => number): Point[] =>
    Array.from({ length: count }, (_, i) => ({ day: daysBefore(LAST, count - 1 - i), value: value(i) }));

  test('of a steady growth names the first day beyond the limit', () => {
    // 31 days from 10 to 40; one a day more: 50 is reached on 10 July, passed on the 11th.
    expect(
      forecast(
        series(31, (i) => 10 + i),
        50,
        30,
      ),
    ).toEqual({ trend: 1, expected: 70, reachedOn: '2026-07-11', days: 31 });
  });

  test('names no day where it would be after the horizon, or never', () => {
    expect(
      forecast(
        series(31, (i) => 10 + i),
        50,
        10,
      ),
    ).not.toHaveProperty('reachedOn');
    expect(
      forecast(
        series(31, (i) => 40 - i),
        50,
        30,
      ),
    ).toEqual({ trend: -1, expected: 0, days: 31 });
    expect(
      forecast(
        series(31, () => 50),
        50,
        30,
      ),
    ).toEqual({ trend: 0, expected: 50, days: 31 });
  });

  test('of what is over already names the last day', () => {
    expect(
      forecast(
        series(31, () => 51),
        50,
        30,
      ),
    ).toMatchObject({ reachedOn: LAST });
  });

  test('is not turned by a load test or a lost day', () => {
    const odd = series(31, (i) => (i === 4 ? 900 : i === 20 ? 0 : 10 + i));
    expect(forecast(odd, 50, 30)?.trend).toBeCloseTo(1, 5);
  });

  test.each<[string, Point[]]>([
    ['nothing', []],
    ['nine days', series(31, (i) => i).slice(0, 9)],
    ['less than two weeks', series(14, (i) => i)],
  ])('is not made of %s', (_, points) => expect(forecast(points, 50, 30)).toBeUndefined());

  test('of ten days over two weeks is', () => {
    expect(
      forecast(
        series(28, (i) => i).filter((_, i) => i % 3 === 0),
        50,
        30,
      )?.days,
    ).toBe(10);
  });

  test('follows any line, whatever day is missing', () => {
    const value = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        value,
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (from, slope, kept) => {
          const points = series(60, (i) => from + 2000 + slope * i).filter((_, i) => kept[i] || i < 10 || i > 50);
          const found = forecast(points, 1e9, 10);
          expect(found?.trend).toBeCloseTo(slope, 6);
          expect(found?.expected).toBeCloseTo(from + 2000 + slope * 69, 4);
        },
      ),
    );
  });
});
