import { beforeEach, describe, expect, test, vi } from 'vitest';
import { conflicting, Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, toItem } from '#runtime/table.ts';
import type { Allocation } from './allocation.ts';
import { AT, allocation, allocationId, CONFIG, iso, later, NOW } from './cloud-quota.fixture.ts';
import { Bill } from './costs.ts';
import { audit, billMonth, measureDay, runDaily } from './daily.ts';
import { type Books, following, freeOf, isShort, reserve } from './ledger.ts';
import type { Measured } from './measures.ts';
import type { Sources } from './queries.ts';
import { QuotaStore } from './store.ts';
import { UsageStore } from './usage-store.ts';

const CAUSE = { actor: 'x', trace: 'x', now: NOW };

let table: Dynamo;
let sources: Sources;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  sources = { config: CONFIG, store: new QuotaStore(table.client, 'quota'), usage: new UsageStore(table.client, 'quota') };
  vi.restoreAllMocks();
});

const ZONE = CONFIG.cloud.zones[0] as (typeof CONFIG.cloud.zones)[number];

/** As if they had been granted one after another. */
const grant = async (...all: readonly Allocation[]): Promise<void> => {
  for (const one of all) {
    const before = await sources.store.books('inner');
    const { books, entries } = following(before?.value, ZONE, AT);
    const { department, amounts } = one;
    const ground = { at: AT, by: 'x', allocationId: one.allocationId };
    const posted = reserve(books, { department, amounts, limits: { vcpu: -1, memoryGiB: -1 } }, ground);
    if (isShort(posted)) throw new Error('short');
    const after = { ...one, entries: posted.entries.map(({ seq }) => seq) };
    const change = {
      books: { before, after: posted.books },
      entries: [...entries, ...posted.entries],
      allocations: [{ before: undefined, after }],
    };
    await sources.store.commit(change, CAUSE);
  }
};

const current = async (number = 1) => (await sources.store.allocation(allocationId(number)))?.value;
const said = () => table.all.flatMap(({ outbox }) => (outbox ? fromOutbox(outbox) : []));
const names = () => said().map(({ name }) => name);

