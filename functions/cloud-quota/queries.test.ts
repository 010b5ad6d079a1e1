import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Duty, Principal } from '#functions/identity/access.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import type { Allocation } from './allocation.ts';
import { frozen, released } from './allocation.ts';
import * as api from './api.ts';
import { daysBefore } from './calendar.ts';
import { AT, allocation, allocationId, CONFIG, caseId, iso, NOW, SYSTEM_ID } from './cloud-quota.fixture.ts';
import { keepSystem, reportUsage, setCapacity } from './commands.ts';
import { runDaily } from './daily.ts';
import { following, isShort, reserve } from './ledger.ts';
import * as queries from './queries.ts';
import { QuotaStore } from './store.ts';
import type { System } from './system.ts';
import { UsageStore } from './usage-store.ts';

const person = (id: string, ...duties: readonly Duty[]): Principal => ({
  kind: 'person',
  id,
  name: id,
  roles: [],
  towns: [],
  duties,
  bureau: 'bureau',
});
const itOf = (department: string): Duty => ({ department, duty: 'it-officer' });
const SCHOOLS = person('jiang-he', itOf('schools'));
const HEALTH = person('fang-lan', itOf('health'));
const REVIEWER = person('peng-tao', { department: 'bureau', duty: 'reviewer' });
const OPERATOR = person('dong-kai', { department: 'bureau', duty: 'operator' });
const MACHINE: Principal = { ...person('schools-service', itOf('schools')), kind: 'service' };
const by = (principal: Principal) => ({ principal, requestId: 'r-1', now: NOW });

let table: Dynamo;
let sources: queries.Sources;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  sources = { config: CONFIG, store: new QuotaStore(table.client, 'quota'), usage: new UsageStore(table.client, 'quota') };
});

