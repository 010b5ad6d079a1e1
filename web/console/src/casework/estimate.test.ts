import { expect, test } from 'vitest';
import { estimateOf, hasPreview } from './estimate.ts';

test('a form that asks for amounts in a zone has a price, whatever it is called', () => {
  const amounts = { type: 'object', properties: { vcpu: { type: 'integer' } } };
  expect(hasPreview({ properties: { zone: { type: 'string' }, amounts } })).toBe(true);
  expect(hasPreview({ properties: { amounts } })).toBe(false);
  expect(hasPreview({ properties: { zone: { type: 'string' }, amounts: { type: 'string' } } })).toBe(false);
});

test('nothing is asked before a zone and an amount are there', () => {
  expect(estimateOf('education', {})).toBeUndefined();
  expect(estimateOf('education', { zone: 'government', amounts: {} })).toBeUndefined();
  expect(estimateOf('education', { zone: 'government', amounts: { vcpu: 0 } })).toBeUndefined();
  expect(estimateOf('education', { zone: '', amounts: { vcpu: 8 } })).toBeUndefined();
  expect(estimateOf('education', { zone: 'government', amounts: { vcpu: 8 } })).toEqual({
    department: 'education',
    zone: 'government',
    amounts: { vcpu: 8 },
    months: 1,
  });
});

test('what is half filled in, or wrong, is left out', () => {
  const data = {
    zone: 'government',
    environment: 'production',
    months: 400,
    amounts: { vcpu: 8, memoryGiB: 1.5, blockGiB: -3, objectGiB: 'x' },
    system: { name: '招生报名', level: 9, owner: { phone: '13800000001' } },
    dataClasses: ['personal'],
  };
  expect(estimateOf('education', data)).toEqual({
    department: 'education',
    zone: 'government',
    environment: 'production',
    amounts: { vcpu: 8 },
    months: 1,
    system: { name: '招生报名' },
    dataClasses: ['personal'],
  });
});
