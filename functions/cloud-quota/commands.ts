/** What callers may change by the API: a pool's capacity, what their meters measured, the register. Allocations change by cases only. */
import { PoolChanged } from '#events/cloud-quota.ts';
import { occurred } from '#events/envelope.ts';
import type { Principal } from '#functions/identity/access.ts';
import type { BodyOf } from '#runtime/operation.ts';
import type { Cause } from '#runtime/outbox.ts';
import { requireVersion } from '#runtime/preconditions.ts';
import { retryConflicts } from '#runtime/table.ts';
import type { Amounts } from './amounts.ts';
import type { PoolView, putSystem, putUsage, SystemView } from './api.ts';
import { dayOf, isDay } from './calendar.ts';
import { unknownKinds, zoneOf } from './catalogue.ts';
import { capacityOf, changeCapacity, following, isShort } from './ledger.ts';
import { pools, requireOn, type Sources, systemView, visibleAllocation, visibleSystem } from './queries.ts';
import * as refusals from './refusals.ts';
import { registered, type System } from './system.ts';

export interface By {
  readonly principal: Principal;
  readonly requestId: string;
  /** ms since the epoch */
  readonly now: number;
}

const actorOf = ({ kind, id }: Principal): string => `${kind}:${id}`;
const causeOf = ({ principal, requestId, now }: By): Cause => ({ actor: actorOf(principal), trace: requestId, now });

export const setCapacity = async (sources: Sources, by: By, zoneId: string, capacity: Amounts, ifMatch: number): Promise<PoolView> => {
  const { store, config } = sources;
  const zone = zoneOf(config.cloud, zoneId);
  if (!zone) throw refusals.unknownZone(zoneId);
  const strange = unknownKinds(config.cloud, capacity);
  if (strange.length > 0) throw refusals.unknownKinds(strange);
  const at = new Date(by.now).toISOString();
  // Allocations move the books all the time: only a change of the capacity makes the caller's version stale.
  await retryConflicts(async () => {
    const before = await store.books(zoneId);
    const { books, entries } = following(before?.value, zone, at);
    requireVersion(books.capacityVersion, ifMatch);
    const posted = changeCapacity(books, capacity, { at, by: actorOf(by.principal) });
    if (isShort(posted)) throw refusals.belowReserved(config.cloud, posted);
    const after = posted.books;
    if (after === books && entries.length === 0) return;
    const said = occurred(PoolChanged, [zoneId, after.capacityVersion], {
      zone: zoneId,
      before: capacityOf(books),
      capacity: capacityOf(after),
    });
    const occurrences = posted.entries.length > 0 ? [said] : [];
    await store.commit({ books: { before, after, occurrences }, entries: [...entries, ...posted.entries] }, causeOf(by));
  });
  return (await pools(sources, by.principal, by.now)).find((pool) => pool.zone === zoneId) as PoolView;
};

export const reportUsage = async (sources: Sources, by: By, allocationId: string, { days }: BodyOf<typeof putUsage>): Promise<number> => {
  const { value } = await visibleAllocation(sources, by.principal, allocationId);
  requireOn(by.principal, 'quota:meter', value.department);
  const { cloud, timezone } = sources.config;
  const strange = unknownKinds(cloud, Object.assign({}, ...days.map(({ used }) => used)));
  if (strange.length > 0) throw refusals.unknownKinds(strange);
  const first = dayOf(Date.parse(value.validFrom), timezone);
  const today = dayOf(by.now, timezone);
  const wrong = days.find(({ day }) => !isDay(day) || day < first || day > today);
  if (wrong) throw refusals.noSuchDay(wrong.day);
  await sources.usage.record(allocationId, days);
  return days.length;
};

/** Registers a system, or changes its entry; a system is handed to another department by those who may write both. */
export const keepSystem = async (
  sources: Sources,
  by: By,
  systemId: string,
  body: BodyOf<typeof putSystem>,
  ifMatch: number,
): Promise<SystemView> => {
  const { store, config } = sources;
  const { principal } = by;
  const before = await store.system(systemId);
  if (before) {
    await visibleSystem(sources, principal, systemId);
    requireOn(principal, 'systems:write', before.value.department);
  }
  if (!config.departments.some(({ id }) => id === body.department)) throw refusals.unknownDepartment(body.department);
  requireOn(principal, 'systems:write', body.department);
  requireVersion(before?.version ?? 0, ifMatch);
  const strange = body.dataClasses.find((id) => !config.cloud.dataClasses.some((one) => one.id === id));
  if (strange !== undefined) throw refusals.unknownDataClass(strange);
  const after: System = { systemId, ...body, name: body.name.trim() };
  await store.commit({ systems: [{ before, after, occurrences: before ? [] : [registered(after)] }] }, causeOf(by));
  return systemView(sources, { value: after, version: ifMatch + 1 });
};
