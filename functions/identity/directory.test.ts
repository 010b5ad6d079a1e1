import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delegation } from './delegation.ts';
import { dayOf, decideEntry, dutiesOf, type Entry, hasLeft, isDay, isInForce, ownDuties, QUIET } from './directory.ts';
import { entry, NOW, places, TODAY, ZONE } from './identity.fixture.ts';
import { DUTIES } from './terms.ts';

describe('a day', () => {
  test('is that of the district’s calendar, not of Greenwich', () => {
    expect(dayOf(NOW, ZONE)).toBe('2026-07-01');
    expect(dayOf(Date.parse('2026-06-30T16:00:00Z'), ZONE)).toBe('2026-07-01');
    expect(dayOf(Date.parse('2026-06-30T15:59:59Z'), ZONE)).toBe('2026-06-30');
  });

  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2028-02-29', true],
    ['2026-04-31', false],
  ])('%s exists: %s', (day, exists) => {
    expect(isDay(day)).toBe(exists);
  });
});

describe('own duties', () => {
  const head = (days: { from?: string; until?: string }) => entry('a', [{ department: 'education', duty: 'head', ...days }]);

  test.each([
    ['without days', {}, true],
    ['from today', { from: TODAY }, true],
    ['to the end of today', { until: TODAY }, true],
    ['from tomorrow', { from: '2026-07-02' }, false],
    ['until yesterday', { until: '2026-06-30' }, false],
    ['between', { from: '2026-06-01', until: '2026-08-01' }, true],
  ])('%s', (_, days, held) => {
    expect(ownDuties(head(days), TODAY)).toEqual(held ? [{ department: 'education', duty: 'head' }] : []);
  });

  test('end with the day on which somebody leaves, not before', () => {
    const leaving = { ...head({}), leftOn: TODAY };
    expect([hasLeft(leaving, '2026-06-30'), hasLeft(leaving, TODAY)]).toEqual([false, true]);
    expect([ownDuties(leaving, '2026-06-30').length, ownDuties(leaving, TODAY).length]).toEqual([1, 0]);
  });

  test('nobody has any', () => {
    expect(ownDuties(undefined, TODAY)).toEqual([]);
  });
});

const delegation: Delegation = {
  delegationId: 'dlg_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  department: 'big-data',
  duty: 'reviewer',
  delegator: { id: 'peng-tao', name: { zh: '彭涛', en: 'Peng Tao' } },
  deputy: { id: 'cao-ning', name: { zh: '曹宁', en: 'Cao Ning' } },
  reason: '年休假',
  until: '2026-07-31',
  createdAt: '2026-07-01T04:00:00.000Z',
};
const delegator = entry('peng-tao', ['reviewer of big-data']);
const deputy = entry('cao-ning', ['operator of big-data']);

