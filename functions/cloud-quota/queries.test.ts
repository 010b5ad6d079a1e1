import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { frozen, released } from './allocation.ts';
import * as api from './api.ts';
import { daysBefore } from './calendar.ts';
import {
  AT,
  allocation,
  allocationId,
  caseId,
  HEALTH,
  iso,
  MACHINE,
  NOW,
  OPERATOR,
  REVIEWER,
  SCHOOLS,
  SYSTEM_ID,
} from './cloud-quota.fixture.ts';
import { reportUsage, setCapacity } from './commands.ts';
import { runDaily } from './daily.ts';
import * as queries from './queries.ts';
import { begin, both, by, grant, keeps, NOT_FOUND, OF_HEALTH, register, sources, system, table } from './sources.fixture.ts';

beforeEach(begin);

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

  test.each([
    ['shown', (id: string) => queries.allocation(sources, SCHOOLS, id, NOW)],
    ['made an app of', (id: string) => queries.blueprintOf(sources, SCHOOLS, id)],
  ])('another’s is not %s: it is answered like one that does not exist', async (_, ask) => {
    await both();
    const answers = [allocationId(2), allocationId(77)].map((id) => ask(id).catch((error) => [error.kind, error.code, error.text]));
    const [theirs, none] = await Promise.all(answers);
    expect(theirs).toEqual(none);
    expect(theirs?.[0 as never]).toBe('notFound');
  });

  test('an app is made of one that is active, with what was granted and where it belongs', async () => {
    await grant(allocation(), frozen(OF_HEALTH, AT, { zh: '冻', en: 'cold' }));
    const made = await queries.blueprintOf(sources, SCHOOLS, allocationId(1));
    keeps(api.getBlueprint.response, made);
    expect(JSON.parse(made.files['allocation.json'] ?? '')).toMatchObject({
      allocationId: allocationId(1),
      department: 'schools',
      district: '510604',
      quota: { vcpu: 8, memoryGiB: 32, objectGiB: 0 },
    });
    expect(JSON.parse(made.files['cdk.json'] ?? '').context).toMatchObject({ region: 'cn-north-1', issuer: 'https://sso.example' });
    await expect(queries.blueprintOf(sources, HEALTH, allocationId(2))).rejects.toMatchObject({ kind: 'conflict', code: 'not-active' });
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
