/** What must hold whatever the policies say in detail: no change of them may let an outsider in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACTIONS,
  type Action,
  DISTRICT,
  DUTIES,
  type Duty,
  department,
  departmentsOf,
  may,
  mayOn,
  type Principal,
  person,
  type Resource,
  ROLES,
  refusedBecause,
} from './access.ts';

const BUREAU = 'big-data';
const OTHERS = ['education', 'health', 'water', 'transport'] as const;
const OF_DEPARTMENTS: readonly Action[] = ACTIONS.filter((action) => /^(cases|quota|systems|directory):/.test(action));
const ON_CASES = OF_DEPARTMENTS.filter((action) => action.startsWith('cases:') && action !== 'cases:create');
const ON_DEPARTMENTS = OF_DEPARTMENTS.filter((action) => !ON_CASES.includes(action));

const places = fc.constantFrom<string>(BUREAU, ...OTHERS);
const people = fc.constantFrom('li-na', 'jiang-he', 'peng-tao', 'cao-ning');
const dutiesIn = (where: fc.Arbitrary<string>): fc.Arbitrary<Duty[]> =>
  fc.array(
    fc
      .record({ department: where, duty: fc.constantFrom(...DUTIES), whose: fc.option(people, { nil: undefined }) })
      .map(({ whose, ...duty }) => ({ ...duty, ...(whose && { for: whose }) })),
    { maxLength: 4 },
  );

const callers = (where: fc.Arbitrary<string>, roles: readonly (typeof ROLES)[number][] = ROLES): fc.Arbitrary<Principal> =>
  fc.record({
    kind: fc.constantFrom('person', 'service'),
    id: people,
    name: fc.constant('X'),
    roles: fc.subarray([...roles]),
    towns: fc.subarray(['wanan', 'jinshan']),
    duties: dutiesIn(where),
    bureau: fc.constant(BUREAU),
  });

const casesOf = (where: fc.Arbitrary<string>): fc.Arbitrary<Resource & { type: 'Case' }> =>
  fc
    .record({
      id: fc.constant('case-1'),
      department: where,
      people: fc.uniqueArray(people),
      step: fc.option(fc.record({ department: where, duty: fc.constantFrom(...DUTIES) }), { nil: undefined }),
    })
    .map(({ step, ...rest }) => ({ type: 'Case', ...rest, ...(step && { step }) }));

/** DevOps sees quotas by design; no other role of a token means anything to a department. */
const STRANGERS = ROLES.filter((role) => role !== 'devops');

describe('an outsider', () => {
  test('whose duties are all in other departments may do nothing in this one', () => {
    fc.assert(
      fc.property(callers(fc.constantFrom('health', 'water', 'transport'), STRANGERS), (outsider) => {
        for (const action of ON_DEPARTMENTS) {
          expect(mayOn(outsider, action, department('education')), action).toBe(false);
          expect(mayOn(outsider, action, DISTRICT), action).toBe(false);
          const where = departmentsOf(outsider, action);
          expect(where === 'none' || (where !== 'all' && !where.includes('education')), action).toBe(true);
        }
      }),
    );
  });

  test('may do nothing to a case of a department that is not theirs and that does not wait for them', () => {
    const strangers = callers(fc.constantFrom('health', 'water'), STRANGERS);
    fc.assert(
      fc.property(strangers, casesOf(fc.constantFrom('education', 'transport', BUREAU)), (outsider, one) => {
        for (const action of ON_CASES) expect(mayOn(outsider, action, one), action).toBe(false);
      }),
    );
  });

  test('without a role and a duty may do nothing at all but see what is written about themselves', () => {
    fc.assert(
      fc.property(casesOf(places), places, people, (one, where, id) => {
        const nobody: Principal = { kind: 'person', id, name: 'X', roles: [], towns: ['wanan'], duties: [], bureau: BUREAU };
        for (const action of ACTIONS) {
          const reached = [DISTRICT, department(where), one].some((place) => mayOn(nobody, action, place));
          expect([action, reached, may(nobody, action)]).toEqual([action, false, action === 'audit:read']);
        }
        expect(mayOn(nobody, 'audit:read', person(id))).toBe(true);
        expect(mayOn(nobody, 'audit:read', person('somebody-else'))).toBe(false);
      }),
    );
  });

  test('is not let in by one more duty elsewhere', () => {
    const elsewhere = fc.constantFrom('health', 'water');
    fc.assert(
      fc.property(callers(places), dutiesIn(elsewhere), casesOf(fc.constantFrom('education', BUREAU)), (caller, more, one) => {
        const busier = { ...caller, duties: [...caller.duties, ...more] };
        for (const action of ON_CASES) if (!mayOn(caller, action, one)) expect(mayOn(busier, action, one), action).toBe(false);
        for (const action of ON_DEPARTMENTS)
          for (const place of [DISTRICT, department('education'), department(BUREAU)])
            if (!mayOn(caller, action, place)) expect(mayOn(busier, action, place), action).toBe(false);
      }),
    );
  });

  test('is not let in by a duty of the bureau’s name held in another department', () => {
    fc.assert(
      fc.property(callers(fc.constantFrom(...OTHERS)), casesOf(fc.constant(BUREAU)), (caller, one) => {
        for (const action of ON_CASES) expect(mayOn(caller, action, one), action).toBe(false);
        for (const action of ['quota:operate', 'directory:write'] as const) expect(mayOn(caller, action, DISTRICT), action).toBe(false);
      }),
    );
  });
});

