import { expect, test } from 'vitest';
import { linkTo, prefilled } from './prefilled.ts';

const schema = { properties: { allocationId: { type: 'string' }, months: { type: 'integer' } } };

test('a link fills in the fields that the form has, and no others', () => {
  const link = linkTo('cloud-quota-extend', 'education', { allocationId: 'alc_1', months: 12, granted: { vcpu: 99 } });
  const params = new URLSearchParams(link.slice(link.indexOf('?')));
  expect(params.get('department')).toBe('education');
  expect(prefilled(params.get('data'), schema)).toEqual({ allocationId: 'alc_1', months: 12 });
});

test('whatever else stands in the address fills in nothing', () => {
  for (const text of [null, '', '{', '[]', 'null', '"x"', '{"__proto__":{"a":1}}']) expect(prefilled(text, schema)).toEqual({});
  expect(prefilled('{"months":1}', undefined)).toEqual({});
});
