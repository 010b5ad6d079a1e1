import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIONS, type Action, departmentsOf, may, type Principal, ROLES, type Role, reach } from './access.ts';
import { type Identified, principalFrom, type Unacceptable } from './claims.ts';
import { principalOf } from './principal.ts';

/** What roles give. `own`: in the person's own towns; `all`: in the whole district; `self`: what is written about themselves. What stands nowhere is refused. */
const MATRIX = `
  action                | duty-officer | commander | city-liaison | devops | citizen
  profile:read          | all          | all       | all          | all    | all
  district:read         | all          | all       | all          | all    | all
  devices:read          | own          | all       | all          | all    | -
  alerts:read           | own          | all       | all          | all    | -
  incidents:read        | own          | all       | all          | all    | -
  incidents:acknowledge | own          | all       | all          | -      | -
  incidents:resolve     | own          | all       | all          | -      | -
  phones:read           | -            | -         | -            | all    | -
  live:subscribe        | own          | all       | all          | all    | -
  quota:read            | -            | -         | -            | all    | -
  audit:read            | self         | self      | self         | self   | self
  audit:erase           | -            | -         | -            | -      | -
`;

/** Given by duties in departments only: policies/*.test.ts. */
const BY_DUTY = ACTIONS.filter((action) => /^(forms|cases|systems|directory):|^quota:(operate|meter)/.test(action));

type Where = 'own' | 'all' | 'self' | '-';
const [header, ...lines] = MATRIX.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const roles = (header as string[]).slice(1) as Role[];
const cells = lines.flatMap(([action, ...wheres]) => roles.map((role, i) => [role, action, wheres[i]] as [Role, Action, Where]));

const person = (of: readonly Role[], towns: readonly string[] = ['wanan', 'jinshan']): Principal => ({
  kind: 'person',
  id: 'x',
  name: 'X',
  roles: of,
  towns,
  duties: [],
  bureau: 'big-data',
});
const TOWNS = ['wanan', 'jinshan', 'lueping'];
const OF_TOWNS = ACTIONS.filter((action) => /^(devices|alerts|incidents|phones|live):/.test(action));
/** What a token says, without any duty. */
const bearer = (identified: Identified | Unacceptable): Principal => ({ ...person([]), ...(identified as Identified) });

describe('who may do what', () => {
  test.each(BY_DUTY)('%s is given by no role', (action) => {
    expect(departmentsOf(person([...ROLES]), action)).toBe('none');
    for (const town of [...TOWNS, undefined]) expect(may(person([...ROLES]), action, town)).toBe(false);
  });

  test('is written above for every role and every action there is', () => {
    expect(roles.toSorted()).toEqual([...ROLES].sort());
    expect([...lines.map(([action]) => action), ...BY_DUTY].sort()).toEqual([...ACTIONS].sort());
  });

  test.each(cells)('%s, %s: %s', (role, action, where) => {
    const found = reach(person([role]), action);
    expect(found).toEqual({ own: ['wanan', 'jinshan'], all: 'all', self: 'none', '-': 'none' }[where]);
    const allowed = { own: ['wanan', 'jinshan'], all: TOWNS, self: [], '-': [] }[where];
    expect(TOWNS.filter((town) => may(person([role]), action, town))).toEqual(allowed);
    expect(may(person([role]), action)).toBe(where !== '-');
  });
});

const some = fc.subarray([...ROLES]);
const anywhere = fc.constantFrom(...TOWNS, undefined);

describe('nobody', () => {
  test('without a role may do anything but read what is written about themselves', () => {
    for (const action of ACTIONS) for (const town of TOWNS) expect(may(person([]), action, town)).toBe(false);
    expect(ACTIONS.filter((action) => may(person([]), action))).toEqual(['audit:read']);
  });

  test('may do what is no action', () => {
    for (const role of ROLES) expect(may(person([role]), 'incidents:delete' as Action)).toBe(false);
  });

  test.each(['admin', 'Commander', 'commander ', '*', '', '__proto__', 'constructor'])(
    'gains by the role “%s”, which is none of ours',
    (role) => {
      const names = { roles: 'roles', towns: 'towns' };
      const byToken = bearer(principalFrom({ sub: 'x', roles: [role], towns: ['wanan'] }, names));
      const byContext = principalOf({
        requestContext: { authorizer: { lambda: { id: 'x', name: 'X', roles: role, towns: 'wanan' } } },
      } as never);
      for (const stranger of [byToken, byContext]) expect(ACTIONS.filter((action) => may(stranger, action))).toEqual(['audit:read']);
    },
  );

  test('gets the whole district by naming it as a town', () => {
    const claimed = principalFrom({ sub: 'x', roles: ['duty-officer'], towns: ['*', 'wanan'] }, { roles: 'roles', towns: 'towns' });
    expect(reach(bearer(claimed), 'live:subscribe')).toEqual(['wanan']);
  });
});

describe('a role of towns whose bearer has none', () => {
  const nowhere = person(['duty-officer'], []);

  test('may act in no town and sees nothing of any', () => {
    for (const action of OF_TOWNS) expect(TOWNS.filter((town) => may(nowhere, action, town))).toEqual([]);
    expect(reach(nowhere, 'incidents:read')).toBe('none');
  });

  test('is still known: the console says who it is', () => {
    expect(may(nowhere, 'profile:read')).toBe(true);
  });
});

describe('several roles', () => {
  test('give what each of them gives, and the wider place of two', () => {
    const both = person(['duty-officer', 'devops'], ['wanan']);
    expect(reach(both, 'alerts:read')).toBe('all');
    expect(reach(both, 'incidents:acknowledge')).toEqual(['wanan']);
    expect(reach(both, 'phones:read')).toBe('all');
  });

  test('never give less than one of them', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(...ROLES), fc.constantFrom(...ACTIONS), anywhere, (others, role, action, town) => {
        if (may(person([role]), action, town)) expect(may(person([...others, role]), action, town)).toBe(true);
      }),
    );
  });

  test('never give what none of them gives', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(...ACTIONS), anywhere, (of, action, town) => {
        expect(may(person(of), action, town)).toBe([undefined, ...of].some((role) => may(person(role ? [role] : []), action, town)));
      }),
    );
  });
});

test('a role that nobody here knows reaches nothing', () => {
  expect(reach(person(['admin' as never], []), 'alerts:read')).toBe('none');
});
