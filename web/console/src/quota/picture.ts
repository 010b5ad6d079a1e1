/** Pools and use as ECharts options, in percent: kinds of resources have units of their own. Pure. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Language } from '../shared/dictionary.ts';
import { number } from '../shared/format.ts';
import type { AllocationDetail, CatalogueView, PoolView } from './requests.ts';
import type { CloudWords } from './words.ts';

type Kind = CatalogueView['kinds'][number];

/** Apart in lightness too, so that they are told apart without colour, on white and on black. */
const COLOURS = {
  light: { used: '#1f5fa0', idle: '#8fbbe8', free: '#e3eaf1', expected: '#b1470b' },
  dark: { used: '#7cb8f5', idle: '#3a6ea5', free: '#26313c', expected: '#ffad5c' },
} as const;
const LINES = ['#1f6fb2', '#b1470b', '#187a3c', '#8a3ffc', '#b58900', '#c4162c', '#5b6875'] as const;

const FONT = { fontFamily: "'Noto Sans SC Variable', sans-serif", fontSize: 13 } as const;
const inkOf = (dark: boolean): string => (dark ? '#c9d1d9' : '#3c4650');

export interface Bar {
  readonly kind: string;
  readonly name: string;
  readonly unit: string;
  readonly capacity: number;
  readonly reserved: number;
  readonly free: number;
  readonly used: number | undefined;
  readonly expected: number | undefined;
}

/** Kinds in the catalogue's order; what the pool does not have is left out. */
export const barsOf = (pool: Pick<PoolView, 'kinds'>, kinds: readonly Kind[], language: Language): Bar[] =>
  kinds.flatMap(({ id, name, unit }) => {
    const found = pool.kinds.find(({ kind }) => kind === id);
    if (!found || found.capacity === 0) return [];
    const { capacity, reserved, free, used, forecast } = found;
    return { kind: id, name: name[language], unit: unit[language], capacity, reserved, free, used, expected: forecast?.expected };
  });

const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10);

export const poolOptions = (bars: readonly Bar[], language: Language, words: CloudWords['pool'], dark: boolean): EChartsCoreOption => {
  const ink = inkOf(dark);
  const colours = COLOURS[dark ? 'dark' : 'light'];
  const said = ({ unit }: Bar, amount: number) => `${number(amount, language)} ${unit}`;
  const stack = (name: string, colour: string, amountOf: (bar: Bar) => number) => ({
    type: 'bar',
    name,
    stack: 'pool',
    barWidth: 18,
    itemStyle: { color: colour },
    data: bars.map((bar) => ({ value: share(amountOf(bar), bar.capacity), told: said(bar, amountOf(bar)) })),
  });
  const expected = bars.flatMap((bar, index) =>
    bar.expected === undefined ? [] : [{ value: [share(bar.expected, bar.capacity), index], told: said(bar, Math.round(bar.expected)) }],
  );
  // What is expected beyond the pool stands beyond its end.
  const most = Math.max(100, ...expected.map(({ value: [at = 0] }) => Math.ceil(at / 10) * 10));
  return {
    animation: false,
    textStyle: { ...FONT, color: ink },
    grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14, textStyle: { color: ink, ...FONT } },
    tooltip: {
      trigger: 'item',
      formatter: ({ seriesName, name, data }: { seriesName: string; name: string; data: { told: string; value: number | number[] } }) =>
        `${name || (bars[(data.value as number[])[1] ?? 0]?.name ?? '')}<br>${seriesName}: ${data.told}`,
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: most,
      axisLabel: { color: ink, formatter: '{value}%' },
      splitLine: { lineStyle: { opacity: 0.25 } },
    },
    // The first kind on top.
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: { color: ink, ...FONT },
      axisTick: { show: false },
    },
    series: [
      stack(words.used, colours.used, ({ used = 0, reserved }) => Math.min(used, reserved)),
      stack(words.idle, colours.idle, ({ used = 0, reserved }) => Math.max(0, reserved - used)),
      stack(words.free, colours.free, ({ free }) => free),
      ...(expected.length === 0
        ? []
        : [
            {
              type: 'scatter',
              name: words.expected,
              symbol: 'diamond',
              symbolSize: 13,
              itemStyle: { color: colours.expected },
              data: expected,
              z: 5,
            },
          ]),
    ],
  };
};

export interface UsageLine {
  readonly kind: string;
  readonly name: string;
  /** Day, and the share of the quota in percent. */
  readonly points: readonly (readonly [string, number])[];
}

/** What was measured of each kind that has a quota. */
export const usageLines = (
  { usage, amounts }: Pick<AllocationDetail, 'usage' | 'amounts'>,
  kinds: readonly Kind[],
  language: Language,
): UsageLine[] =>
  kinds.flatMap(({ id, name }) => {
    const quota = amounts[id] ?? 0;
    const points = usage.flatMap(({ day, used }) =>
      used[id] === undefined || quota === 0 ? [] : [[day, share(used[id], quota)] as const],
    );
    return points.length === 0 ? [] : { kind: id, name: name[language], points };
  });

export const usageOptions = (lines: readonly UsageLine[], words: CloudWords['one'], dark: boolean): EChartsCoreOption => {
  const ink = inkOf(dark);
  const most = Math.max(100, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  return {
    animation: false,
    textStyle: { ...FONT, color: ink },
    grid: { left: 8, right: 56, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 18, textStyle: { color: ink, ...FONT } },
    tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => `${Number(value)}%` },
    xAxis: { type: 'time', useUTC: true, axisLabel: { color: ink, hideOverlap: true } },
    yAxis: {
      type: 'value',
      min: 0,
      max: Math.ceil(most / 20) * 20,
      axisLabel: { color: ink, formatter: '{value}%' },
      splitLine: { lineStyle: { opacity: 0.25 } },
    },
    series: lines.map(({ name, points }, index) => ({
      type: 'line',
      name,
      data: points,
      symbol: ['circle', 'rect', 'triangle', 'diamond'][index % 4],
      symbolSize: 6,
      showSymbol: points.length < 40,
      lineStyle: { width: 2, type: index < 4 ? 'solid' : 'dashed', color: LINES[index % LINES.length] },
      itemStyle: { color: LINES[index % LINES.length] },
      ...(index === 0 && {
        markLine: {
          symbol: 'none',
          silent: true,
          data: [
            {
              yAxis: 100,
              lineStyle: { color: '#c4162c', type: 'dashed' },
              label: { formatter: words.quota, color: dark ? '#ff7a85' : '#c4162c', position: 'end' },
            },
          ],
        },
      }),
    })),
  };
};

const DAY = 86_400_000;

/** Whole days until it expires; below zero once it has. */
export const daysUntil = (expiresAt: string, now: number): number => Math.floor((Date.parse(expiresAt) - now) / DAY);
