/** The nightly runs: what was used is measured, what is due is said, the books are audited. Each may run twice. */
import { BooksDiffered } from '#events/cloud-quota.ts';
import { occurred } from '#events/envelope.ts';
import { Failure } from '#runtime/failure.ts';
import { logger } from '#runtime/logger.ts';
import type { Cause } from '#runtime/outbox.ts';
import { retryConflicts } from '#runtime/table.ts';
import type { Allocation } from './allocation.ts';
import { type Amounts, isNothing, plus } from './amounts.ts';
import { DAY, dayOf, daysBefore, monthOf, startOf } from './calendar.ts';
import type { Costs } from './cost-store.ts';
import { addUp, type Books, capacityOf, type Difference, differences, NO_SUMS, reservedOf, type Sums } from './ledger.ts';
import { daily, QUIET, type Today } from './lifecycle.ts';
import { usedBy } from './measures.ts';
import type { Meters } from './meters.ts';
import type { Sources } from './queries.ts';
import type { Stored } from './store.ts';

/** As far back as use is looked at. */
const USAGE_DAYS = 92;
const AT_ONCE = 10;

const inTurns = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < all.length; i += AT_ONCE) await Promise.all(all.slice(i, i + AT_ONCE).map(work));
};

const living = ({ store, config }: Sources): Promise<Stored<Allocation>[]> =>
  store.allAllocations(
    ['active', 'frozen'],
    config.departments.map(({ id }) => id),
  );

const UNKNOWN_SHOWN = 20;

/** Of these allocations, those that there are; a tag may say anything. */
const known = async ({ store }: Sources, tagged: readonly string[]): Promise<string[]> => {
  const found = await store.allocations(tagged.filter((id) => id.startsWith('alc_')));
  const ids = found.map(({ value }) => value.allocationId);
  const strange = tagged.filter((id) => !ids.includes(id));
  if (strange.length > 0) logger.warn('tagged with an allocation that nobody knows', { allocations: strange.slice(0, UNKNOWN_SHOWN) });
  return ids;
};

/** Reads the meters for the day before. Kinds that the district doesn't have are left out. */
export const measureDay = async (sources: Sources, meters: Meters, now: number): Promise<{ measured: number }> => {
  const { cloud, timezone } = sources.config;
  const day = dayOf(now - DAY, timezone);
  const used = usedBy(await meters.measure(await meters.resources(), startOf(day, timezone)));
  const ids = await known(sources, [...used.keys()]);
  await inTurns(ids, async (allocationId) => {
    const kinds = Object.entries(used.get(allocationId) ?? {}).filter(([kind]) => cloud.kinds.some(({ id }) => id === kind));
    if (kinds.length > 0) await sources.usage.record(allocationId, [{ day, used: Object.fromEntries(kinds) }]);
  });
  return { measured: ids.length };
};

/** Reads the bill of the month to which the day before belongs: it corrects earlier days. */
export const billMonth = async (sources: Sources, costs: Costs, now: number): Promise<{ billed: number }> => {
  const day = dayOf(now - DAY, sources.config.timezone);
  const bill = (await costs.billed(monthOf(day))).byAllocation;
  const ids = await known(sources, [...bill.keys()]);
  await inTurns(ids, async (allocationId) => {
    const days = (bill.get(allocationId) ?? []).filter((one) => one.day <= day).map((one) => ({ ...one, used: {} }));
    if (days.length > 0) await sources.usage.record(allocationId, days);
  });
  return { billed: ids.length };
};

/** Decides what is due with one allocation and writes it, on the allocation as it stands. */
const lookAt = async ({ store, usage }: Sources, listed: Stored<Allocation>, today: Today, cause: Cause): Promise<Allocation> => {
  const days = await usage.between(listed.value.allocationId, daysBefore(today.yesterday, USAGE_DAYS), today.yesterday);
  let first = true;
  return retryConflicts(async () => {
    // The list may lag behind.
    const stored = first ? listed : ((await store.allocation(listed.value.allocationId)) ?? listed);
    first = false;
    const decision = daily(stored.value, days, today);
    if (decision === QUIET) return stored.value;
    const write = { before: stored, after: decision.allocation, occurrences: decision.occurrences };
    await store.commit({ allocations: [write] }, cause);
    return decision.allocation;
  });
};

