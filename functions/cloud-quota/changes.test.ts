import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { AllocationChanged, AllocationFrozen, AllocationReleased } from '#events/cloud-quota.ts';
import { type Allocation, frozen, released } from './allocation.ts';
import { CHANGING } from './changes.ts';
import { AT, allocation, allocationId, caseId, desk, iso, later, NOW, opened, request, SYSTEM_ID } from './cloud-quota.fixture.ts';
import type { Decided, Desk } from './desk.ts';
import { freeOf, isShort, reserve, reservedOf } from './ledger.ts';
import { decide } from './services.ts';

const REASON = { zh: '冻', en: 'cold' };
const ID = allocationId(1);

/** The allocation with its resources reserved, and its system in the register. */
const given = (one: Allocation = allocation()): Desk => {
  const ground = { at: AT, by: 'x', allocationId: ID };
  const { department, amounts } = one;
  const posted = reserve(opened(), { department, amounts, limits: { vcpu: -1, memoryGiB: -1 } }, ground);
  if (isShort(posted)) throw new Error('short');
  const books = one.phase === 'released' ? opened() : posted.books;
  const system = { systemId: SYSTEM_ID, department: 'schools', name: '招生系统', level: 2, dataClasses: [] };
  return desk({ books, allocations: new Map([[ID, one]]), systems: new Map([[SYSTEM_ID, system]]) });
};
const when = (what: string, input: object = {}, on: Desk = given(), now = NOW, change = {}) =>
  decide(on, request(what, { allocationId: ID, ...input }, change), now);
const now = ({ desk: { allocations } }: Decided) => allocations.get(ID) as Allocation;
const said = ({ occurrences }: Decided) =>
  occurrences.map(({ definition: { name }, data }) => [name, (data as { change?: string }).change]);
const findings = ({ answer }: Decided) => answer.findings.map(({ id, severity }) => `${id} ${severity}`);
const reserved = ({ desk: { books } }: Decided, department = 'schools') => reservedOf(books, department);

describe('an extension', () => {
  test('goes on from the end of the term, and its notices begin anew', () => {
    const told = { notices: [30, 7], expiry: true, recallOn: '2026-06-01' };
    const decided = when('extend', { months: 6 }, given(allocation({ told })));
    expect(now(decided)).toMatchObject({ expiresAt: '2028-01-01T04:00:00.000Z', told: { notices: [], recallOn: '2026-06-01' } });
    expect(said(decided)).toEqual([['AllocationChanged', 'extended']]);
    expect(decided.answer).toMatchObject({ outcome: 'done', result: { expiresAt: '2028-01-01T04:00:00.000Z' } });
  });

  test('of what is over and frozen begins today and makes it active', () => {
    const decided = when('extend', { months: 1 }, given(frozen(allocation({ expiresAt: iso(-20) }), iso(-5), REASON)));
    expect(now(decided)).toMatchObject({ phase: 'active', expiresAt: '2026-08-01T04:00:00.000Z' });
    expect(now(decided)).not.toHaveProperty('frozenAt');
  });

  test('over the longest term is refused', () => {
    expect(findings(when('extend', { months: 37 }))).toEqual(['term-too-long blocking']);
    expect(findings(when('extend', {}))).toEqual(['invalid-input blocking']);
  });
});