describe('the daily run', () => {
  const soon = allocation({ expiresAt: iso(20) });

  test('writes what is due with its events, in the name of the platform, as of the scheduled time', async () => {
    await grant(soon, allocation({ allocationId: allocationId(2) }));
    expect(await runDaily(sources, later(3))).toEqual({ allocations: 2 });
    expect(await current()).toMatchObject({ told: { notices: [30], expiry: true }, metered: { day: '2026-07-03', used: {} } });
    expect(said().map(({ name, metadata: { actor, time, trace } }) => [name, actor, time, trace])).toEqual([
      ['AllocationExpiryNoticed', 'system:cloud-quota', iso(3), 'daily-2026-07-03'],
      ['QuotaCaseProposed', 'system:cloud-quota', iso(3), 'daily-2026-07-03'],
    ]);
  });

  test('twice a day says nothing new', async () => {
    await grant(soon);
    await runDaily(sources, later(3));
    const before = table.all;
    await runDaily(sources, later(3));
    expect(table.all.map(({ version, ...item }) => item)).toEqual(before.map(({ version, ...item }) => item));
    expect((await sources.store.allocation(allocationId(1)))?.version).toBe(2);
  });

  test('freezes by rule and gives nothing back', async () => {
    await grant(allocation({ expiresAt: iso(20) }));
    for (const day of [19, 20, 35, 400]) await runDaily(sources, later(day));
    expect(await current()).toMatchObject({ phase: 'frozen', frozenAt: iso(35) });
    expect(await audit(sources, later(400))).toEqual([]);
    expect(table.find('zone#inner', 'books').value.accounts['reserved/schools']).toEqual({ vcpu: 8, memoryGiB: 32 });
  });

  test('keeps the pool’s day: what there was, what was reserved, what was in use and by whom', async () => {
    await grant(allocation(), allocation({ allocationId: allocationId(2), department: 'health', amounts: { vcpu: 2 } }));
    await sources.usage.record(allocationId(1), [{ day: '2026-07-01', used: { vcpu: 3.5 } }]);
    await sources.usage.record(allocationId(2), [{ day: '2026-07-01', used: { vcpu: 1 } }]);
    await runDaily(sources, later(1));
    expect(await sources.usage.pool('inner', '2026-07-01', '2026-07-02')).toEqual([
      {
        day: '2026-07-01',
        capacity: { vcpu: 100, memoryGiB: 400, objectGiB: 5000 },
        reserved: { vcpu: 10, memoryGiB: 32 },
        used: { vcpu: 4.5 },
        usedBy: { schools: { vcpu: 3.5 }, health: { vcpu: 1 } },
      },
    ]);
  });

  test('decides anew where somebody changed the allocation meanwhile', async () => {
    await grant(soon);
    let raced = false;
    table.before = async ({ name, input }) => {
      if (
        name !== 'TransactWriteItems' ||
        raced ||
        !input.TransactItems.some((one: { Put: { Item: { part: { S: string } } } }) => one.Put.Item.part.S === 'allocation')
      )
        return;
      raced = true;
      const before = await sources.store.allocation(allocationId(1));
      await sources.store.commit({ allocations: [{ before, after: { ...soon, expiresAt: iso(300) } }] }, CAUSE);
    };
    await runDaily(sources, later(3));
    expect(await current()).toMatchObject({ expiresAt: iso(300), told: { notices: [] } });
    expect(names()).toEqual([]);
  });

  test('goes on past one that cannot be written, and fails in the end so that it comes again', async () => {
    vi.spyOn(logger, 'error').mockImplementation(() => undefined);
    await grant(soon, allocation({ allocationId: allocationId(2), expiresAt: iso(20) }));
    table.before = ({ name, input }) => {
      if (name === 'TransactWriteItems' && input.TransactItems[0].Put.Item.id.S === allocationId(1)) throw new Error('broken');
    };
    await expect(runDaily(sources, later(3))).rejects.toMatchObject({ code: 'allocations-left' });
    expect((await current(2))?.told.notices).toEqual([30]);
    expect(await sources.usage.pool('inner', '2026-07-03', '2026-07-03')).toHaveLength(1);
  });
});

describe('metering', () => {
  const resource = (allocationId: string) => ({ arn: `arn:${allocationId}`, allocationId });
  const meters = (...measured: readonly Measured[]) => ({
    resources: async () => measured.map((one) => one.resource),
    measure: vi.fn(async () => [...measured]),
  });
  const of = (id: string, kind: string, amount: number): Measured => ({ resource: resource(id), kind, amount });
  const usage = () => sources.usage.between(allocationId(1), '2026-06-01', '2026-07-31');

  test('records the day before, in the district’s days', async () => {
    await grant(allocation());
    const all = meters(of(allocationId(1), 'objectGiB', 3), of(allocationId(1), 'vcpu', 1.5));
    expect(await measureDay(sources, all, later(1))).toEqual({ measured: 1 });
    expect(await usage()).toEqual([{ day: '2026-07-01', used: { objectGiB: 3, vcpu: 1.5 } }]);
    expect(all.measure).toHaveBeenCalledWith(expect.anything(), Date.parse('2026-06-30T16:00:00Z'));
  });

  test('leaves out kinds that the district does not have and allocations that nobody knows', async () => {
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    await grant(allocation());
    const all = meters(of(allocationId(1), 'bandwidthMbps', 3), of(allocationId(9), 'vcpu', 1), of('made up', 'vcpu', 1));
    await measureDay(sources, all, later(1));
    expect(table.all.filter(({ part }) => part.startsWith('usage#'))).toEqual([]);
    expect(warned).toHaveBeenCalledWith(expect.any(String), { allocations: [allocationId(9), 'made up'] });
  });

  test('is for a month’s bill too, up to the day before; what was measured stays', async () => {
    await grant(allocation());
    const bill = new Bill();
    for (const [day, fen] of [
      ['2026-07-01', 700],
      ['2026-07-02', 800],
      ['2026-07-03', 900],
    ] as const)
      bill.add({ allocationId: allocationId(1), day, fen });
    bill.add({ allocationId: allocationId(9), day: '2026-07-01', fen: 1 });
    vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    await measureDay(sources, meters(of(allocationId(1), 'vcpu', 2)), later(2));
    const billed = vi.fn(async () => bill);
    expect(await billMonth(sources, { billed }, later(2))).toEqual({ billed: 1 });
    expect(billed).toHaveBeenCalledWith('2026-07');
    expect(await usage()).toEqual([
      { day: '2026-07-01', used: {}, costFen: 700 },
      { day: '2026-07-02', used: { vcpu: 2 }, costFen: 800 },
    ]);
  });
});

