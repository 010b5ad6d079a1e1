import { beforeEach, describe, expect, test } from 'vitest';
import { AllocationGranted } from '#events/cloud-quota.ts';
import { occurred } from '#events/envelope.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { type Allocation, factsOf, frozen } from './allocation.ts';
import { AT, allocation, allocationId, CLOUD, caseId, iso, NOW, opened, SYSTEM_ID } from './cloud-quota.fixture.ts';
import { following, isShort, reserve } from './ledger.ts';
import { type Answer, QuotaStore } from './store.ts';
import type { System } from './system.ts';
import { UsageStore } from './usage-store.ts';

const CAUSE = { actor: 'person:jiang-he', trace: 'trace-1', now: NOW };
const CONFLICT = { kind: 'conflict', code: 'changed-meanwhile' };
const SYSTEM: System = { systemId: SYSTEM_ID, department: 'schools', name: '招生系统', level: 2, dataClasses: [] };

let table: Dynamo;
let store: QuotaStore;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new QuotaStore(table.client, 'quota');
});

const posted = () => {
  const outcome = reserve(
    opened(),
    { department: 'schools', amounts: { vcpu: 8 }, limits: { vcpu: -1 } },
    { at: AT, by: 'x', allocationId: allocationId(1) },
  );
  if (isShort(outcome)) throw new Error('short');
  return outcome;
};
const answer = (change: Partial<Answer> = {}): Answer => ({
  answer: { caseId: caseId(1), step: 'allocate', attempt: 2, outcome: 'granted', findings: [], result: { n: 1 } },
  occurrences: [],
  cause: CAUSE,
  ...change,
});
const add = (...all: readonly Allocation[]) => store.commit({ allocations: all.map((after) => ({ before: undefined, after })) }, CAUSE);

describe('what a batch decides', () => {
  test('is written in one transaction: books, journal, allocation, system, answer with all its events', async () => {
    const { books, entries } = posted();
    const granted = occurred(AllocationGranted, ['x'], { ...factsOf(allocation()), caseId: caseId(1), priceFenPerMonth: 1 });
    await store.commit(
      {
        books: { before: undefined, after: books },
        entries,
        allocations: [{ before: undefined, after: allocation() }],
        systems: [{ before: undefined, after: SYSTEM }],
        answers: [answer({ occurrences: [granted] })],
      },
      CAUSE,
    );
    expect(table.writes).toEqual(['TransactWriteItems']);
    expect(table.all.map(({ id, part }) => `${id} ${part}`)).toEqual([
      'zone#inner books',
      'zone#inner entry#0000000002',
      `${allocationId(1)} allocation`,
      `${SYSTEM_ID} system`,
      `${caseId(1)} answer#allocate#2`,
    ]);
    const { outbox } = table.find(caseId(1), 'answer#allocate#2');
    expect(fromOutbox(outbox).map(({ name, metadata }) => [name, metadata.actor, metadata.trace])).toEqual([
      ['AllocationGranted', 'person:jiang-he', 'trace-1'],
      ['QuotaStepAnswered', 'person:jiang-he', 'trace-1'],
    ]);
    expect(table.all.filter((item) => item.outbox)).toHaveLength(1);
    expect(await store.books('inner')).toEqual({ value: books, version: 1 });
    expect(await store.entries('inner', [2, 2, 7])).toEqual(entries);
  });

  test('over books that were changed since is a conflict, and nothing of it is written', async () => {
    const { books, entries } = posted();
    await store.commit({ books: { before: undefined, after: opened() } }, CAUSE);
    const before = await store.books('inner');
    await store.commit({ books: { before, after: opened() } }, CAUSE);
    const late = store.commit(
      { books: { before, after: books }, entries, allocations: [{ before: undefined, after: allocation() }], answers: [answer()] },
      CAUSE,
    );
    await expect(late).rejects.toMatchObject(CONFLICT);
    expect(table.items.size).toBe(1);
    expect((await store.books('inner'))?.version).toBe(2);
  });

  test('never writes an entry of the journal twice, nor an answer', async () => {
    const { entries } = posted();
    await store.commit({ entries, answers: [answer()] }, CAUSE);
    await expect(store.commit({ entries }, CAUSE)).rejects.toMatchObject(CONFLICT);
    await expect(store.commit({ answers: [answer()] }, CAUSE)).rejects.toMatchObject(CONFLICT);
  });

  test('and decides nothing writes nothing', async () => {
    await store.commit({}, CAUSE);
    expect(table.sent).toEqual([]);
  });

  test('leaves an allocation’s events behind when it is written again without', async () => {
    const said = [occurred(AllocationGranted, ['x'], { ...factsOf(allocation()), caseId: caseId(1), priceFenPerMonth: 1 })];
    await store.commit({ allocations: [{ before: undefined, after: allocation(), occurrences: said }] }, CAUSE);
    expect(table.all[0]).toHaveProperty('outbox');
    await store.commit(
      { allocations: [{ before: await store.allocation(allocationId(1)), after: allocation({ entries: [2, 3] }) }] },
      CAUSE,
    );
    expect(table.all[0]).not.toHaveProperty('outbox');
    expect(await store.allocation(allocationId(1))).toEqual({ value: allocation({ entries: [2, 3] }), version: 2 });
  });
});

