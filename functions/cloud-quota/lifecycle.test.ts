import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { AllocationBudgetWarned, AllocationExpiryNoticed, AllocationFrozen, QuotaCaseProposed } from '#events/cloud-quota.ts';
import { type Allocation, extended, frozen, released } from './allocation.ts';
import { dayNumber, dayOf, daysBefore } from './calendar.ts';
import { allocation, allocationId, CLOUD, caseId, DAY_MS, iso, later } from './cloud-quota.fixture.ts';
import { type Decision, daily, QUIET } from './lifecycle.ts';
import type { UsageDay } from './usage.ts';

const ID = allocationId(1);
const REASON = { zh: '冻', en: 'cold' };
const yesterdayOf = (days: number): string => dayOf(later(days) - DAY_MS, 'Asia/Shanghai');

/** What the run of that day (counted from NOW) makes of the allocation. */
const run = (one: Allocation, days: number, usage: readonly UsageDay[] = []) =>
  daily(one, usage, { now: later(days), yesterday: yesterdayOf(days), rules: CLOUD.rules });

/** What is said is told by name and what tells it apart. */
const saidIn = (decision: Decision | typeof QUIET): string[] =>
  decision === QUIET
    ? []
    : decision.occurrences.map(({ definition: { name }, data }) => {
        const { formId, notice, percent } = data as { formId?: string; notice?: number; percent?: number };
        return [name.replace('Allocation', ''), formId ?? notice ?? percent].filter((part) => part !== undefined).join(' ');
      });

/** Runs on each of these days, each on what the one before left. */
const through = (one: Allocation, days: readonly number[], usageOf: (day: number) => readonly UsageDay[] = () => []) => {
  let state = one;
  const said: [number, string][] = [];
  for (const day of days) {
    const decision = run(state, day, usageOf(day));
    said.push(...saidIn(decision).map((what): [number, string] => [day, what]));
    if (decision !== QUIET) state = decision.allocation;
  }
  return { said, state };
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Ends 100 days after NOW. */
const TERM = allocation({ expiresAt: iso(100) });
const WHOLE_LIFE = [
  [70, 'ExpiryNoticed 30'],
  [70, 'QuotaCaseProposed cloud-quota-expiry'],
  [93, 'ExpiryNoticed 7'],
  [99, 'ExpiryNoticed 1'],
  [100, 'QuotaCaseProposed cloud-quota-freeze'],
  [115, 'Frozen'],
  [155, 'QuotaCaseProposed cloud-quota-release'],
];

describe('a term that nobody extends', () => {
  test('is told of 30, 7 and 1 days before, put to a decision, frozen after the grace, and put to a decision again', () => {
    expect(through(TERM, range(0, 400)).said).toEqual(WHOLE_LIFE);
  });

  test('is never released by rule, however long it lasts', () => {
    const { state } = through(TERM, range(0, 2000));
    expect(state.phase).toBe('frozen');
  });

  test('said twice on a day is said once', () => {
    const twice = range(0, 400).flatMap((day) => [day, day]);
    expect(through(TERM, twice).said).toEqual(WHOLE_LIFE);
  });

  test('looked at again after a standstill says the most urgent, and leaves nothing undone', () => {
    expect(through(TERM, [60, 96, 97]).said).toEqual([
      [96, 'ExpiryNoticed 7'],
      [96, 'QuotaCaseProposed cloud-quota-expiry'],
    ]);
    expect(through(TERM, [60, 300, 301, 340]).said).toEqual([
      [300, 'Frozen'],
      [340, 'QuotaCaseProposed cloud-quota-release'],
    ]);
  });

  test('extended meanwhile begins anew', () => {
    const { state } = through(TERM, range(0, 95));
    const longer = extended(state, 2, iso(95));
    expect(through(longer, range(96, 130)).said).toEqual([]);
    expect(through(longer, range(96, 145)).said.map(([, what]) => what)).toEqual([
      'ExpiryNoticed 30',
      'QuotaCaseProposed cloud-quota-expiry',
    ]);
  });

  test('on whichever days it is looked at, each is said at most once and never too early', () => {
    const due = new Map(WHOLE_LIFE.map(([day, what]) => [what as string, day as number]));
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 40 }), (days) => {
        const { said, state } = through(
          TERM,
          days.toSorted((a, b) => a - b),
        );
        const words = said.map(([, what]) => what);
        expect(new Set(words).size).toBe(words.length);
        for (const [day, what] of said) expect(day).toBeGreaterThanOrEqual(due.get(what) as number);
        expect(state.phase).toBe(days.some((day) => day >= 115) ? 'frozen' : 'active');
      }),
    );
  });
});

