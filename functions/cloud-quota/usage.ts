/** Use by day: what was measured of an allocation, and what follows from it. */
import { type Amounts, amountOf, kindsOf } from './amounts.ts';
import { dayNumber } from './calendar.ts';

export interface UsageDay {
  readonly day: string;
  /** Each kind's highest of the day, fractions included. */
  readonly used: Amounts;
  /** What the provider billed for the day, where it says. */
  readonly costFen?: number;
}

/** A month's days by their number, 01 to 31, as they are kept: one item per allocation and month. */
export type MonthDays = Readonly<Record<string, Omit<UsageDay, 'day'>>>;

/** What came later holds, kind by kind: a meter knows its own kinds only. */
export const recorded = (days: MonthDays, { day, used, costFen }: UsageDay): MonthDays => {
  const number = day.slice(8);
  const before = days[number];
  const cost = costFen ?? before?.costFen;
  return { ...days, [number]: { used: { ...before?.used, ...used }, ...(cost !== undefined && { costFen: cost }) } };
};

export const daysOf = (month: string, days: MonthDays): UsageDay[] =>
  Object.entries(days)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([number, kept]) => ({ day: `${month}-${number}`, ...kept }));

/** The latest that is known of each kind. */
export const latest = (days: readonly UsageDay[]): Amounts => Object.assign({}, ...days.map(({ used }) => used));

const within = (days: readonly UsageDay[], last: string, count: number): UsageDay[] => {
  const until = dayNumber(last);
  return days.filter(({ day }) => dayNumber(day) > until - count && dayNumber(day) <= until);
};

/** Fewer measured days say nothing about a habit. */
const ENOUGH = 0.8;

/**
 * 0 to 1: the mean of the kind that is used most, over the last `count` days. A system bound by memory needs its memory, however
 * idle its processors. Undefined where too few days were measured.
 */
export const utilisation = (days: readonly UsageDay[], amounts: Amounts, last: string, count: number): number | undefined => {
  const recent = within(days, last, count);
  const means = kindsOf(amounts).flatMap((kind) => {
    const reserved = amountOf(amounts, kind);
    const values = recent.flatMap(({ used }) => (Object.hasOwn(used, kind) ? [used[kind] as number] : []));
    if (reserved <= 0 || values.length < Math.ceil(count * ENOUGH)) return [];
    return [values.reduce((sum, value) => sum + value, 0) / values.length / reserved];
  });
  return means.length === 0 ? undefined : Math.max(...means);
};

/** Room above the highest that was used, for what a month did not show. */
const HEADROOM = 1.2;

/** What would have been enough: the highest use and some room, of the kinds that were measured and have more than that. */
export const enough = (days: readonly UsageDay[], amounts: Amounts, last: string, count: number): Amounts => {
  const recent = within(days, last, count);
  const kept = kindsOf(amounts).map((kind) => {
    const values = recent.flatMap(({ used }) => (Object.hasOwn(used, kind) ? [used[kind] as number] : []));
    const needed = values.length === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(Math.max(...values) * HEADROOM));
    return [kind, Math.min(amountOf(amounts, kind), needed)] as const;
  });
  return Object.fromEntries(kept);
};