describe('an answer', () => {
  test('is known by case, step and attempt', async () => {
    await store.commit({ answers: [answer()] }, CAUSE);
    const key = { caseId: caseId(1), step: 'allocate', attempt: 2 };
    expect([...(await store.answered([key, { ...key, attempt: 3 }, { ...key, step: 'assess' }, key])).values()]).toMatchObject([key]);
  });

  test('told again is the very same event, and something for the stream to carry', async () => {
    await store.commit({ answers: [answer()] }, CAUSE);
    const before = table.find(caseId(1), 'answer#allocate#2');
    await store.retell({ caseId: caseId(1), step: 'allocate', attempt: 2 });
    const { told, ...after } = table.find(caseId(1), 'answer#allocate#2');
    expect(told).toBe(2);
    expect(after).toEqual({ ...before, told: undefined, ...after });
    expect(after.outbox).toBe(before.outbox);
  });

  test('is not told again where it was never given', async () => {
    await expect(store.retell({ caseId: caseId(1), step: 'allocate', attempt: 9 })).rejects.toThrow();
    expect(table.items.size).toBe(0);
  });

  test('of an assessment is found by its system', async () => {
    const assessed = (number: number, days: number) =>
      answer({
        answer: { ...answer().answer, caseId: caseId(number), step: 'assess' },
        systemId: SYSTEM_ID,
        cause: { ...CAUSE, now: Date.parse(iso(days)) },
      });
    await store.commit({ answers: [assessed(1, 0), assessed(2, 5), assessed(3, -100)] }, CAUSE);
    expect(await store.casesThatAsked(SYSTEM_ID, iso(-90))).toEqual([caseId(2), caseId(1)]);
    expect(await store.casesThatAsked('sys_other', iso(-90))).toEqual([]);
  });
});

describe('lists', () => {
  const of = (number: number, department: string): Allocation =>
    allocation({ allocationId: allocationId(number), department, validFrom: iso(number) });
  beforeEach(() => add(of(1, 'schools'), of(2, 'health'), of(3, 'schools'), frozen(of(4, 'schools'), AT, { zh: '冻', en: 'cold' })));
  const ids = (found: readonly { value: Allocation }[]) => found.map(({ value }) => Number(value.allocationId.slice(4)));

  test('are of one phase and the given departments, newest first, page by page', async () => {
    expect(ids((await store.listAllocations('active', ['schools', 'health'], 10)).found)).toEqual([3, 2, 1]);
    expect(ids((await store.listAllocations('frozen', ['schools', 'health'], 10)).found)).toEqual([4]);
    expect((await store.listAllocations('active', [], 10)).found).toEqual([]);
    const { found, next } = await store.listAllocations('active', ['schools', 'health'], 2);
    expect(ids(found)).toEqual([3, 2]);
    expect(ids((await store.listAllocations('active', ['schools', 'health'], 2, next)).found)).toEqual([1]);
  });

  test('of all leave none out, however small the pages', async () => {
    table.page = 1;
    expect(ids(await store.allAllocations(['active', 'frozen'], ['schools', 'health'])).sort()).toEqual([1, 2, 3, 4]);
  });

  test('of systems are by department', async () => {
    await store.commit({ systems: [{ before: undefined, after: SYSTEM }] }, CAUSE);
    expect((await store.allSystems(['schools'])).map(({ value }) => value)).toEqual([SYSTEM]);
    expect(await store.allSystems(['health'])).toEqual([]);
    expect(await store.system(SYSTEM_ID)).toEqual({ value: SYSTEM, version: 1 });
  });
});

