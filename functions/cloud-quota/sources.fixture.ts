/** The capability's stores on a table in memory, with what tests put into it. */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { expect } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import type { Allocation } from './allocation.ts';
import { AT, allocation, allocationId, CONFIG, NOW, SYSTEM_ID } from './cloud-quota.fixture.ts';
import { following, isShort, reserve } from './ledger.ts';
import type { Sources } from './queries.ts';
import { QuotaStore } from './store.ts';
import type { System } from './system.ts';
import { UsageStore } from './usage-store.ts';

export const by = (principal: Principal) => ({ principal, requestId: 'r-1', now: NOW });

export let table: Dynamo;
export let sources: Sources;
/** An empty table before each test. */
export const begin = (): void => {
  table = new Dynamo('id', 'part');
  sources = { config: CONFIG, store: new QuotaStore(table.client, 'quota'), usage: new UsageStore(table.client, 'quota') };
};

export const CAUSE = { actor: 'x', trace: 'x', now: NOW };
export const ZONE = CONFIG.cloud.zones[0] as (typeof CONFIG.cloud.zones)[number];
export const grant = async (...all: readonly Allocation[]): Promise<void> => {
  for (const one of all) {
    const before = await sources.store.books('inner');
    const { books, entries } = following(before?.value, ZONE, AT);
    const { department, amounts } = one;
    const posted = reserve(
      books,
      { department, amounts, limits: { vcpu: -1, memoryGiB: -1 } },
      { at: AT, by: 'person:x', allocationId: one.allocationId, caseId: one.caseId },
    );
    if (isShort(posted)) throw new Error('short');
    const after = { ...one, entries: posted.entries.map(({ seq }) => seq) };
    await sources.store.commit(
      { books: { before, after: posted.books }, entries: [...entries, ...posted.entries], allocations: [{ before: undefined, after }] },
      CAUSE,
    );
  }
};
export const register = (...all: readonly System[]) =>
  sources.store.commit({ systems: all.map((after) => ({ before: undefined, after })) }, CAUSE);
export const system = (change: Partial<System> = {}): System => ({
  systemId: SYSTEM_ID,
  department: 'schools',
  name: '招生系统',
  level: 2,
  dataClasses: ['open'],
  ...change,
});
export const OF_HEALTH = allocation({ allocationId: allocationId(2), department: 'health', amounts: { vcpu: 5 } });
export const both = () => grant(allocation(), OF_HEALTH);
export const keeps = (schema: TSchema, value: unknown) => expect([...Compile(schema).Errors(value)]).toEqual([]);
export const NOT_FOUND = { kind: 'notFound' };
