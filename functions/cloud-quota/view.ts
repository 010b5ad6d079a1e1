/** What callers see of pools, allocations and systems. */

import { type Allocation, factsOf } from './allocation.ts';
import { type Amounts, amountOf } from './amounts.ts';
import type { AllocationDetail, AllocationView, PoolView, SystemView } from './api.ts';
import { type Cloud, limitsOf, type Zone } from './catalogue.ts';
import { type Forecast, forecast } from './forecast.ts';
import { type Books, capacityOf, departmentsIn, type Entry, freeOf, leftOf, reservedFor, reservedOf } from './ledger.ts';
import type { Stored } from './store.ts';
import { masked, type System } from './system.ts';
import type { UsageDay } from './usage.ts';
import type { PoolDay } from './usage-store.ts';

const phaseFacts = (allocation: Allocation): Partial<AllocationView> => {
  switch (allocation.phase) {
    case 'active':
      return {};
    case 'frozen':
      return { frozenAt: allocation.frozenAt, frozenBecause: allocation.frozenBecause };
    case 'released':
      return { releasedAt: allocation.releasedAt };
    default:
      return allocation satisfies never;
  }
};

export const toAllocationView = ({ value, version }: Stored<Allocation>): AllocationView => {
  const { phase, level, dataClasses, caseId, priceFenPerMonth, budgetFenPerMonth, metered } = value;
  return {
    ...factsOf(value),
    phase,
    level,
    dataClasses: [...dataClasses],
    caseId,
    priceFenPerMonth,
    budgetFenPerMonth,
    ...phaseFacts(value),
    ...(metered && {
      used: metered.used,
      measuredOn: metered.day,
      ...(metered.utilisation !== undefined && { utilisation: metered.utilisation }),
    }),
    version,
  };
};

const forecastsOf = (allocation: Allocation, usage: readonly UsageDay[], horizon: number): Record<string, Forecast> =>
  Object.fromEntries(
    Object.entries(allocation.amounts).flatMap(([kind, limit]) => {
      const series = usage.flatMap(({ day, used }) => (Object.hasOwn(used, kind) ? [{ day, value: used[kind] as number }] : []));
      const found = forecast(series, limit, horizon);
      return found ? [[kind, found] as const] : [];
    }),
  );

/** Of an entry's legs, those that are the allocation's: a transfer moves nothing of it. */
const movedOf = ({ legs }: Entry): Amounts => {
  const [first] = legs.filter(({ account }) => account.startsWith(reservedFor('')));
  return first?.amounts ?? {};
};

export const toAllocationDetail = (
  stored: Stored<Allocation>,
  usage: readonly UsageDay[],
  entries: readonly Entry[],
  horizon: number,
): AllocationDetail => ({
  ...toAllocationView(stored),
  usage: usage.map((day) => ({ ...day })),
  forecast: forecastsOf(stored.value, usage, horizon),
  journal: entries.map((entry) => ({
    seq: entry.seq,
    at: entry.at,
    movement: entry.movement,
    by: entry.by,
    ...(entry.caseId !== undefined && { caseId: entry.caseId }),
    amounts: entry.movement === 'transfer' ? {} : movedOf(entry),
  })),
  notices: [...stored.value.told.notices],
});

const departmentShare = (
  cloud: Cloud,
  books: Books,
  measured: PoolDay | undefined,
  department: string,
): PoolView['departments'][number] => {
  const limits = limitsOf(cloud, department, books.zone);
  const reserved = reservedOf(books, department);
  const used = measured?.usedBy[department];
  return {
    department,
    kinds: cloud.kinds.map(({ id }) => ({
      kind: id,
      limit: amountOf(limits, id),
      reserved: amountOf(reserved, id),
      free: leftOf(limits, reserved, id),
      ...(used && Object.hasOwn(used, id) && { used: amountOf(used, id) }),
    })),
  };
};

/** `departments`: those that the caller may see; `all` leaves those out that have nothing. */
export const toPoolView = (
  cloud: Cloud,
  zone: Zone,
  books: Books,
  series: readonly PoolDay[],
  departments: readonly string[] | 'all',
): PoolView => {
  const measured = series.at(-1);
  const shown = departments === 'all' ? departmentsIn(books) : departments;
  return {
    zone: zone.id,
    name: zone.name,
    kinds: cloud.kinds.map(({ id }) => {
      const capacity = amountOf(capacityOf(books), id);
      const points = series.map(({ day, reserved }) => ({ day, value: amountOf(reserved, id) }));
      const ahead = forecast(points, capacity, cloud.rules.forecastDays);
      return {
        kind: id,
        capacity,
        reserved: amountOf(reservedOf(books), id),
        free: amountOf(freeOf(books), id),
        ...(measured && { used: amountOf(measured.used, id) }),
        ...(ahead && { forecast: ahead }),
      };
    }),
    departments: shown.map((department) => departmentShare(cloud, books, measured, department)),
    ...(measured && { measuredOn: measured.day }),
    version: books.capacityVersion,
  };
};

export const toSystemView = ({ value, version }: Stored<System>, allocations: readonly string[], full = false): SystemView => ({
  systemId: value.systemId,
  department: value.department,
  name: value.name,
  level: value.level,
  dataClasses: [...value.dataClasses],
  ...(value.owner && { owner: full ? value.owner : masked(value.owner) }),
  inCloud: allocations.length > 0,
  ...(value.elsewhere !== undefined && { elsewhere: value.elsewhere }),
  allocations: [...allocations],
  version,
});