test('the same proposal has the same id, another term’s has another', () => {
  const proposalOf = (one: Allocation, day: number) =>
    (run(one, day) as Decision).occurrences.map(({ data }) => (data as { proposalId?: string }).proposalId);
  expect(proposalOf(TERM, 70)).toEqual([undefined, `${ID}-expiry-2026-10-09`]);
  expect(proposalOf(TERM, 71)).toEqual([undefined, `${ID}-expiry-2026-10-09`]);
  expect(proposalOf(allocation({ expiresAt: iso(101) }), 71)).toEqual([undefined, `${ID}-expiry-2026-10-10`]);
});

test('freezing by rule says in words that nobody decided and that nothing is released without a person', () => {
  const { allocation: cold, occurrences } = run(TERM, 115) as Decision;
  expect(cold).toMatchObject({ phase: 'frozen', frozenAt: iso(115) });
  expect(occurrences[0]?.data).toMatchObject({
    reason: { zh: expect.stringContaining('15 天内无人决定'), en: expect.stringContaining('not released without a person') },
  });
  expect(occurrences[0]?.data).not.toHaveProperty('caseId');
});

test('what was frozen by a person is put to a decision too, and is not told of its expiry', () => {
  const cold = frozen(TERM, iso(10), REASON);
  expect(through(cold, range(10, 130)).said).toEqual([[50, 'QuotaCaseProposed cloud-quota-release']]);
});

test('what is released is left alone', () => {
  expect(run(released(TERM, iso(5), caseId(2)), 500)).toBe(QUIET);
});

const usage = (last: number, count: number, of: (day: string) => Omit<UsageDay, 'day'>): UsageDay[] => {
  const end = yesterdayOf(last);
  return Array.from({ length: count }, (_, i) => daysBefore(end, count - 1 - i)).map((day) => ({ day, ...of(day) }));
};
const idle = (last: number, count = 30) => usage(last, count, () => ({ used: { vcpu: 0.8, memoryGiB: 4 } }));

describe('use', () => {
  test('is kept with the allocation as last measured', () => {
    const busy = usage(40, 30, () => ({ used: { vcpu: 6, memoryGiB: 8 } }));
    const decision = run(allocation(), 40, busy) as Decision;
    expect(decision.allocation.metered).toEqual({ day: yesterdayOf(40), used: { vcpu: 6, memoryGiB: 8 }, utilisation: 0.75 });
    expect(decision.occurrences).toEqual([]);
    expect(run(decision.allocation, 40, busy)).toBe(QUIET);
  });

  test('that is low brings a proposal with what would be enough, once a quarter', () => {
    const { said, state } = through(allocation(), range(40, 200), idle);
    expect(said).toEqual([
      [40, 'QuotaCaseProposed cloud-quota-recall'],
      [130, 'QuotaCaseProposed cloud-quota-recall'],
    ]);
    expect(state.told.recallOn).toBe(yesterdayOf(130));
    expect((run(allocation(), 40, idle(40)) as Decision).occurrences[0]?.data).toMatchObject({
      formId: 'cloud-quota-recall',
      department: 'schools',
      data: { allocationId: ID, current: { vcpu: 8, memoryGiB: 32 }, amounts: { vcpu: 1, memoryGiB: 5 }, utilisation: 0.125 },
      reason: { en: expect.stringContaining('13 %') },
    });
  });

  test('of one kind that is high means that the system needs what it has', () => {
    expect(
      saidIn(
        run(
          allocation(),
          40,
          usage(40, 30, () => ({ used: { vcpu: 0.1, memoryGiB: 30 } })),
        ),
      ),
    ).toEqual([]);
  });

  test('just at the threshold, or measured for too few days, proposes nothing', () => {
    expect(
      saidIn(
        run(
          allocation(),
          40,
          usage(40, 30, () => ({ used: { vcpu: 1.6 } })),
        ),
      ),
    ).toEqual([]);
    expect(saidIn(run(allocation(), 40, idle(40, 23)))).toEqual([]);
    expect(saidIn(run(allocation(), 40, idle(40, 24)))).toEqual(['QuotaCaseProposed cloud-quota-recall']);
  });

  test('of what is the smallest already proposes nothing', () => {
    const small = allocation({ amounts: { vcpu: 1 } });
    expect(
      saidIn(
        run(
          small,
          40,
          usage(40, 30, () => ({ used: { vcpu: 0.01 } })),
        ),
      ),
    ).toEqual([]);
  });
});

