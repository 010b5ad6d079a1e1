import { describe, expect, test } from 'vitest';
import { ago, clock, day, dayAndTime, moment, percent, quantity, remaining, size, timeOfDay, yuan, zoneOffset } from './format.ts';

const at = Date.parse('2026-06-30T19:00:05Z');
const zone = 'Asia/Shanghai';

describe('times are those of the district', () => {
  test('whatever the zone of the browser', () => {
    expect(clock(at, zone, 'zh')).toBe('03:00:05');
    expect(clock(at, 'America/New_York', 'en')).toBe('15:00:05');
  });
  test('the date is told on another day of the district only', () => {
    expect(moment(at, Date.parse('2026-07-01T15:59:00Z'), zone, 'zh')).toBe('03:00:05');
    expect(moment(at, Date.parse('2026-07-01T16:01:00Z'), zone, 'zh')).toBe('7/1 03:00:05');
  });
  test('the offset follows the zone and its summer time', () => {
    expect(zoneOffset(at, zone)).toBe(8 * 3_600_000);
    expect(zoneOffset(at + 123, zone)).toBe(8 * 3_600_000);
    expect(zoneOffset(at, 'America/New_York')).toBe(-4 * 3_600_000);
    expect(zoneOffset(Date.parse('2026-01-01T12:00:00Z'), 'America/New_York')).toBe(-5 * 3_600_000);
  });
});

describe('how long', () => {
  test.each([
    [0, '刚刚'],
    [59_999, '59 秒前'],
    [60_000, '1 分钟前'],
    [7_500_000, '2 小时 5 分前'],
    [-3_000, '刚刚'],
  ])('%i ms', (past, text) => {
    expect(ago(at, at + past, 'zh')).toBe(text);
  });
  test('a countdown counts whole seconds and ends at zero', () => {
    expect(remaining(at + 192_000, at)).toBe('03:12');
    expect(remaining(at + 1, at)).toBe('00:01');
    expect(remaining(at - 5_000, at)).toBe('00:00');
    expect(remaining(at + 3_725_000, at)).toBe('1:02:05');
  });
});

test('a quantity has its unit as people write it', () => {
  expect(quantity(31.456, 'Cel', 'zh')).toBe('31.46 ℃');
  expect(quantity(109.68, 'L/s', 'zh')).toBe('109.68 L/s');
});

describe('what is planned by days', () => {
  const now = Date.parse('2026-06-30T10:00:00Z');
  test('has no seconds, and the year only where it is another', () => {
    expect(timeOfDay(at, zone, 'zh')).toBe('03:00');
    expect(dayAndTime(at, now, zone, 'zh')).toBe('7月1日 03:00');
    expect(dayAndTime(at, now, zone, 'en')).toBe('1 Jul 03:00');
    expect(day(at, Date.parse('2027-01-01T10:00:00Z'), zone, 'zh')).toBe('2026年7月1日');
  });
});

describe('money, sizes, shares', () => {
  test('fen only where there are some', () => {
    expect(yuan(97_600, 'zh')).toBe('¥976');
    expect(yuan(123_456_78, 'zh')).toBe('¥123,456.78');
  });
  test('a size in the unit that reads best', () => {
    expect(size(0, 'zh')).toBe('0 B');
    expect(size(1536, 'zh')).toBe('1.5 KB');
    expect(size(10 * 1024 * 1024, 'en')).toBe('10 MB');
  });
  test('small shares keep a digit', () => {
    expect(percent(0.876, 'zh')).toBe('88%');
    expect(percent(0.034, 'zh')).toBe('3.4%');
  });
});
