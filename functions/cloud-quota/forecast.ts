/** When a series reaches its limit, if it goes on as it did. */
import { median } from 'simple-statistics';
import { dayNamed, dayNumber } from './calendar.ts';

export interface Point {
  readonly day: string;
  readonly value: number;
}

export interface Forecast {
  /** Per day. */
  readonly trend: number;
  /** At the horizon, never below zero. */
  readonly expected: number;
  /** The first day on which the limit is passed; missing where it isn't within the horizon. */
  readonly reachedOn?: string;
  /** How many days it rests on. */
  readonly days: number;
}

/** A trend of fewer points, or over less than two weeks, would be the noise of a weekend. */
const POINTS = 10;
const SPAN = 14;

/** Pairs grow with the square: a quarter of a year says enough. */
const MOST = 92;

const ROUNDING = 1e-6;

/**
 * Theil–Sen: the median of the slopes of all pairs. A few outliers (a load test, a lost day) don't turn it, where least squares would
 * follow them. Undefined where there is too little to say anything.
 */
export const forecast = (series: readonly Point[], limit: number, horizonDays: number): Forecast | undefined => {
  const points = series.slice(-MOST).map(({ day, value }) => ({ x: dayNumber(day), value }));
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < POINTS || last.x - first.x < SPAN) return undefined;
  const slopes = points.flatMap((a, i) => points.slice(i + 1).flatMap((b) => (b.x === a.x ? [] : [(b.value - a.value) / (b.x - a.x)])));
  const trend = median(slopes);
  const today = median(points.map(({ x, value }) => value + trend * (last.x - x)));
  const at = (days: number): number => Math.max(0, today + trend * days);
  // A limit that is met exactly is not passed; the rounding of fractions must not say otherwise.
  const daysLeft = trend > 0 ? Math.floor((limit - today) / trend + ROUNDING) + 1 : Number.POSITIVE_INFINITY;
  const reached = today > limit + ROUNDING ? 0 : daysLeft;
  return {
    trend,
    expected: at(horizonDays),
    ...(reached <= horizonDays && { reachedOn: dayNamed(last.x + reached) }),
    days: points.length,
  };
};