describe('nobody decides', () => {
  /** Whoever may, if anybody may: all duties in all departments, by themselves and by delegation. */
  const mighty = fc.tuple(callers(places), fc.option(people, { nil: undefined })).map(([caller, whose]) => ({
    ...caller,
    duties: [
      ...caller.duties,
      ...[BUREAU, ...OTHERS].flatMap((where) => DUTIES.map((duty) => ({ department: where, duty, ...(whose && { for: whose }) }))),
    ],
  }));

  test('on a request that they, or somebody whose duties they hold, had a hand in; on others they do', () => {
    const seen = { own: 0, others: 0 };
    fc.assert(
      fc.property(mighty, casesOf(places), (caller, one) => {
        const hands = [caller.id, ...caller.duties.flatMap((duty) => duty.for ?? [])];
        const own = one.people.some((somebody) => hands.includes(somebody));
        const may = caller.kind === 'person' && !own && one.step !== undefined;
        seen[own ? 'own' : 'others']++;
        expect(mayOn(caller, 'cases:decide', one)).toBe(may);
        if (own && caller.kind === 'person')
          expect(refusedBecause(caller, 'cases:decide', one)).toEqual({
            zh: '经办过申请的人不得审批该申请，受其委托者亦然',
            en: 'nobody decides on a request that they, or somebody whose duties they hold, drafted, changed or sent',
          });
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.own, seen.others)).toBeGreaterThan(10);
  });

  test('by machine', () => {
    fc.assert(
      fc.property(mighty, casesOf(places), (caller, one) => {
        for (const action of ['cases:decide', 'cases:assign', 'cases:unmask'] as const)
          expect(mayOn({ ...caller, kind: 'service' }, action, one)).toBe(false);
      }),
    );
  });
});

describe('why not', () => {
  const caller = (duties: Duty[]): Principal => ({ kind: 'person', id: 'x', name: 'X', roles: [], towns: [], duties, bureau: BUREAU });

  test('is told by the rule that forbids, or by those who may', () => {
    expect(refusedBecause(caller([{ department: 'health', duty: 'head' }]), 'cases:create', department('health'))).toEqual({
      zh: '此操作限于：本部门信息员',
      en: 'only these may: IT officers of the department',
    });
    const head = caller([{ department: 'education', duty: 'head' }]);
    expect(refusedBecause({ ...head, kind: 'service' }, 'directory:delegate', department('education'))?.zh).toBe(
      '机器账号不得改动人员目录',
    );
    expect(refusedBecause(head, 'directory:delegate', department('education'))).toBeUndefined();
    expect(refusedBecause(head, 'no:action' as Action, DISTRICT)).toEqual({ zh: '没有规则允许此操作', en: 'no rule permits this' });
  });
});
