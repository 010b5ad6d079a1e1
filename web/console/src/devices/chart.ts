/** A device's curve as ECharts options: the readings, the rule's bounds, the alert drawn on it. Pure. */
import type { EChartsCoreOption } from 'echarts/core';
import { LEVEL_LINE, LEVELS, levelName } from '../levels.ts';
import type { AlertView, Level, Measure, Point, Rule } from '../model.ts';
import { number, unitName, zoneOffset } from '../shared/format.ts';
import type { Language, Words } from '../shared/words.ts';

export interface ChartProps {
  readonly points: readonly Point[];
  readonly measure: Measure;
  readonly rules: readonly Rule[];
  readonly alert: AlertView | undefined;
  /** ms since the epoch */
  readonly now: number;
  readonly zone: string;
  readonly language: Language;
  readonly words: Words;
  readonly dark: boolean;
}

/** A curve of less than this, in ms, is drawn as this much: two readings of one second are a moment, not a day. */
const SHORTEST_MS = 10 * 60_000;

const TICKS = 5;

/** What the value axis shows: the readings and the next bound on either side, so that one sees how far it is. Ends on round numbers. */
const extentOf = (values: readonly number[], bounds: readonly number[]): { min: number; max: number; interval: number } => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const low = Math.max(...bounds.filter((bound) => bound <= least));
  const high = Math.min(...bounds.filter((bound) => bound >= most));
  const from = Number.isFinite(low) ? low : least;
  const to = Number.isFinite(high) ? high : most;
  const rough = (to - from || Math.abs(to) || 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = power * ([1, 2, 5].find((step) => rough <= step * power) ?? 10);
  return { min: (Math.ceil(from / interval) - 1) * interval, max: (Math.floor(to / interval) + 1) * interval, interval };
};

interface Bound {
  readonly level: Level;
  readonly at: number;
}

/** Of the chart's height. */
const LABEL_HEIGHT = 0.07;

/** The bounds whose names fit beside each other; the graver one of two keeps its own. They come gravest first, rule by rule. */
const withoutOverlap = (bounds: readonly Bound[], distance: number): Bound[] => {
  const kept: Bound[] = [];
  for (const bound of LEVELS.flatMap((level) => bounds.filter((one) => one.level === level))) {
    if (kept.every(({ at }) => Math.abs(at - bound.at) >= distance)) kept.push(bound);
  }
  return kept;
};

export const chartOptions = ({ points, measure, rules, alert, now, zone, language, words, dark }: ChartProps): EChartsCoreOption => {
  // ECharts knows no zones: it draws in UTC what was moved to the district's wall clock.
  const wall = (at: number) => at + zoneOffset(at, zone);
  const ink = dark ? '#c9d1d9' : '#3c4650';
  const data = points.flatMap(({ at, values }) => {
    const value = values[measure.id];
    return value === undefined ? [] : [[wall(Date.parse(at)), value] as const];
  });
  const bounds = rules.flatMap(({ levels }) =>
    LEVELS.flatMap((level) => (levels[level] === undefined ? [] : { level, at: levels[level] })),
  );
  const { min, max, interval } = extentOf(
    data.map(([, value]) => value),
    bounds.map(({ at }) => at),
  );
  const named = withoutOverlap(bounds, (max - min) * LABEL_HEIGHT);
  const lines = bounds.map((bound) => ({
    yAxis: bound.at,
    name: levelName(words, bound.level),
    lineStyle: { color: LEVEL_LINE[bound.level], type: 'dashed' as const },
    label: {
      show: named.includes(bound),
      formatter: `${levelName(words, bound.level)} ${number(bound.at, language)}`,
      color: LEVEL_LINE[bound.level],
      position: 'end' as const,
    },
  }));
  const colour = alert && LEVEL_LINE[alert.level];
  const raised = alert && wall(Date.parse(alert.raisedAt));
  // An alert that began before what is drawn has its area from the edge on, and no line.
  const edge = data[0]?.[0] ?? 0;
  const from = raised && Math.max(raised, edge);
  const ended = alert && (alert.clearedAt ?? alert.resolvedAt);
  const until = alert && wall(ended === undefined ? now : Date.parse(ended));
  const last = Math.max(data.at(-1)?.[0] ?? 0, until ?? 0);
  return {
    useUTC: true,
    animation: false,
    // Named and sized, since ECharts measures its labels by this.
    textStyle: { fontFamily: "'Noto Sans SC Variable', sans-serif", fontSize: 12, color: ink },
    grid: { left: 52, right: 76, top: 30, bottom: 34 },
    tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => `${number(Number(value), language)} ${unitName(measure.unit)}` },
    xAxis: { type: 'time', min: Math.min(edge, last - SHORTEST_MS), max: last, axisLabel: { color: ink, fontSize: 12, hideOverlap: true } },
    yAxis: {
      type: 'value',
      ...{ min, max, interval },
      name: unitName(measure.unit),
      nameTextStyle: { color: ink },
      axisLabel: { color: ink },
      splitLine: { lineStyle: { opacity: 0.25 } },
    },
    series: [
      {
        type: 'line',
        name: measure.name[language],
        data,
        showSymbol: data.length < 60,
        symbolSize: 5,
        lineStyle: { width: 2, color: '#1f6fb2' },
        itemStyle: { color: '#1f6fb2' },
        markLine: {
          symbol: 'none',
          silent: true,
          data: [
            ...lines,
            ...(raised === undefined || raised < edge
              ? []
              : [{ xAxis: raised, lineStyle: { color: colour }, label: { formatter: words.curve.moment, color: colour } }]),
          ],
        },
        ...(from !== undefined &&
          until !== undefined && {
            markArea: { silent: true, itemStyle: { color: colour, opacity: 0.14 }, data: [[{ xAxis: from }, { xAxis: until }]] },
          }),
      },
    ],
  };
};
