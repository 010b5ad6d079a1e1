import { expect, test } from 'vitest';
import { resultOf } from './load.ts';
import { dueNow, percentile, shares } from './pace.ts';

test('as many messages are due as the time demands, less those sent', () => {
  expect(dueNow(0, 1500, 0)).toBe(0);
  expect(dueNow(4, 1500, 0)).toBe(6);
  expect(dueNow(8, 1500, 6)).toBe(6);
  expect(dueNow(8, 1500, 12)).toBe(0);
  expect(dueNow(8, 1500, 20)).toBe(0);
});

test('a pause is made up for by no more than 10 ms’ worth at once', () => {
  expect(dueNow(5_000, 1500, 0)).toBe(15);
  expect(dueNow(5_000, 1, 0)).toBe(1);
});

test('a load of any rate sends what it should within a tick', () => {
  for (const perSecond of [1, 7, 500, 1500, 5000]) {
    let sent = 0;
    for (let elapsed = 0; elapsed <= 10_000; elapsed += 4) sent += dueNow(elapsed, perSecond, sent);
    expect(sent).toBe(10 * perSecond);
  }
});

test('the devices are shared out evenly, each once', () => {
  expect(shares([1, 2, 3, 4, 5], 2)).toEqual([
    [1, 3, 5],
    [2, 4],
  ]);
  expect(shares([1], 4)).toEqual([[1]]);
});

test('percentiles are of the nearest rank', () => {
  const ascending = Array.from({ length: 200 }, (_, i) => i + 1);
  expect([50, 99, 100].map((percent) => percentile(ascending, percent))).toEqual([100, 198, 200]);
  expect(percentile([], 50)).toBeNaN();
});

test('the parts of all threads make one result', () => {
  const device = (deviceId: string, sent: number, acknowledged: number) => ({
    deviceId,
    firstSeq: 100,
    lastSeq: 99 + sent,
    sent,
    acknowledged,
  });
  const result = resultOf([
    { seconds: 10, cpuSeconds: 2, failed: 0, latencies: Float64Array.of(9, 1, 10), devices: [device('a', 30, 30)] },
    { seconds: 8, cpuSeconds: 1, failed: 2, latencies: Float64Array.of(2), devices: [device('b', 10, 8)] },
  ]);
  expect(result).toMatchObject({ sent: 40, acknowledged: 38, failed: 2, seconds: 10, rate: 4, clientCores: 0.3 });
  expect(result.latency).toEqual({ p50: 2, p99: 10, max: 10 });
  expect(result.devices.map(({ deviceId }) => deviceId)).toEqual(['a', 'b']);
});