describe('the budget', () => {
  const costs = (last: number, fenPerDay: number, count = 20) => usage(last, count, () => ({ used: {}, costFen: fenPerDay }));
  const BUDGET = allocation({ budgetFenPerMonth: 31_000 });

  test('is warned of when what the month will cost comes near it, and again when it passes it', () => {
    const at = (fen: number) => saidIn(run(BUDGET, 20, costs(20, fen)));
    expect(at(799)).toEqual([]);
    expect(at(800)).toEqual(['BudgetWarned 80']);
    expect(at(1000)).toEqual(['BudgetWarned 100']);
    const warned = allocation({ ...BUDGET, told: { notices: [], budget: { month: '2026-07', percent: 80 } } });
    expect(saidIn(run(warned, 20, costs(20, 900)))).toEqual([]);
    expect(saidIn(run(warned, 20, costs(20, 1000)))).toEqual(['BudgetWarned 100']);
    expect(saidIn(run(warned, 51, costs(51, 900)))).toEqual(['BudgetWarned 80']);
  });

  test('is projected from what was billed and the last week’s days', () => {
    const month = usage(20, 19, (day) => ({ used: {}, costFen: dayNumber(day) < dayNumber('2026-07-13') ? 100 : 2000 }));
    const { occurrences } = run(BUDGET, 20, month) as Decision;
    // 11 days of 100 and 8 of 2000 are billed (1 July is not), 12 more of the last week’s 2000 are to come.
    expect(occurrences[0]?.data).toMatchObject({ month: '2026-07', projectedFen: 11 * 100 + 8 * 2000 + 12 * 2000, percent: 100 });
  });

  test('is not guessed at where nothing was billed lately', () => {
    expect(
      saidIn(
        run(
          BUDGET,
          20,
          usage(12, 12, () => ({ used: {}, costFen: 9000 })),
        ),
      ),
    ).toEqual([]);
    expect(saidIn(run(allocation({ budgetFenPerMonth: 0 }), 20, costs(20, 9000)))).toEqual([]);
  });
});

test('all that is said keeps to its schema', () => {
  const schemas = { QuotaCaseProposed, AllocationExpiryNoticed, AllocationFrozen, AllocationBudgetWarned };
  const cold = frozen(TERM, iso(0), REASON);
  const decisions = [run(TERM, 70), run(TERM, 100), run(TERM, 115), run(cold, 90), run(allocation(), 40, idle(40))] as Decision[];
  const costly = run(
    allocation(),
    20,
    usage(20, 20, () => ({ used: {}, costFen: 90_000 })),
  ) as Decision;
  const all = [...decisions, costly].flatMap(({ occurrences }) => occurrences);
  expect(all).toHaveLength(7);
  for (const { definition, data } of all) {
    expect([...Compile(schemas[definition.name as keyof typeof schemas].data).Errors(data)], definition.name).toEqual([]);
  }
});
