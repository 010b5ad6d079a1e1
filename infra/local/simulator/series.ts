/** The recorded series as what the district's devices would have measured. Pure but for reading the two files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const rows = (file: string): string[][] =>
  readFileSync(join(import.meta.dirname, 'data', file), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

/** Millimetres a day. */
export const rainSeries = (): number[] => rows('seattle-weather.csv').map(([, rain]) => Number(rain));

/** Litres a second, hourly. */
export const flowSeries = (): number[] => rows('water-flow.csv').map(([, flow]) => Number(flow));

/** Metres: a river that rises by what falls and runs off by 15 % a day. domains/water/rules.yaml states what that gives. */
export const levelsFrom = (rain: readonly number[]): number[] => {
  let stored = 0;
  return rain.map((mm) => {
    stored = 0.85 * stored + 0.035 * mm;
    return Number((2 + stored).toFixed(3));
  });
};

/** A reading every four hours of a daily series. */
const STEPS_A_DAY = 6;

/** On the line from day to day: so runs the sum of the last 24 hours where the rain of a day falls evenly, and so does a river. */
export const fourHourly = (daily: readonly number[]): number[] =>
  daily.flatMap((value, day) => {
    const next = daily[day + 1] ?? value;
    return Array.from({ length: STEPS_A_DAY }, (_, step) => Number((value + ((next - value) * step) / STEPS_A_DAY).toFixed(2)));
  });

export type Series = readonly number[];

/** By measure: what a device of the pack measures, value after value. */
export const recordedSeries = (): Readonly<Record<string, Series>> => {
  const rain = rainSeries();
  return { flow: flowSeries(), rain: fourHourly(rain), level: fourHourly(levelsFrom(rain)) };
};
