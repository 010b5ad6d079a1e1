/** What callers may read, each of their own departments: another's is as unknown as what does not exist. */
import { department, departmentsOf, mayOn, type Principal } from '#functions/identity/access.ts';
import { type Looking, personalLook, type Shown } from '#functions/identity/audit/personal-look.ts';
import type { AuditTrail } from '#functions/identity/audit/trail.ts';
import { denied } from '#runtime/http.ts';
import type { BodyOf } from '#runtime/operation.ts';
import type { Allocation, Phase } from './allocation.ts';
import type { AdoptionView, AllocationDetail, AllocationView, estimate, PoolView, SystemView } from './api.ts';
import { assess } from './assess.ts';
import { blueprint, type Files, factsOf } from './blueprint.ts';
import { dayOf, daysBefore } from './calendar.ts';
import { fenPerMonth, priceLines, unknownKinds, type Zone, zoneOf } from './catalogue.ts';
import type { QuotaConfig } from './config.ts';
import { type Books, following } from './ledger.ts';
import * as refusals from './refusals.ts';
import type { QuotaStore, Stored } from './store.ts';
import { adoption, type System } from './system.ts';
import type { UsageStore } from './usage-store.ts';
import { toAllocationDetail, toAllocationView, toPoolView, toSystemView } from './view.ts';

export interface Sources {
  readonly config: QuotaConfig;
  readonly store: QuotaStore;
  readonly usage: UsageStore;
}

/** As far back as series are shown and forecasts rest. */
const SERIES_DAYS = 92;

/** The departments that the caller may see, or the one of them that was asked for; nothing of another's. */
const visible = ({ config }: Sources, principal: Principal, asked?: string): string[] => {
  const where = departmentsOf(principal, 'quota:read');
  return config.departments.map(({ id }) => id).filter((id) => (where === 'all' || where.includes(id)) && (asked ?? id) === id);
};

export const catalogue = (sources: Sources, principal: Principal) => {
  const { cloud, departments } = sources.config;
  const seen = visible(sources, principal);
  return {
    currency: cloud.currency,
    kinds: cloud.kinds,
    dataClasses: cloud.dataClasses,
    zones: cloud.zones.map(({ id, name, level, dataClasses }) => ({ id, name, level, dataClasses })),
    presets: cloud.presets.map((preset) => ({ ...preset, priceFenPerMonth: fenPerMonth(cloud, preset.amounts) })),
    rules: cloud.rules,
    departments: departments.filter(({ id }) => seen.includes(id)),
  };
};

/** As they would be written now: a capacity that was just deployed counts already. */
const booksOf = async ({ store }: Sources, zone: Zone, now: number): Promise<Books> =>
  following((await store.books(zone.id))?.value, zone, new Date(now).toISOString()).books;

export const estimated = async (sources: Sources, principal: Principal, body: BodyOf<typeof estimate>, now: number) => {
  const { store, config } = sources;
  const { cloud } = config;
  const { system = {}, dataClasses = [], environment = 'production', amounts, months } = body;
  if (!visible(sources, principal).includes(body.department)) throw refusals.unknownDepartment(body.department);
  const zone = zoneOf(cloud, body.zone);
  if (!zone) throw refusals.unknownZone(body.zone);
  const strange = unknownKinds(cloud, amounts);
  if (strange.length > 0) throw refusals.unknownKinds(strange);
  const [books, allocations, systems] = await Promise.all([
    booksOf(sources, zone, now),
    store.allAllocations(['active', 'frozen'], [body.department]),
    store.allSystems([body.department]),
  ]);
  const current =
    body.allocationId === undefined ? undefined : allocations.find(({ value }) => value.allocationId === body.allocationId)?.value;
  if (body.allocationId !== undefined && !current) throw refusals.unknownAllocation();
  const known = systems.find(({ value }) => (system.id === undefined ? value.name === system.name : value.systemId === system.id))?.value;
  const { findings, result } = assess(
    {
      department: body.department,
      system: { systemId: known?.systemId, name: system.name ?? known?.name ?? '', level: system.level ?? known?.level ?? 1 },
      dataClasses,
      zone: zone.id,
      environment,
      amounts,
      months,
    },
    { cloud, books, allocations: allocations.map(({ value }) => value), system: known, otherCases: [], current },
  );
  return {
    currency: cloud.currency,
    lines: priceLines(cloud, amounts),
    priceFen: result.priceFenPerMonth * months,
    ...result,
    findings: [...findings],
  };
};

export const pools = async (sources: Sources, principal: Principal, now: number): Promise<PoolView[]> => {
  const { cloud, timezone } = sources.config;
  const where = departmentsOf(principal, 'quota:read');
  const seen = where === 'all' ? 'all' : visible(sources, principal);
  const today = dayOf(now, timezone);
  return Promise.all(
    cloud.zones.map(async (zone) => {
      const [books, series] = await Promise.all([
        booksOf(sources, zone, now),
        sources.usage.pool(zone.id, daysBefore(today, SERIES_DAYS), today),
      ]);
      return toPoolView(cloud, zone, books, series, seen);
    }),
  );
};

export const allocations = async (
  sources: Sources,
  principal: Principal,
  { department: asked, phase, limit, cursor }: { department?: string; phase: Phase; limit: number; cursor?: string },
): Promise<{ items: AllocationView[]; next?: string }> => {
  const { found, ...rest } = await sources.store.listAllocations(phase, visible(sources, principal, asked), limit, cursor);
  return { items: found.map(toAllocationView), ...rest };
};