const CAUSE = { actor: 'x', trace: 'x', now: NOW };
const ZONE = CONFIG.cloud.zones[0] as (typeof CONFIG.cloud.zones)[number];
const grant = async (...all: readonly Allocation[]): Promise<void> => {
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
const register = (...all: readonly System[]) =>
  sources.store.commit({ systems: all.map((after) => ({ before: undefined, after })) }, CAUSE);
const system = (change: Partial<System> = {}): System => ({
  systemId: SYSTEM_ID,
  department: 'schools',
  name: '招生系统',
  level: 2,
  dataClasses: ['open'],
  ...change,
});
const OF_HEALTH = allocation({ allocationId: allocationId(2), department: 'health', amounts: { vcpu: 5 } });
const both = () => grant(allocation(), OF_HEALTH);
const keeps = (schema: TSchema, value: unknown) => expect([...Compile(schema).Errors(value)]).toEqual([]);
const NOT_FOUND = { kind: 'notFound' };

describe('the catalogue', () => {
  test('is the same for all, but for the departments that the caller sees', () => {
    const own = queries.catalogue(sources, SCHOOLS);
    keeps(api.getCatalogue.response, own);
    expect(own.departments.map(({ id }) => id)).toEqual(['schools']);
    expect(own.presets).toMatchObject([{ id: 'small', priceFenPerMonth: 32_400 }]);
    expect(queries.catalogue(sources, REVIEWER).departments).toHaveLength(4);
  });
});

describe('an estimate', () => {
  const body = { department: 'schools', zone: 'inner', amounts: { vcpu: 4, memoryGiB: 8 }, months: 12 };

  test('shows the price in its parts, what is left, and what the checks find', async () => {
    await both();
    const found = await queries.estimated(sources, SCHOOLS, { ...body, amounts: { vcpu: 53 } }, NOW);
    keeps(api.estimate.response, found);
    expect(found).toMatchObject({
      lines: [{ kind: 'vcpu', amount: 53, price: 4500, fenPerMonth: 238_500 }],
      priceFenPerMonth: 238_500,
      priceFen: 2_862_000,
      freeInPool: { vcpu: 87 },
      freeInDepartment: { vcpu: 52 },
      standard: false,
      findings: [{ id: 'over-limit' }],
    });
  });

  test('knows the system by name or id and says what it has already', async () => {
    await register(system());
    await both();
    const ids = async (of: object) =>
      (await queries.estimated(sources, SCHOOLS, { ...body, system: of }, NOW)).findings.map(({ id }) => id);
    expect(await ids({ name: '招生系统' })).toEqual(['allocated-already']);
    expect(await ids({ id: SYSTEM_ID })).toEqual(['allocated-already']);
    expect(await ids({ name: '别的系统' })).toEqual([]);
    expect(await ids({ name: '别的系统', level: 4 })).toEqual(['level-above-zone']);
  });

  test('of a change counts what comes on top', async () => {
    await both();
    const change = { ...body, amounts: { vcpu: 60 }, allocationId: allocationId(1) };
    expect((await queries.estimated(sources, SCHOOLS, change, NOW)).findings).toEqual([]);
    await expect(queries.estimated(sources, SCHOOLS, { ...change, allocationId: allocationId(2) }, NOW)).rejects.toMatchObject({
      code: 'unknown-allocation',
    });
  });

  test.each([
    [{ department: 'health' }, 'unknown-department'],
    [{ department: 'moon' }, 'unknown-department'],
    [{ zone: 'moon' }, 'unknown-zone'],
    [{ amounts: { gpu: 1 } }, 'unknown-kind'],
  ])('of %j is refused', async (change, code) => {
    await expect(queries.estimated(sources, SCHOOLS, { ...body, ...change }, NOW)).rejects.toMatchObject({ code });
  });
});

describe('the pools', () => {
  test('show a department the district’s totals and itself, the bureau everybody', async () => {
    await both();
    const [inner, outer] = await queries.pools(sources, SCHOOLS, NOW);
    keeps(api.PoolView, inner);
    expect(inner?.kinds[0]).toEqual({ kind: 'vcpu', capacity: 100, reserved: 13, free: 87 });
    expect(inner?.departments).toMatchObject([
      { department: 'schools', kinds: [{ kind: 'vcpu', limit: 60, reserved: 8, free: 52 }, {}, { limit: -1, free: -1 }] },
    ]);
    expect(outer).toMatchObject({ zone: 'outer', version: 1, kinds: [{ capacity: 20, free: 20 }, {}, { kind: 'objectGiB', capacity: 0 }] });
    expect((await queries.pools(sources, REVIEWER, NOW))[0]?.departments.map(({ department }) => department)).toEqual([
      'schools',
      'health',
    ]);
  });

  test('show what is in use and where it leads, once it was measured', async () => {
    await both();
    for (let i = 20; i >= 1; i--) {
      const day = daysBefore('2026-07-01', i);
      await sources.usage.recordPool('inner', {
        day,
        capacity: {},
        reserved: { vcpu: 90 - i * 2 },
        used: { vcpu: 7.5 },
        usedBy: { schools: { vcpu: 4 }, health: { vcpu: 3.5 } },
      });
    }
    const [inner] = await queries.pools(sources, SCHOOLS, NOW);
    keeps(api.PoolView, inner);
    expect(inner).toMatchObject({ measuredOn: '2026-06-30', departments: [{ kinds: [{ used: 4 }, {}, {}] }] });
    expect(inner?.kinds[0]).toMatchObject({ used: 7.5, forecast: { trend: 2, days: 20, reachedOn: '2026-07-07' } });
    expect(JSON.stringify(inner)).not.toContain('health');
  });
});

describe('allocations', () => {
  const list = (principal: Principal, more = {}) => queries.allocations(sources, principal, { phase: 'active', limit: 10, ...more });
  const ids = async (principal: Principal, more = {}) => (await list(principal, more)).items.map((one) => one.allocationId);

  test('are listed of the caller’s departments, and of no other however it is asked for', async () => {
    await both();
    expect(await ids(SCHOOLS)).toEqual([allocationId(1)]);
    expect(await ids(SCHOOLS, { department: 'health' })).toEqual([]);
    expect(await ids(SCHOOLS, { department: 'moon' })).toEqual([]);
    expect(await ids(REVIEWER)).toHaveLength(2);
    expect(await ids(REVIEWER, { department: 'health' })).toEqual([allocationId(2)]);
    for (const one of (await list(REVIEWER)).items) keeps(api.AllocationView, one);
  });

  test('another’s cursor opens nothing', async () => {
    await grant(OF_HEALTH, allocation({ allocationId: allocationId(3), department: 'health', validFrom: iso(1) }), allocation());
    const { next } = await list(HEALTH, { limit: 1 });
    expect(next).toBeDefined();
    expect(await ids(SCHOOLS, { cursor: next })).toEqual([allocationId(1)].filter((id) => `${AT}#${id}` < (next as string)));
    expect(await ids(HEALTH, { cursor: next })).toEqual([allocationId(2)]);
  });

  test('one shows its use, its forecast, its journal and its notices', async () => {
    await grant(allocation({ expiresAt: iso(20) }));
    const days = Array.from({ length: 30 }, (_, i) => ({
      day: daysBefore('2026-06-30', 29 - i),
      used: { vcpu: 2 + i / 5, memoryGiB: 4 },
      costFen: 9,
    }));
    await sources.usage.record(allocationId(1), days);
    await runDaily(sources, NOW);
    const one = await queries.allocation(sources, SCHOOLS, allocationId(1), NOW);
    keeps(api.AllocationDetail, one);
    expect(one.usage).toHaveLength(30);
    expect(one.forecast.vcpu).toMatchObject({ trend: expect.closeTo(0.2, 5), reachedOn: '2026-07-02' });
    expect(one.forecast.memoryGiB).not.toHaveProperty('reachedOn');
    expect(one.journal).toEqual([
      { seq: 2, at: AT, movement: 'reserve', by: 'person:x', caseId: caseId(1), amounts: { vcpu: 8, memoryGiB: 32 } },
    ]);
    expect(one).toMatchObject({ notices: [30], measuredOn: '2026-06-30', used: { memoryGiB: 4 }, utilisation: expect.closeTo(0.6125, 5) });
  });

  test('frozen and released ones say since when', async () => {
    await grant(frozen(allocation(), AT, { zh: '冻', en: 'cold' }), released(OF_HEALTH, AT, caseId(3)));
    const one = await queries.allocation(sources, SCHOOLS, allocationId(1), NOW);
    keeps(api.AllocationDetail, one);
    expect(one).toMatchObject({ phase: 'frozen', frozenAt: AT });
    const other = await queries.allocation(sources, HEALTH, allocationId(2), NOW);
    keeps(api.AllocationDetail, other);
    expect(other).toMatchObject({ phase: 'released', releasedAt: AT });
  });

  test('another’s is answered like one that does not exist', async () => {
    await both();
    const answers = [allocationId(2), allocationId(77)].map((id) =>
      queries.allocation(sources, SCHOOLS, id, NOW).catch((error) => [error.kind, error.code, error.text]),
    );
    const [theirs, none] = await Promise.all(answers);
    expect(theirs).toEqual(none);
    expect(theirs?.[0 as never]).toBe('notFound');
  });
});

describe('use that is reported', () => {
  const report = (principal: Principal, day = '2026-07-01', used: Record<string, number> = { vcpu: 3.5 }, id = allocationId(1)) =>
    reportUsage(sources, by(principal), id, { days: [{ day, used, costFen: 700 }] });

  test('comes from the department’s machine client or an operator', async () => {
    await both();
    expect(await report(MACHINE)).toBe(1);
    expect(await report(OPERATOR, '2026-07-01', { memoryGiB: 4 })).toBe(1);
    expect(await sources.usage.between(allocationId(1), '2026-07-01', '2026-07-01')).toEqual([
      { day: '2026-07-01', used: { vcpu: 3.5, memoryGiB: 4 }, costFen: 700 },
    ]);
  });

  test('from a person of the department, or one who only looks, is refused', async () => {
    await both();
    for (const principal of [SCHOOLS, REVIEWER])
      await expect(report(principal)).rejects.toMatchObject({ kind: 'refused', code: 'not-permitted' });
  });

  test('of another’s allocation is of none that exists', async () => {
    await both();
    await expect(report(MACHINE, '2026-07-01', {}, allocationId(2))).rejects.toMatchObject(NOT_FOUND);
    await expect(report(MACHINE, '2026-07-01', {}, allocationId(77))).rejects.toMatchObject(NOT_FOUND);
  });

  test.each(['2026-07-02', '2026-06-30', '2026-02-30'])('for %s is refused: to come, before it was granted, or no day', async (day) => {
    await both();
    await expect(report(MACHINE, day)).rejects.toMatchObject({ code: 'no-such-day' });
  });

  test('of a kind that there is not is refused', async () => {
    await both();
    await expect(report(MACHINE, '2026-07-01', { gpu: 1 })).rejects.toMatchObject({ code: 'unknown-kind' });
  });
});

describe('a pool’s capacity', () => {
  test('is changed by an operator, with an entry and an event', async () => {
    await both();
    const pool = await setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 120 }, 1);
    expect(pool).toMatchObject({ version: 2, kinds: [{ capacity: 120, free: 107 }, { capacity: 400 }, {}] });
    const [said] = fromOutbox(table.find('zone#inner', 'books').outbox);
    expect(said).toMatchObject({
      name: 'PoolChanged',
      metadata: { actor: 'person:dong-kai' },
      data: { before: { vcpu: 100 }, capacity: { vcpu: 120 } },
    });
  });

  test('of a zone that nobody used yet is changed too', async () => {
    expect(await setCapacity(sources, by(OPERATOR), 'outer', { vcpu: 25 }, 1)).toMatchObject({ version: 2 });
  });

  test('goes on being what was set when something is reserved, and while the YAML is the same', async () => {
    await setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 120 }, 1);
    await both();
    expect((await queries.pools(sources, OPERATOR, NOW))[0]).toMatchObject({ version: 2, kinds: [{ capacity: 120 }, {}, {}] });
  });

  test('is not lowered below what is reserved, and says so', async () => {
    await both();
    await expect(setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 12 }, 1)).rejects.toMatchObject({
      code: 'below-reserved',
      text: { zh: '处理器：不能低于已分配的 13 核（拟改为 12）', en: 'vCPU: not below the 13 cores that are reserved (12 wanted)' },
    });
  });

  test('was changed by somebody else since: stale', async () => {
    await setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 120 }, 1);
    await expect(setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 130 }, 1)).rejects.toMatchObject({
      kind: 'stale',
      code: 'stale-version',
      details: { version: 2 },
    });
  });

  test('reserved meanwhile is no reason to refuse', async () => {
    await both();
    let raced = false;
    table.before = async ({ name }) => {
      if (name !== 'TransactWriteItems' || raced) return;
      raced = true;
      await grant(allocation({ allocationId: allocationId(5), amounts: { vcpu: 10 } }));
    };
    expect(await setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 120 }, 1)).toMatchObject({
      kinds: [{ capacity: 120, reserved: 23 }, {}, {}],
    });
  });

  test.each([
    ['moon', { vcpu: 1 }, 'unknown-zone'],
    ['inner', { gpu: 1 }, 'unknown-kind'],
  ])('of %s %j is refused', async (zone, capacity, code) => {
    await expect(setCapacity(sources, by(OPERATOR), zone, capacity as never, 1)).rejects.toMatchObject({ code });
  });

  test('set to what it is changes nothing', async () => {
    expect(await setCapacity(sources, by(OPERATOR), 'inner', { vcpu: 100 }, 1)).toMatchObject({ version: 1 });
  });
});

