/**
 * What is due with an allocation on a day: notices before it expires, cases for a person to decide, and the one thing that happens by
 * rule: expired and undecided for the days of grace, it is frozen. Never released: that, like all else, a person decides.
 * Running it twice on a day, or after some days of standstill, says nothing twice and leaves nothing out.
 */
import { AllocationBudgetWarned, AllocationExpiryNoticed, AllocationFrozen } from '#events/cloud-quota.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';
import { type Allocation, factsOf, frozen, type Metered, type Told } from './allocation.ts';
import { minus, sameAmounts } from './amounts.ts';
import { DAY, dayNumber, daysInMonth, daysUntil, monthOf } from './calendar.ts';
import type { Rules } from './catalogue.ts';
import { proposeExpiry, proposeFreeze, proposeRecall, proposeRelease } from './proposals.ts';
import { enough, latest, type UsageDay, utilisation } from './usage.ts';

export interface Decision {
  readonly allocation: Allocation;
  readonly occurrences: readonly Occurrence[];
}

export const QUIET = 'quiet';

export interface Today {
  /** ms since the epoch: the time for which the daily run was scheduled. */
  readonly now: number;
  /** The last whole day, in the district: the newest that can have been measured. */
  readonly yesterday: string;
  readonly rules: Rules;
}

type Living = Exclude<Allocation, { phase: 'released' }>;

const tell = <A extends Allocation>(allocation: A, told: Partial<Told>): A => ({ ...allocation, told: { ...allocation.told, ...told } });

/** Of several that are due (after a standstill), the most urgent is told; all count as told. */
const noticed = (allocation: Living, { now, rules }: Today): Decision | typeof QUIET => {
  const daysLeft = daysUntil(allocation.expiresAt, now);
  const due = rules.notices.filter((notice) => daysLeft <= notice && !allocation.told.notices.includes(notice));
  if (allocation.phase !== 'active' || daysLeft === 0 || due.length === 0) return QUIET;
  const notice = Math.min(...due);
  const next = tell(allocation, { notices: [...allocation.told.notices, ...due], expiry: true });
  const said = occurred(AllocationExpiryNoticed, [allocation.allocationId, allocation.expiresAt, notice], {
    ...factsOf(allocation),
    notice,
    daysLeft,
  });
  return { allocation: next, occurrences: [said, ...(allocation.told.expiry ? [] : [proposeExpiry(allocation, daysLeft)])] };
};

const BY_RULE = (days: number) => ({
  zh: `到期后 ${days} 天内无人决定，按规则冻结；资源仍予保留，未经人员决定不会释放`,
  en: `Nobody decided within ${days} days after expiry: frozen by rule; the resources stay reserved and are not released without a person’s decision`,
});

const expired = (allocation: Living, { now, rules }: Today): Decision | typeof QUIET => {
  const over = now - Date.parse(allocation.expiresAt);
  if (allocation.phase !== 'active' || over < 0) return QUIET;
  const reason = BY_RULE(rules.graceDays);
  if (over >= rules.graceDays * DAY) {
    const next = frozen(allocation, new Date(now).toISOString(), reason);
    return {
      allocation: next,
      occurrences: [occurred(AllocationFrozen, [allocation.allocationId, allocation.expiresAt], { ...factsOf(next), reason })],
    };
  }
  if (allocation.told.freeze) return QUIET;
  return { allocation: tell(allocation, { freeze: true }), occurrences: [proposeFreeze(allocation, rules.graceDays)] };
};

const frozenLong = (allocation: Living, { now, rules }: Today): Decision | typeof QUIET => {
  if (allocation.phase !== 'frozen' || allocation.told.release) return QUIET;
  const days = Math.floor((now - Date.parse(allocation.frozenAt)) / DAY);
  if (days < rules.releaseAfterDays) return QUIET;
  return { allocation: tell(allocation, { release: true }), occurrences: [proposeRelease(allocation, days)] };
};

const metered = (allocation: Living, { yesterday, rules }: Today, usage: readonly UsageDay[]): Decision | typeof QUIET => {
  const share = utilisation(usage, allocation.amounts, yesterday, rules.utilisation.days);
  const now: Metered = { day: yesterday, used: latest(usage), ...(share !== undefined && { utilisation: share }) };
  const before = allocation.metered;
  if (before && before.day >= now.day && before.utilisation === now.utilisation && sameAmounts(before.used, now.used)) return QUIET;
  return { allocation: { ...allocation, metered: now }, occurrences: [] };
};

const idle = (allocation: Living, { yesterday, rules }: Today, usage: readonly UsageDay[]): Decision | typeof QUIET => {
  const { recallBelow, days, again } = rules.utilisation;
  const share = allocation.metered?.utilisation;
  const { recallOn } = allocation.told;
  const tooSoon = recallOn !== undefined && dayNumber(yesterday) - dayNumber(recallOn) < again;
  if (allocation.phase !== 'active' || share === undefined || share >= recallBelow || tooSoon) return QUIET;
  const kept = enough(usage, allocation.amounts, yesterday, days);
  if (sameAmounts(minus(allocation.amounts, kept), {})) return QUIET;
  return {
    allocation: tell(allocation, { recallOn: yesterday }),
    occurrences: [proposeRecall(allocation, yesterday, share, kept)],
  };
};

/** What the month will have cost: what was billed, and for the days that were not yet, the mean of the last week's bills. */
const projected = (usage: readonly UsageDay[], yesterday: string): number | undefined => {
  const billed = usage.filter(({ costFen }) => costFen !== undefined);
  const soFar = billed.filter(({ day }) => monthOf(day) === monthOf(yesterday));
  const week = billed.filter(({ day }) => dayNumber(day) > dayNumber(yesterday) - 7);
  if (week.length === 0) return undefined;
  const sum = (days: readonly UsageDay[]) => days.reduce((total, { costFen = 0 }) => total + costFen, 0);
  const missing = daysInMonth(monthOf(yesterday)) - soFar.length;
  return Math.round(sum(soFar) + (sum(week) / week.length) * missing);
};

const costly = (allocation: Living, { yesterday, rules }: Today, usage: readonly UsageDay[]): Decision | typeof QUIET => {
  const projectedFen = projected(usage, yesterday);
  const { budgetFenPerMonth: budgetFen, told } = allocation;
  if (projectedFen === undefined || budgetFen === 0) return QUIET;
  const month = monthOf(yesterday);
  const warnedAt = told.budget?.month === month ? told.budget.percent : 0;
  const passed = rules.budgetPercent.filter((percent) => projectedFen * 100 >= percent * budgetFen && percent > warnedAt);
  if (passed.length === 0) return QUIET;
  const percent = Math.max(...passed);
  const warned = { ...factsOf(allocation), month, budgetFen, projectedFen, percent };
  return {
    allocation: tell(allocation, { budget: { month, percent } }),
    occurrences: [occurred(AllocationBudgetWarned, [allocation.allocationId, month, percent], warned)],
  };
};

/** `usage`: its days of the last quarter up to yesterday, in order. */
export const daily = (allocation: Allocation, usage: readonly UsageDay[], today: Today): Decision | typeof QUIET => {
  if (allocation.phase === 'released') return QUIET;
  let state: Living = allocation;
  const occurrences: Occurrence[] = [];
  for (const look of [metered, noticed, expired, frozenLong, idle, costly]) {
    const decision = look(state, today, usage);
    if (decision === QUIET) continue;
    state = decision.allocation as Living;
    occurrences.push(...decision.occurrences);
  }
  return state === allocation ? QUIET : { allocation: state, occurrences };
};