describe('the nightly audit', () => {
  /** Written past the ledger, as by hand. */
  const spoil = <T>(id: string, part: string, change: (value: T) => T): void => {
    const item = fromItem<{ value: T }>(table.items.get(`${id}|${part}`) as Item);
    table.items.set(`${id}|${part}`, toItem({ ...item, value: change(item.value) }));
  };
  const two = () => grant(allocation(), allocation({ allocationId: allocationId(2), amounts: { vcpu: 2 } }));

  test('of books that balance finds nothing, and says so', async () => {
    const told = vi.spyOn(logger, 'error').mockImplementation(() => undefined);
    await two();
    expect(await audit(sources, NOW)).toEqual([]);
    expect(told).not.toHaveBeenCalled();
    expect(table.find('zone#inner', 'audit#2026-07-01')).toMatchObject({ value: { day: '2026-07-01', differences: [] } });
    expect(names()).toEqual([]);
  });

  test('finds a balance that was written by hand, tells it once a day and in the log', async () => {
    const told = vi.spyOn(logger, 'error').mockImplementation(() => undefined);
    await two();
    spoil<Books>('zone#inner', 'books', (books) => ({ ...books, accounts: { ...books.accounts, free: { ...freeOf(books), vcpu: 91 } } }));
    const found = [{ account: 'free', kind: 'vcpu', books: 91, journal: 90 }];
    expect(await audit(sources, NOW)).toEqual(found);
    expect(await audit(sources, NOW + 1000)).toEqual(found);
    expect(told).toHaveBeenCalledTimes(2);
    expect(said()).toMatchObject([{ name: 'BooksDiffered', data: { zone: 'inner', differences: found } }]);
  });

  test('finds an entry that is missing and an allocation that says something else', async () => {
    vi.spyOn(logger, 'error').mockImplementation(() => undefined);
    await two();
    table.items.delete('zone#inner|entry#0000000003');
    spoil<Allocation>(allocationId(1), 'allocation', (one) => ({ ...one, amounts: { ...one.amounts, vcpu: 80 } }));
    expect((await audit(sources, NOW)).map(({ account, kind }) => `${account} ${kind}`)).toEqual([
      'journal entries',
      'free vcpu',
      'reserved/schools vcpu',
      `${allocationId(1)} vcpu`,
    ]);
  });

  test('reads again while somebody moves something', async () => {
    await two();
    let moves = 0;
    table.before = async ({ name }) => {
      if (name !== 'Query' || ++moves > 2) return;
      await grant(allocation({ allocationId: allocationId(10 + moves), amounts: { vcpu: 1 } }));
    };
    expect(await audit(sources, NOW)).toEqual([]);
    expect(moves).toBe(3);
  });

  test('that never finds them at rest gives up instead of telling what is not so', async () => {
    await two();
    let moves = 0;
    table.before = async ({ name }) => {
      if (name === 'Query') await grant(allocation({ allocationId: allocationId(100 + moves++), amounts: { vcpu: 1 } }));
    };
    await expect(audit(sources, NOW)).rejects.toMatchObject({ code: 'books-busy' });
  });
});

test('a refused write is a conflict that is tried again, not a loss', async () => {
  await grant(allocation({ expiresAt: iso(20) }));
  let refused = 0;
  table.before = ({ name }) => {
    if (name === 'TransactWriteItems' && refused++ < 2) throw conflicting();
  };
  await runDaily(sources, later(3));
  expect(names()).toEqual(['AllocationExpiryNoticed', 'QuotaCaseProposed']);
});