test('what is decided on is read as it is now', async () => {
  await store.books('inner');
  await store.allocations([allocationId(1)]);
  for await (const _ of store.journal('inner'));
  const consistent = table.sent.map(({ input }) => input.ConsistentRead ?? input.RequestItems.quota.ConsistentRead);
  expect(consistent).toEqual([true, true, true]);
});

test('the journal comes in its order, page by page, and nothing but entries', async () => {
  table.page = 3;
  const zone = CLOUD.zones[0] as (typeof CLOUD.zones)[number];
  const [first] = following(undefined, zone, AT).entries;
  if (!first) throw new Error('none');
  const entries = Array.from({ length: 11 }, (_, i) => ({ ...first, seq: 11 - i }));
  await store.commit({ books: { before: undefined, after: opened() }, entries }, CAUSE);
  const seen: number[] = [];
  for await (const page of store.journal('inner')) seen.push(...page.map(({ seq }) => seq));
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

describe('use', () => {
  let usage: UsageStore;
  beforeEach(() => {
    usage = new UsageStore(table.client, 'quota');
  });
  const ID = allocationId(1);

  test('is one item a month, read from day to day', async () => {
    await usage.record(ID, [
      { day: '2026-07-01', used: { vcpu: 2 } },
      { day: '2026-06-30', used: { vcpu: 1.5 }, costFen: 9 },
    ]);
    await usage.record(ID, [{ day: '2026-07-01', used: { memoryGiB: 4 } }]);
    expect(table.all.map(({ part }) => part)).toEqual(['usage#2026-07', 'usage#2026-06']);
    expect(await usage.between(ID, '2026-06-01', '2026-07-31')).toEqual([
      { day: '2026-06-30', used: { vcpu: 1.5 }, costFen: 9 },
      { day: '2026-07-01', used: { vcpu: 2, memoryGiB: 4 } },
    ]);
    expect(await usage.between(ID, '2026-07-01', '2026-07-01')).toHaveLength(1);
    expect(await usage.between(allocationId(2), '2026-06-01', '2026-07-31')).toEqual([]);
  });

  test('of two meters at once is lost of neither', async () => {
    await Promise.all(['vcpu', 'memoryGiB', 'objectGiB'].map((kind) => usage.record(ID, [{ day: '2026-07-01', used: { [kind]: 1 } }])));
    expect(await usage.between(ID, '2026-07-01', '2026-07-01')).toEqual([
      { day: '2026-07-01', used: { vcpu: 1, memoryGiB: 1, objectGiB: 1 } },
    ]);
  });

  test('of a pool is its day’s, said again it is the newer', async () => {
    const day = { day: '2026-07-01', capacity: { vcpu: 100 }, reserved: { vcpu: 8 }, used: { vcpu: 2 }, usedBy: { schools: { vcpu: 2 } } };
    await usage.recordPool('inner', day);
    await usage.recordPool('inner', { ...day, reserved: { vcpu: 9 } });
    await usage.recordPool('inner', { ...day, day: '2026-07-03' });
    const found = async (first: string, last: string) => (await usage.pool('inner', first, last)).map((one) => one.day);
    expect(await usage.pool('inner', '2026-06-01', '2026-07-02')).toEqual([{ ...day, reserved: { vcpu: 9 } }]);
    expect(await found('2026-07-01', '2026-07-03')).toEqual(['2026-07-01', '2026-07-03']);
    expect(await found('2026-07-02', '2026-07-02')).toEqual([]);
  });
});
