import { expect, test } from 'vitest';
import { nameOf, parseAllocation, tagsOf } from './allocation.ts';
import { allocationWith, QUOTA } from './department.fixture.ts';

const whole = allocationWith({ monthlyBudget: { amount: 3000, currency: 'CNY' } });

test('a whole allocation is taken as it is', () => {
  expect(parseAllocation(structuredClone(whole))).toEqual(whole);
  expect(parseAllocation(allocationWith({ quota: { vcpu: -1, objectGiB: 0, memoryGiB: 0.5 } }))).toBeDefined();
});

test.each([
  ['allocationId', ''],
  ['systemId', 'a b'],
  ['department', 7],
  ['district', undefined],
  ['zone', null],
  ['level', 5],
  ['level', '2'],
  ['dataClasses', []],
  ['dataClasses', 'internal'],
  ['expiresAt', '2027-07-01'],
  ['expiresAt', '2027-77-01T00:00:00Z'],
  ['quota', 'all'],
  ['quota', { ...QUOTA, vcpu: -2 }],
  ['quota', { ...QUOTA, vcpu: '8' }],
  ['quota', { ...QUOTA, vcpu: undefined }],
  ['monthlyBudget', { amount: 0, currency: 'CNY' }],
  ['monthlyBudget', { amount: 5, currency: 'EUR' }],
])('%s: %j is refused and named, in both languages', (name, value) => {
  const parse = () => parseAllocation({ ...whole, [name]: value });
  expect(parse).toThrow(new RegExp(`allocation.json 有误.*${name}.*allocation.json is wrong`, 's'));
});

test.each([undefined, null, [], 'text', 3])('%j is no allocation', (facts) => {
  expect(() => parseAllocation(facts)).toThrow('allocation.json');
});

test.each([
  ['sys_01JZ2A3B', 'production', 'sys-01jz2a3b-production'],
  ['510604.canteen', 'test', 's-510604-canteen-test'],
  ['canteen__', 'dev_', 'canteen-dev'],
])('%s in %s is called %s: what CloudFormation takes', (systemId, environment, name) => {
  expect(nameOf({ systemId, environment })).toBe(name);
});

test('tags say whose it is, and by which allocation', () => {
  expect(tagsOf(whole)).toEqual({
    'luojiang:allocation': whole.allocationId,
    'luojiang:department': 'education',
    'luojiang:system': whole.systemId,
    district: '510604',
    environment: 'production',
    'data-class': 'internal+personal',
  });
});