describe('a delegation', () => {
  test.each<[string, boolean, Partial<Delegation>, Entry | undefined, Entry | undefined, string]>([
    ['is in force', true, {}, delegator, deputy, TODAY],
    ['to the end of its last day', true, {}, delegator, deputy, '2026-07-31'],
    ['not on the next', false, {}, delegator, deputy, '2026-08-01'],
    ['not once it is revoked', false, { revokedAt: '2026-07-01T05:00:00.000Z' }, delegator, deputy, TODAY],
    ['not when its delegator has left', false, {}, { ...delegator, leftOn: TODAY }, deputy, TODAY],
    ['not when its delegator has another duty now', false, {}, entry('peng-tao', ['approver of big-data']), deputy, TODAY],
    ['not when the duty is held elsewhere', false, {}, entry('peng-tao', ['reviewer of education']), deputy, TODAY],
    [
      'not when the duty’s last day has passed',
      false,
      {},
      entry('peng-tao', [{ department: 'big-data', duty: 'reviewer', until: '2026-06-30' }]),
      deputy,
      TODAY,
    ],
    ['not when nobody knows its delegator', false, {}, undefined, deputy, TODAY],
    ['not when its deputy has moved', false, {}, delegator, entry('cao-ning', ['head of water']), TODAY],
    ['not when its deputy has left', false, {}, delegator, { ...deputy, leftOn: TODAY }, TODAY],
  ])('%s', (_, inForce, change, giver, receiver, today) => {
    const one = { ...delegation, ...change };
    expect(isInForce(one, giver, receiver, today)).toBe(inForce);
    const duties = dutiesOf(receiver, [{ delegation: one, delegator: giver }], today);
    expect(duties.filter((duty) => duty.for)).toEqual(inForce ? [{ department: 'big-data', duty: 'reviewer', for: 'peng-tao' }] : []);
  });

  test('adds to the own duties and takes none away', () => {
    expect(dutiesOf(deputy, [{ delegation, delegator }], TODAY)).toEqual([
      { department: 'big-data', duty: 'operator' },
      { department: 'big-data', duty: 'reviewer', for: 'peng-tao' },
    ]);
  });

  test('never gives more than its delegator has that day, whatever the days say', () => {
    const day = fc.integer({ min: 0, max: 60 }).map((n) => new Date(Date.parse('2026-01-01') + n * 86_400_000).toISOString().slice(0, 10));
    const held = fc.record(
      { department: fc.constantFrom('big-data', 'education'), duty: fc.constantFrom(...DUTIES.slice(0, 2)), from: day, until: day },
      { requiredKeys: ['department', 'duty'] },
    );
    const anybody = (id: string) =>
      fc
        .record({ duties: fc.array(held, { maxLength: 4 }), leftOn: fc.option(day, { nil: undefined, freq: 2 }) })
        .map(({ duties, leftOn }) => entry(id, duties, leftOn ? { leftOn } : {}));
    let given = 0;
    fc.assert(
      fc.property(anybody('peng-tao'), anybody('cao-ning'), held, day, day, (giver, receiver, { department, duty }, until, today) => {
        const one = { ...delegation, department, duty, until };
        const received = dutiesOf(receiver, [{ delegation: one, delegator: giver }], today).filter((each) => each.for);
        given += received.length;
        for (const each of received) {
          expect(ownDuties(giver, today)).toContainEqual({ department: each.department, duty: each.duty });
          expect(ownDuties(receiver, today).map((own) => own.department)).toContain(each.department);
          expect(today <= until).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
    expect(given).toBeGreaterThan(20);
  });
});

describe('an entry', () => {
  const known = entry('fang-lan', ['it-officer of health']);
  const decide = (next: Entry, before: Entry | undefined = known) => decideEntry(before, next, 3, places);
  const told = (next: Entry, before?: Entry) => {
    const decision = decide(next, before);
    return decision === QUIET || 'refused' in decision
      ? decision
      : decision.occurrences.map(({ definition, data, key }) => [definition.name, data, key]);
  };

  test('of a newcomer is told as such', () => {
    const fresh = entry('tan-yu', ['it-officer of water']);
    expect(decideEntry(undefined, fresh, 1, places)).toMatchObject({
      entry: fresh,
      occurrences: [
        {
          definition: { name: 'OfficerEntered' },
          data: { officerId: 'tan-yu', kind: 'person', duties: [{ department: 'water', duty: 'it-officer' }] },
          key: ['tan-yu', 1],
        },
      ],
    });
  });

  test('with other duties tells both, with an end it tells the day, taken back it tells that', () => {
    const promoted = entry('fang-lan', ['head of health']);
    const changed = ['DutiesChanged', { officerId: 'fang-lan', duties: promoted.duties, formerly: known.duties }, ['fang-lan', 3]];
    const departed = ['OfficerDeparted', { officerId: 'fang-lan', leftOn: TODAY }, ['fang-lan', 3]];
    expect(told(promoted)).toEqual([changed]);
    expect(told({ ...known, leftOn: TODAY })).toEqual([departed]);
    expect(told({ ...promoted, leftOn: TODAY })).toEqual([changed, departed]);
    expect(told(known, { ...known, leftOn: TODAY })).toEqual([['OfficerReturned', { officerId: 'fang-lan' }, ['fang-lan', 3]]]);
  });

  test('with another name is written and tells nothing; with the same of everything nothing is done', () => {
    const renamed = { ...known, name: { zh: '方岚', en: 'Fang Lan' } };
    expect(decide(renamed)).toEqual({ entry: renamed, occurrences: [] });
    expect(decide({ ...known })).toBe(QUIET);
    const reordered = { ...known, duties: [{ duty: 'it-officer' as const, department: 'health' }] };
    expect(decide(reordered)).toBe(QUIET);
  });

  test('carries no name into the events', () => {
    const secret = entry('fang-lan', ['head of health'], { name: { zh: '不可外传', en: 'Untold' }, leftOn: TODAY });
    expect(JSON.stringify(told(secret))).not.toMatch(/不可外传|Untold/);
  });

  test.each<[string, Entry, string]>([
    ['a department that there is not', entry('fang-lan', ['head of fire']), 'unknown-department'],
    ['a duty of the bureau elsewhere', entry('fang-lan', ['reviewer of health']), 'duty-of-the-bureau'],
    ['a day that no calendar has', entry('fang-lan', [], { leftOn: '2026-02-30' }), 'no-such-day'],
    ['a first day that no calendar has', entry('fang-lan', [{ department: 'health', duty: 'head', from: '2026-06-31' }]), 'no-such-day'],
    [
      'an end before its beginning',
      entry('fang-lan', [{ department: 'health', duty: 'head', from: '2026-07-02', until: '2026-07-01' }]),
      'no-such-day',
    ],
    ['the same duty twice', entry('fang-lan', ['head of health', 'head of health']), 'duty-twice'],
    ['a machine in a person’s place', entry('fang-lan', [], { kind: 'service' }), 'kind-is-fixed'],
  ])('with %s is refused', (_, next, refused) => {
    expect(decide(next)).toEqual({ refused });
  });

  test('of one day, or with the bureau’s duties in the bureau, is fine', () => {
    expect(told(entry('fang-lan', [{ department: 'big-data', duty: 'auditor', from: TODAY, until: TODAY }]))).toMatchObject([
      ['DutiesChanged', {}, {}],
    ]);
  });
});
