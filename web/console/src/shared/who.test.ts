import { expect, test } from 'vitest';
import type { Profile } from '../model.ts';
import { hasQueue, isAuditor, overseesAll, ownDepartments, seesRequests, startOf } from './who.ts';

const BUREAU = 'big-data';
type Held = { department: string; duty: Profile['duties'][number]['duty']; for?: string };
const person = (held: Held[], actions: string[] = []): Profile => ({
  id: 'jiang-he',
  name: '蒋河',
  kind: 'person',
  roles: [],
  towns: [],
  departments: [],
  duties: held.map(({ department: id, ...rest }) => ({
    ...rest,
    department: { id, name: { zh: id, en: id } },
    name: { zh: rest.duty, en: rest.duty },
  })),
  actions,
});

test('somebody with an emergency role begins with the alerts, whatever else they do', () => {
  const both = person([{ department: 'education', duty: 'it-officer' }], ['alerts:read', 'cases:create']);
  expect(startOf(both, BUREAU)).toBe('/');
});

test('the bureau begins with its queue, a department with its requests', () => {
  expect(startOf(person([{ department: BUREAU, duty: 'reviewer' }]), BUREAU)).toBe('/queue');
  expect(startOf(person([{ department: 'education', duty: 'it-officer' }]), BUREAU)).toBe('/requests');
  expect(startOf(person([{ department: 'education', duty: 'head' }]), BUREAU)).toBe('/requests');
});

test('auditors and registrars begin with what is theirs; a citizen has nothing here', () => {
  expect(startOf(person([{ department: BUREAU, duty: 'auditor' }], ['audit:read']), BUREAU)).toBe('/audit');
  expect(startOf(person([{ department: BUREAU, duty: 'registrar' }], ['directory:read']), BUREAU)).toBe('/directory');
  expect(startOf(person([], ['profile:read', 'audit:read']), BUREAU)).toBeUndefined();
});

test('a duty of the bureau means something in the bureau only', () => {
  const pretender = person([{ department: 'education', duty: 'reviewer' }]);
  expect(overseesAll(pretender, BUREAU)).toBe(false);
  expect(isAuditor(person([{ department: 'education', duty: 'auditor' }]), BUREAU)).toBe(false);
  expect(startOf(pretender, BUREAU)).toBeUndefined();
});

test('each department once, whichever duties are held there, delegated ones too', () => {
  const profile = person([
    { department: 'water', duty: 'head' },
    { department: 'education', duty: 'it-officer', for: 'qin-yu' },
    { department: 'water', duty: 'it-officer' },
    { department: BUREAU, duty: 'registrar' },
  ]);
  expect(ownDepartments(profile)).toEqual(['water', 'education']);
  expect(seesRequests(profile, BUREAU)).toBe(true);
  expect(seesRequests(person([]), BUREAU)).toBe(false);
  expect(hasQueue(profile)).toBe(true);
  expect(hasQueue(person([{ department: BUREAU, duty: 'auditor' }]))).toBe(false);
});