describe('the register', () => {
  const OWNER = { name: '蒋大河', phone: '13800000001' };
  const entry = { department: 'schools', name: ' 学籍系统 ', level: 2, dataClasses: ['open'], owner: OWNER, elsewhere: '自建机房' };
  const keep = (principal: Principal, body: object = {}, ifMatch = 0, id = SYSTEM_ID) =>
    keepSystem(sources, by(principal), id, { ...entry, ...body }, ifMatch);

  test('takes a new system of the own department, and tells of it without its owner', async () => {
    const view = await keep(SCHOOLS);
    keeps(api.SystemView, view);
    expect(view).toMatchObject({ name: '学籍系统', owner: OWNER, inCloud: false, elsewhere: '自建机房', version: 1 });
    const [{ outbox }] = table.all;
    expect(fromOutbox(outbox)).toMatchObject([{ name: 'SystemRegistered', data: { systemId: SYSTEM_ID, level: 2 } }]);
    expect(outbox).not.toContain('蒋大河');
  });

  test('is changed on the version that was read, and by nobody’s stale one', async () => {
    await keep(SCHOOLS);
    expect(await keep(SCHOOLS, { level: 3 }, 1)).toMatchObject({ level: 3, version: 2 });
    await expect(keep(SCHOOLS, { level: 1 }, 1)).rejects.toMatchObject({ kind: 'stale', details: { version: 2 } });
    await expect(keep(SCHOOLS, {}, 0)).rejects.toMatchObject({ kind: 'stale' });
  });

  test('is not written for another department, nor taken from one', async () => {
    await expect(keep(SCHOOLS, { department: 'health' })).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(keep(SCHOOLS, { department: 'moon' })).rejects.toMatchObject({ code: 'unknown-department' });
    await keep(HEALTH, { department: 'health' });
    await expect(keep(SCHOOLS, {}, 1)).rejects.toMatchObject(NOT_FOUND);
    await expect(keep(HEALTH, { department: 'schools' }, 1)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(await keep(OPERATOR, { department: 'schools' }, 1)).toMatchObject({ department: 'schools' });
    await expect(keep(REVIEWER, {}, 2)).rejects.toMatchObject({ code: 'not-permitted' });
  });

  test('refuses a class of data that there is not', async () => {
    await expect(keep(SCHOOLS, { dataClasses: ['secret'] })).rejects.toMatchObject({ code: 'unknown-data-class' });
  });

  test('masks owners in lists, and for those who only look', async () => {
    await keep(SCHOOLS);
    const { items } = await queries.systems(sources, SCHOOLS, { limit: 10 });
    expect(items).toMatchObject([{ owner: { name: '蒋**', phone: '138****0001' } }]);
    const view = async (principal: Principal) =>
      queries.systemView(sources, principal, await queries.visibleSystem(sources, principal, SYSTEM_ID));
    expect((await view(REVIEWER)).owner?.phone).toBe('138****0001');
    expect((await view(OPERATOR)).owner).toEqual(OWNER);
    await expect(view(HEALTH)).rejects.toMatchObject(NOT_FOUND);
  });

  test('lists the caller’s departments only', async () => {
    await register(system(), system({ systemId: `${SYSTEM_ID.slice(0, -1)}9`, department: 'health' }));
    const departments = async (principal: Principal, asked?: string) =>
      (await queries.systems(sources, principal, { limit: 10, ...(asked && { department: asked }) })).items.map((one) => one.department);
    expect(await departments(SCHOOLS)).toEqual(['schools']);
    expect(await departments(SCHOOLS, 'health')).toEqual([]);
    expect((await departments(REVIEWER)).sort()).toEqual(['health', 'schools']);
  });
});

test('上云率 by department, with the systems behind it', async () => {
  const other = `${SYSTEM_ID.slice(0, -1)}8`;
  await register(
    system(),
    system({ systemId: other, name: '学籍系统', elsewhere: '自建机房' }),
    system({ systemId: `${SYSTEM_ID.slice(0, -1)}9`, department: 'health', name: '挂号系统' }),
  );
  await grant(allocation());
  const all = await queries.adopted(sources, REVIEWER);
  keeps(api.AdoptionView, all);
  expect(all).toMatchObject({ systems: 3, inCloud: 1, rate: 0.333 });
  expect(all.departments.find(({ department }) => department === 'schools')).toEqual({
    department: 'schools',
    systems: 2,
    inCloud: 1,
    rate: 0.5,
    list: [
      { systemId: other, name: '学籍系统', level: 2, inCloud: false, elsewhere: '自建机房' },
      { systemId: SYSTEM_ID, name: '招生系统', level: 2, inCloud: true },
    ],
  });
  expect(await queries.adopted(sources, HEALTH)).toMatchObject({
    systems: 1,
    inCloud: 0,
    rate: 0,
    departments: [{ department: 'health' }],
  });
  expect(await queries.adopted(sources, person('x', itOf('water')))).toEqual({ systems: 0, inCloud: 0, rate: 0, departments: [] });
});