const sumOf = (allocations: readonly Allocation[]): Amounts =>
  allocations.reduce<Amounts>((sum, { metered }) => plus(sum, metered?.used ?? {}), {});

/** The pool as it is at the end of the day, for pictures and forecasts. */
const recordPools = async ({ store, usage, config }: Sources, day: string, allocations: readonly Allocation[]): Promise<void> => {
  for (const { id: zone } of config.cloud.zones) {
    const books = (await store.books(zone))?.value;
    if (!books) continue;
    const own = allocations.filter((one) => one.zone === zone && one.phase !== 'released');
    const departments = [...new Set(own.map(({ department }) => department))];
    await usage.recordPool(zone, {
      day,
      capacity: capacityOf(books),
      reserved: reservedOf(books),
      used: sumOf(own),
      usedBy: Object.fromEntries(departments.map((one) => [one, sumOf(own.filter(({ department }) => department === one))])),
    });
  }
};

/** `now`: the time for which the run was scheduled. One allocation that cannot be handled keeps no other waiting; the run fails in the end. */
export const runDaily = async (sources: Sources, now: number): Promise<{ allocations: number }> => {
  const yesterday = dayOf(now - DAY, sources.config.timezone);
  const today: Today = { now, yesterday, rules: sources.config.cloud.rules };
  const cause: Cause = { actor: 'system:cloud-quota', trace: `daily-${yesterday}`, now };
  const listed = await living(sources);
  const seen: Allocation[] = [];
  const failed: string[] = [];
  await inTurns(listed, async (one) => {
    try {
      seen.push(await lookAt(sources, one, today, cause));
    } catch (error) {
      logger.error('allocation not looked at', { allocationId: one.value.allocationId, error: error as Error });
      failed.push(one.value.allocationId);
    }
  });
  await recordPools(sources, yesterday, seen);
  if (failed.length > 0) {
    throw new Failure('temporary', 'allocations-left', {
      zh: `${failed.length} 项分配未能处理`,
      en: `${failed.length} allocations were left`,
    });
  }
  return { allocations: listed.length };
};

const TRIES = 5;

interface Audited {
  readonly books: Books;
  readonly sums: Sums;
  readonly allocated: Readonly<Record<string, Amounts>>;
}

/** Books, journal and allocations as they were together: read again where somebody moved something meanwhile. */
const audited = async ({ store }: Sources, zone: string): Promise<Audited | undefined> => {
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await store.books(zone);
    if (!before) return undefined;
    let sums = NO_SUMS;
    for await (const page of store.journal(zone)) sums = addUp(sums, page);
    const ids = Object.entries(sums.allocations).flatMap(([id, amounts]) => (isNothing(amounts) ? [] : [id]));
    const found = await store.allocations(ids);
    const after = await store.books(zone);
    if (after?.version !== before.version) continue;
    const allocated = found.flatMap(({ value }) => (value.phase === 'released' ? [] : [[value.allocationId, value.amounts] as const]));
    return { books: before.value, sums, allocated: Object.fromEntries(allocated) };
  }
  throw new Failure('temporary', 'books-busy', { zh: `${zone} 的账目一直在变动`, en: `The books of ${zone} did not stand still` });
};

/** Adds the journal up and compares: what differs is told as an event, and answered. */
export const audit = async (sources: Sources, now: number): Promise<Difference[]> => {
  const day = dayOf(now, sources.config.timezone);
  const cause: Cause = { actor: 'system:cloud-quota', trace: `audit-${day}`, now };
  const all: Difference[] = [];
  for (const { id: zone } of sources.config.cloud.zones) {
    const read = await audited(sources, zone);
    if (!read) continue;
    const found = differences(read.books, read.allocated, read.sums).slice(0, 100);
    const said = found.length > 0 ? [occurred(BooksDiffered, [zone, day], { zone, differences: found })] : [];
    await sources.store.recordAudit(zone, day, found, said, cause);
    if (found.length > 0) logger.error('the books differ from their journal', { zone, differences: found.slice(0, 10) });
    all.push(...found);
  }
  return all;
};
