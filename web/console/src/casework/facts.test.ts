import { expect, test } from 'vitest';
import { factsOf } from './facts.ts';

test('what a service answered is told by what it is', () => {
  const results = {
    assess: { priceFenPerMonth: 97_600, freeInPool: { vcpu: 100 }, freeInDepartment: { vcpu: -1 }, standard: false },
    allocate: { allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N' },
  };
  expect(factsOf({ results, data: { amounts: { vcpu: 8, memoryGiB: 0 } } })).toEqual({
    fenPerMonth: 97_600,
    left: { lines: [{ kind: 'vcpu', amount: 8 }], freeInDepartment: { vcpu: -1 }, freeInPool: { vcpu: 100 } },
    allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  });
});

test('a request about an allocation leads to it; what nobody answered is not told', () => {
  expect(factsOf({ results: {}, data: { allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N' } })).toEqual({
    allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  });
  expect(factsOf({ results: { assess: { freeInPool: 'x' } }, data: { allocationId: 'javascript:alert(1)' } })).toEqual({});
});
