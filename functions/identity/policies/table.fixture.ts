/**
 * Tests of policies, written as tables: which policy applies to whom, doing what, to what. Each question is put to the policy alone,
 * with Cedar's own check of the request against the schema; where a policy that permits applies, the whole set must permit as well.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { policiesByAction } from '#infra/generate/policies.ts';
import { type Action, DISTRICT, type Duty, type DutyName, mayOn, type Principal, type Resource, ROLES, type Role } from '../access.ts';
import { questionOf } from '../cedar.ts';

const schema = readFileSync(join(import.meta.dirname, 'schema.cedarschema'), 'utf8');

/** Parts that are joined by ` + `: `head of education`, `reviewer of big-data for peng-tao`, `duty-officer in wanan`, `machine`, `nobody`. */
export const caller = (text: string): Principal => {
  const [first = '', ...rest] = text.split(': ');
  const named = rest.length > 0;
  const duties: Duty[] = [];
  const roles: Role[] = [];
  const towns: string[] = [];
  let kind: Principal['kind'] = 'person';
  for (const part of (named ? rest.join(': ') : first).split(' + ')) {
    const [word = '', link, place = '', forWord, whose] = part.split(' ');
    if (part === 'machine') kind = 'service';
    else if (link === 'of') duties.push({ department: place, duty: word as DutyName, ...(forWord === 'for' && { for: whose as string }) });
    else if ((ROLES as readonly string[]).includes(word)) {
      roles.push(word as Role);
      if (link === 'in') towns.push(place);
    } else if (part !== 'nobody') throw new Error(`No such caller: ${part}`);
  }
  return { kind, id: named ? first : 'x', name: 'X', roles, towns, duties, bureau: 'big-data' };
};

/** `district`, `town wanan`, `department education`, `person li-na`, `case of education [by a,b] [at big-data/reviewer]`. */
export const thing = (text: string): Resource => {
  if (text === 'district') return DISTRICT;
  const [type = '', id = ''] = text.split(' ');
  if (type !== 'case') return { type: `${type[0]?.toUpperCase()}${type.slice(1)}` as 'Town', id };
  const [, department = '', people = '', step] = /^case of (\S+)(?: by (\S+))?(?: at (\S+))?$/.exec(text) ?? [];
  const [where = '', duty] = step?.split('/') ?? [];
  return {
    type: 'Case',
    id: 'case-1',
    department,
    people: people === '' ? [] : people.split(','),
    ...(duty && { step: { department: where, duty: duty as DutyName } }),
  };
};

const applies = (id: string, policy: string, question: ReturnType<typeof questionOf>): boolean => {
  const answer = isAuthorized({ ...question, policies: { staticPolicies: { [id]: policy } }, schema, validateRequest: true });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('\n'));
  return answer.response.diagnostics.reason.includes(id);
};

const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('|').map((cell) => cell.trim()));

/** `policy | who | does | to what | applies`, the last yes or no; every policy of the file has at least one row of each. */
export const describePolicies = (name: string, table: string): void => {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const policies = new Map([...policiesByAction([{ name, text }], schema).values()].flat().map((policy) => [policy.id, policy]));
  const rows = rowsOf(table) as [string, string, Action, string, string][];
  describe(name, () => {
    test.each(rows)('%s: %s, %s, %s: %s', (id, who, action, what, expected) => {
      const policy = policies.get(id);
      if (!policy) throw new Error(`${name} has no policy ${id}`);
      const principal = caller(who);
      expect(applies(id, policy.text, questionOf(principal, action, thing(what)))).toBe(expected === 'yes');
      if (expected === 'yes') expect(mayOn(principal, action, thing(what))).toBe(policy.effect === 'permit');
    });

    test('is tried out whole: each policy where it applies and where it does not, each of its actions', () => {
      const tried = (wanted: string) => rows.filter(([, , , , expected]) => expected === wanted).map(([id]) => id);
      for (const id of policies.keys()) expect([id, tried('yes').includes(id), tried('no').includes(id)]).toEqual([id, true, true]);
      const done = new Set(rows.flatMap(([id, , action, , expected]) => (expected === 'yes' ? [`${id} ${action}`] : [])));
      for (const { id, actions } of policies.values())
        expect(
          actions.filter((action) => !done.has(`${id} ${action}`)),
          id,
        ).toEqual([]);
    });
  });
};