export const visibleAllocation = async ({ store }: Sources, principal: Principal, allocationId: string): Promise<Stored<Allocation>> => {
  const stored = await store.allocation(allocationId);
  if (!stored || !mayOn(principal, 'quota:read', department(stored.value.department))) throw refusals.unknownAllocation();
  return stored;
};

export const allocation = async (sources: Sources, principal: Principal, allocationId: string, now: number): Promise<AllocationDetail> => {
  const { config, usage, store } = sources;
  const stored = await visibleAllocation(sources, principal, allocationId);
  const today = dayOf(now, config.timezone);
  const [days, entries] = await Promise.all([
    usage.between(allocationId, daysBefore(today, SERIES_DAYS), today),
    store.entries(stored.value.zone, stored.value.entries),
  ]);
  return toAllocationDetail(stored, days, entries, config.cloud.rules.forecastDays);
};

/** What DevOps of its department are given. */
export const blueprintOf = async (sources: Sources, principal: Principal, allocationId: string): Promise<{ files: Files }> => {
  const { value } = await visibleAllocation(sources, principal, allocationId);
  if (value.phase !== 'active') throw refusals.notActive();
  const { apps, departments, cloud } = sources.config;
  return { files: blueprint(factsOf(value, { ...apps, departments, currency: cloud.currency })) };
};

/** System id -> the allocations on which it runs. */
const running = async ({ store, config }: Sources): Promise<Map<string, string[]>> => {
  const all = await store.allAllocations(
    ['active', 'frozen'],
    config.departments.map(({ id }) => id),
  );
  const bySystem = new Map<string, string[]>();
  for (const { value } of all) {
    const { systemId } = value.system;
    bySystem.set(systemId, [...(bySystem.get(systemId) ?? []), value.allocationId]);
  }
  return bySystem;
};

export const systems = async (
  sources: Sources,
  principal: Principal,
  { department: asked, limit, cursor }: { department?: string; limit: number; cursor?: string },
): Promise<{ items: SystemView[]; next?: string }> => {
  const [{ found, ...rest }, runs] = await Promise.all([
    sources.store.listSystems(visible(sources, principal, asked), limit, cursor),
    running(sources),
  ]);
  return { items: found.map((stored) => toSystemView(stored, runs.get(stored.value.systemId) ?? [])), ...rest };
};

export const visibleSystem = async ({ store }: Sources, principal: Principal, systemId: string): Promise<Stored<System>> => {
  const stored = await store.system(systemId);
  if (!stored || !mayOn(principal, 'quota:read', department(stored.value.department))) throw refusals.unknownSystem();
  return stored;
};

export const systemView = async (sources: Sources, stored: Stored<System>, full = false): Promise<SystemView> => {
  const runs = await running(sources);
  return toSystemView(stored, runs.get(stored.value.systemId) ?? [], full);
};

/** With its owner in full: to those who keep the entry, and only once the look is on its way into the audit log. */
export const systemInFull = async (
  sources: Sources,
  trail: Pick<AuditTrail, 'record'>,
  looking: Looking,
  systemId: string,
): Promise<SystemView> => {
  const stored = await visibleSystem(sources, looking.principal, systemId);
  const { department: of, owner } = stored.value;
  requireOn(looking.principal, 'systems:write', of);
  if (owner) await trail.record([personalLook(looking, lookAtOwner(systemId, of))]);
  return systemView(sources, stored, true);
};

const lookAtOwner = (systemId: string, of: string): Shown => ({
  permission: 'systems:write',
  on: department(of),
  action: 'systems:unmask',
  resource: `system:${systemId}`,
  department: of,
  ground: '维护系统台账 keeping the register of systems',
  detail: { fields: '/owner/name /owner/phone' },
});

const rated = <T extends { systems: number; inCloud: number }>(of: T): T & { rate: number } => ({
  ...of,
  rate: of.systems === 0 ? 0 : Math.round((of.inCloud / of.systems) * 1000) / 1000,
});

export const adopted = async (sources: Sources, principal: Principal): Promise<AdoptionView> => {
  const seen = visible(sources, principal);
  const [register, runs] = await Promise.all([sources.store.allSystems(seen), running(sources)]);
  const all = register.map(({ value }) => value).sort((a, b) => (a.name < b.name ? -1 : 1));
  const departments = adoption(all, new Set(runs.keys())).map((one) => ({
    ...rated(one),
    list: all
      .filter((system) => system.department === one.department)
      .map(({ systemId, name, level, elsewhere }) => ({
        systemId,
        name,
        level,
        inCloud: runs.has(systemId),
        ...(elsewhere !== undefined && { elsewhere }),
      })),
  }));
  const total = departments.reduce((sum, one) => ({ systems: sum.systems + one.systems, inCloud: sum.inCloud + one.inCloud }), {
    systems: 0,
    inCloud: 0,
  });
  return { ...rated(total), departments };
};

/** The caller may see it and may not do this: then they are told why not. */
export const requireOn = (principal: Principal, action: Parameters<typeof mayOn>[1], of: string): void => {
  if (!mayOn(principal, action, department(of))) throw denied(principal, action, department(of));
};
