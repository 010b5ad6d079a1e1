import { describe, expect, test } from 'vitest';
import { ago, clock, moment, quantity, remaining, zoneOffset } from './format.ts';

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