describe('resizing', () => {
  test('changes what is named, leaves the rest, and the price with it', () => {
    const decided = when('resize', { amounts: { vcpu: 12 } });
    expect(now(decided)).toMatchObject({
      amounts: { vcpu: 12, memoryGiB: 32 },
      priceFenPerMonth: 111_600,
      budgetFenPerMonth: 111_600,
      entries: [2, 3],
    });
    expect(reserved(decided)).toEqual({ vcpu: 12, memoryGiB: 32 });
    expect(said(decided)).toEqual([['AllocationChanged', 'resized']]);
  });

  test('keeps a budget that was set by hand', () => {
    expect(now(when('resize', { amounts: { vcpu: 12 } }, given(allocation({ budgetFenPerMonth: 200_000 }))))).toMatchObject({
      budgetFenPerMonth: 200_000,
    });
  });

  test('in part, as granted; a kind is given back by 0', () => {
    expect(reserved(when('resize', { amounts: { vcpu: 12 }, granted: { vcpu: 10 } }))).toEqual({ vcpu: 10, memoryGiB: 32 });
    expect(reserved(when('resize', { amounts: { memoryGiB: 0 } }))).toEqual({ vcpu: 8 });
  });

  test('is refused below use, over the limit, beyond what was asked for, to nothing, and while it is frozen', () => {
    const busy = given(allocation({ metered: { day: '2026-06-30', used: { vcpu: 5.1 } } }));
    expect(findings(when('resize', { amounts: { vcpu: 5 } }, busy))).toEqual(['below-use blocking']);
    expect(findings(when('resize', { amounts: { vcpu: 6 } }, busy))).toEqual([]);
    expect(findings(when('resize', { amounts: { vcpu: 61 } }))).toEqual(['over-limit blocking']);
    expect(findings(when('resize', { amounts: { vcpu: 9 }, granted: { vcpu: 10 } }))).toEqual(['granted-more-than-asked blocking']);
    expect(findings(when('resize', { amounts: { vcpu: 0, memoryGiB: 0 } }))).toEqual(['nothing-asked blocking']);
    expect(findings(when('resize', { amounts: { vcpu: 9 } }, given(frozen(allocation(), AT, REASON))))).toEqual(['wrong-phase blocking']);
  });

  test('to what it is is done without an entry', () => {
    const decided = when('resize', { amounts: { vcpu: 8 } });
    expect(decided.answer.outcome).toBe('done');
    expect(findings(decided)).toEqual(['as-it-is info']);
    expect(decided.entries).toEqual([]);
  });
});

describe('a recall', () => {
  test('takes back what lies idle, also of what is frozen', () => {
    for (const one of [allocation(), frozen(allocation(), AT, REASON)]) {
      const decided = when('recall', { amounts: { vcpu: 2 } }, given(one));
      expect(reserved(decided)).toEqual({ vcpu: 2, memoryGiB: 32 });
      expect(freeOf(decided.desk.books).vcpu).toBe(98);
      expect(said(decided)).toEqual([['AllocationChanged', 'recalled']]);
    }
  });

  test('may be less than was proposed, and never gives', () => {
    expect(reserved(when('recall', { amounts: { vcpu: 2 }, granted: { vcpu: 5 } }))).toEqual({ vcpu: 5, memoryGiB: 32 });
    expect(findings(when('recall', { amounts: { vcpu: 9 } }))).toEqual(['not-smaller blocking']);
  });
});

describe('a transfer', () => {
  test('hands the allocation and its system over, and the pool does not notice', () => {
    const before = given();
    const decided = when('transfer', { to: 'health' }, before);
    expect(now(decided)).toMatchObject({ department: 'health', entries: [2, 3] });
    expect(decided.desk.systems.get(SYSTEM_ID)?.department).toBe('health');
    expect(reserved(decided, 'health')).toEqual({ vcpu: 8, memoryGiB: 32 });
    expect(reserved(decided)).toEqual({});
    expect(freeOf(decided.desk.books)).toEqual(freeOf(before.books));
    expect(said(decided)).toEqual([['AllocationChanged', 'transferred']]);
  });

  test('leaves a system alone that is another department’s', () => {
    const before = given();
    const system = { systemId: SYSTEM_ID, department: 'water', name: '招生系统', level: 2, dataClasses: [] };
    const decided = when('transfer', { to: 'health' }, { ...before, systems: new Map([[SYSTEM_ID, system]]) });
    expect(decided.desk.systems.get(SYSTEM_ID)).toBe(system);
    expect(when('extend', { months: 1 }, before).desk.systems).toBe(before.systems);
  });

  test('to nobody, to itself, or over the other’s limit', () => {
    expect(findings(when('transfer', { to: 'moon' }))).toEqual(['unknown-department blocking']);
    expect(findings(when('transfer', { to: 'schools' }))).toEqual(['as-it-is info']);
    const large = allocation({ amounts: { vcpu: 70 } });
    expect(findings(when('transfer', { to: 'water' }, given(large)))).toEqual(['over-limit blocking']);
    expect(findings(when('transfer', { to: 'health' }, given(large)))).toEqual([]);
  });
});

