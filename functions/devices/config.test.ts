import { expect, test } from 'vitest';
import { compileConfig } from './config.ts';
import { HIGH, LOW, message, RIVER, reading, T0 } from './devices.fixture.ts';

const MAIN = {
  id: 'water-main',
  name: { zh: '供水干管', en: 'Water main' },
  measures: [
    { id: 'pressure', name: { zh: '压力', en: 'Pressure' }, unit: 'kPa', minimum: 0, maximum: 900 },
    { id: 'flow', name: { zh: '流量', en: 'Flow' }, unit: 'L/s', minimum: 0, maximum: 500 },
  ],
  heartbeat: 3600,
};
const SURGE = { ...HIGH, id: 'main-surge', deviceType: 'water-main', measure: 'flow', levels: { blue: 108 } };

const types = compileConfig({
  deviceTypes: [RIVER, MAIN],
  rules: [
    { domain: 'drought', rule: LOW },
    { domain: 'mains', rule: SURGE },
    { domain: 'water', rule: HIGH },
  ],
});

test('each device type has its own rules, in the order of the configuration, each with its pack', () => {
  expect([...types.keys()]).toEqual(['river-level', 'water-main']);
  expect(types.get('river-level')?.rules.map(({ rule, domain }) => [rule.id, domain])).toEqual([
    ['river-low', 'drought'],
    ['river-high', 'water'],
  ]);
  expect(types.get('water-main')?.rules.map(({ rule, domain }) => [rule.id, domain])).toEqual([['main-surge', 'mains']]);
});

test('a rule looks at its measure, wherever it stands in a reading', () => {
  expect(types.get('water-main')?.rules[0]?.measure).toBe(1);
  expect(types.get('river-level')?.rules[0]?.measure).toBe(0);
});

test('a type decodes its own messages and refuses those of another', () => {
  const text = message(reading(1, 2.5));
  expect(types.get('river-level')?.decode(text, T0)).toEqual(reading(1, 2.5));
  expect(types.get('water-main')?.decode(text, T0)).toEqual({ reason: 'missing-field', detail: 'values.pressure' });
  expect(types.get('river-level')?.type).toBe(RIVER);
});
