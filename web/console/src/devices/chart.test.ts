import { expect, test } from 'vitest';
import type { AlertView } from '../model.ts';
import { WORDS } from '../shared/words.ts';
import { type ChartProps, chartOptions } from './chart.ts';

const HOUR = 3_600_000;
const at = (clock: string) => `2026-07-01T${clock}:00+08:00`;
const wall = (clock: string) => Date.parse(`2026-07-01T${clock}:00Z`);

const base: ChartProps = {
  points: ['02:00', '03:00', '04:00'].map((clock, i) => ({ at: at(clock), values: { level: 4 + i } })),
  measure: { id: 'level', name: { zh: '水位', en: 'Level' }, unit: 'm', minimum: -2, maximum: 20 },
  rules: [
    {
      id: 'river-level-high',
      name: { zh: '河道水位超警', en: 'River level high' },
      deviceType: 'river-level',
      measure: 'level',
      when: 'above',
      levels: { orange: 5, red: 5.5 },
      hysteresis: 0.2,
    },
  ],
  alert: undefined,
  now: Date.parse(at('04:00')),
  zone: 'Asia/Shanghai',
  language: 'zh',
  words: WORDS.zh,
  dark: false,
};
const alert = (raised: string, over: Partial<AlertView> = {}) =>
  ({ level: 'red', phase: 'open', raisedAt: at(raised), ...over }) as AlertView;

interface Drawn {
  data: [number, number][];
  markLine: { data: { xAxis?: number; yAxis?: number }[] };
  markArea?: { data: [{ xAxis: number }, { xAxis: number }][] };
}
const drawn = (over: Partial<ChartProps> = {}): Drawn => (chartOptions({ ...base, ...over }).series as Drawn[])[0] as Drawn;
const area = (over: Partial<ChartProps>) => drawn(over).markArea?.data[0]?.map(({ xAxis }) => xAxis);

test('readings stand at the district’s time, with the rule’s bounds', () => {
  const { data, markLine, markArea } = drawn();
  expect(data).toEqual([
    [wall('02:00'), 4],
    [wall('03:00'), 5],
    [wall('04:00'), 6],
  ]);
  expect(markLine.data.map(({ yAxis }) => yAxis)).toEqual([5.5, 5]);
  expect(markArea).toBeUndefined();
});

test('an open alert is drawn from its moment until now, an ended one until its end', () => {
  expect(area({ alert: alert('03:00') })).toEqual([wall('03:00'), wall('04:00')]);
  expect(area({ alert: alert('03:00', { clearedAt: at('03:30') }), now: base.now + HOUR })).toEqual([wall('03:00'), wall('03:30')]);
  expect(area({ alert: alert('03:00', { phase: 'resolved', resolvedAt: at('03:40') }) })).toEqual([wall('03:00'), wall('03:40')]);
});

test('an alert older than what is drawn begins at the edge, without a line', () => {
  expect(area({ alert: alert('01:00') })).toEqual([wall('02:00'), wall('04:00')]);
  expect(drawn({ alert: alert('01:00') }).markLine.data.some(({ xAxis }) => xAxis !== undefined)).toBe(false);
  expect(drawn({ alert: alert('03:00') }).markLine.data.at(-1)?.xAxis).toBe(wall('03:00'));
});

const extent = (over: Partial<ChartProps>) => {
  const { xAxis, yAxis } = chartOptions({ ...base, ...over }) as {
    xAxis: { min: number; max: number };
    yAxis: { min: number; max: number };
  };
  return { x: [xAxis.min, xAxis.max], y: [yAxis.min, yAxis.max] };
};
const points = (...values: number[]) => values.map((level, i) => ({ at: at(`03:0${i}`), values: { level } }));

test('two readings of one minute are drawn as ten minutes, and the next bounds are in sight', () => {
  const { x, y } = extent({ points: points(5.2, 5.2) });
  expect(x).toEqual([wall('02:51'), wall('03:01')]);
  // The bounds are 5 and 5.5.
  expect(y[0]).toBeLessThan(5);
  expect(y[1]).toBeGreaterThan(5.5);
});

test('beyond the last bound the curve itself sets the scale, and never lies on its edge', () => {
  for (const values of [[7], [4, 4], [0, 0], [-1.5, 9]]) {
    const { y } = extent({ points: points(...values) });
    expect(y[0], String(values)).toBeLessThan(Math.min(...values));
    expect(y[1], String(values)).toBeGreaterThan(Math.max(...values));
  }
});

test('of two bounds close to each other the graver one keeps its name', () => {
  const rule = base.rules[0] as ChartProps['rules'][number];
  const rules = [{ ...rule, levels: { blue: 108, yellow: 112, orange: 140, red: 200 } }];
  const { markLine } = drawn({ rules, points: points(90, 100) });
  const shown = (markLine.data as { yAxis: number; label: { show: boolean } }[])
    .filter(({ label }) => label.show)
    .map(({ yAxis }) => yAxis);
  expect(shown).toEqual([200, 140, 112, 108]);
  const wide = drawn({ rules, points: points(0, 190) });
  const left = (wide.markLine.data as { yAxis: number; label: { show: boolean } }[])
    .filter(({ label }) => label.show)
    .map(({ yAxis }) => yAxis);
  expect(left).toEqual([200, 140, 112]);
});