describe('freezing', () => {
  test('stops the use and keeps the resources; unfreezing undoes it', () => {
    const cold = when('freeze');
    expect(now(cold)).toMatchObject({ phase: 'frozen', frozenAt: AT });
    expect(reserved(cold)).toEqual({ vcpu: 8, memoryGiB: 32 });
    expect(said(cold)).toEqual([['AllocationFrozen', undefined]]);
    const warm = when('unfreeze', {}, cold.desk);
    expect(now(warm)).toEqual(allocation());
    expect(said(warm)).toEqual([['AllocationChanged', 'unfrozen']]);
  });

  test('what is frozen, and unfreezing what is not, is done already', () => {
    expect(findings(when('freeze', {}, given(frozen(allocation(), AT, REASON))))).toEqual(['as-it-is info']);
    expect(findings(when('unfreeze'))).toEqual(['as-it-is info']);
  });

  test('is not undone after the term: that is an extension', () => {
    const over = given(frozen(allocation(), AT, REASON));
    expect(findings(when('unfreeze', {}, over, later(365)))).toEqual(['wrong-phase blocking']);
  });
});

describe('the end', () => {
  const cold = () => given(frozen(allocation(), AT, REASON));

  test('gives everything back, once the last export is confirmed', () => {
    for (const decided of [when('release', { exported: true }, cold()), when('terminate', { exported: true })]) {
      expect(now(decided)).toMatchObject({ phase: 'released', releasedAt: AT, releasedIn: caseId(9), entries: [2, 3] });
      expect(now(decided)).not.toHaveProperty('frozenAt');
      expect(reserved(decided)).toEqual({});
      expect(freeOf(decided.desk.books)).toEqual(freeOf(opened()));
      expect(said(decided)).toEqual([['AllocationReleased', undefined]]);
    }
  });

  test.each([{}, { exported: false }, { exported: 'true' }])('waits for that: %j', (input) => {
    for (const decided of [when('release', input, cold()), when('terminate', input)]) {
      expect(findings(decided)).toEqual(['export-not-confirmed blocking']);
      expect(decided.entries).toEqual([]);
    }
  });

  test('by release comes to what is frozen only', () => {
    expect(findings(when('release', { exported: true }))).toEqual(['wrong-phase blocking']);
  });

  test('is for good: wanted again it is done, anything else comes too late', () => {
    const over = given(released(allocation(), AT, caseId(8)));
    for (const what of CHANGING) {
      const decided = when(what, { exported: true, months: 1, amounts: { vcpu: 1 }, to: 'health' }, over);
      const ending = what === 'release' || what === 'terminate';
      expect([what, decided.answer.outcome]).toEqual([what, ending ? 'done' : 'refused']);
      expect(decided.desk).toBe(over);
    }
  });
});

test('another department’s allocation, a false id and none at all are equally unknown', () => {
  for (const what of CHANGING) {
    const input = { exported: true, months: 1, amounts: { vcpu: 1 }, to: 'health' };
    const strangers = [
      when(what, input, given(), NOW, { department: 'health' }),
      when(what, { ...input, allocationId: allocationId(2) }),
      when(what, { ...input, allocationId: { S: ID } }),
      when(what, { ...input, allocationId: undefined }),
    ];
    expect(strangers.map(findings)).toEqual(strangers.map(() => ['unknown-allocation blocking']));
  }
});

test('all that is said keeps to its schema', () => {
  const all = [
    when('extend', { months: 1 }),
    when('resize', { amounts: { vcpu: 9 } }),
    when('transfer', { to: 'health' }),
    when('freeze'),
    when('terminate', { exported: true }),
  ].flatMap(({ occurrences }) => occurrences);
  const schemas = { AllocationChanged, AllocationFrozen, AllocationReleased };
  expect(all).toHaveLength(5);
  for (const { definition, data } of all) {
    expect([...Compile(schemas[definition.name as keyof typeof schemas].data).Errors(data)]).toEqual([]);
  }
});
