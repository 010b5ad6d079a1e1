import { expect, test } from 'vitest';
import { drawn, hintsFor } from './hints.ts';

const choices = (n: number) => Array.from({ length: n }, (_, i) => ({ const: i, title: `选项${i}` }));
const schema = {
  type: 'object',
  required: ['zone'],
  properties: {
    zone: { type: 'string', oneOf: choices(2) },
    kind: { type: 'string', oneOf: choices(6) },
    open: { type: 'boolean' },
    note: { type: 'string' },
    system: {
      type: 'object',
      properties: { level: { type: 'integer', oneOf: choices(4) }, cores: { type: 'integer', minimum: 1, maximum: 8 } },
    },
  },
};

test('few choices are seen at once, many open as a list; what the form says itself wins', () => {
  expect(hintsFor(schema, { note: { 'ui:widget': 'textarea' }, zone: { 'ui:widget': 'select' }, 'ui:order': ['zone', '*'] })).toEqual({
    'ui:order': ['zone', '*'],
    zone: { 'ui:widget': 'select' },
    kind: {},
    open: { 'ui:widget': 'radio' },
    note: { 'ui:widget': 'textarea' },
    system: { level: { 'ui:widget': 'radio', 'ui:quiet': true }, cores: { 'ui:quiet': true } },
  });
});

test('a number is not brought back between its limits behind one’s back', () => {
  expect(drawn(schema)).toMatchObject({ properties: { system: { properties: { cores: { type: 'integer' } } } } });
  expect(JSON.stringify(drawn(schema))).not.toContain('maximum');
});
