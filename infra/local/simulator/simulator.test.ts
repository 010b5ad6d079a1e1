import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '#infra/config/load.ts';
import { deviceOf, fleetOf } from './fleet.ts';
import { firstEvent, hashOf, trackFor, valueAt } from './player.ts';
import { levelsFrom, recordedSeries } from './series.ts';

const config = loadConfig(join(import.meta.dirname, '..', '..', '..'));

test('the series are the recorded ones, whole', () => {
  const { flow, rain, level } = recordedSeries();
  expect([flow?.length, rain?.length, level?.length]).toEqual([1268, 1461, 1461]);
  expect([...(flow ?? []), ...(rain ?? []), ...(level ?? [])].every(Number.isFinite)).toBe(true);
  // As domains/water/rules.yaml says of them.
  expect(Math.max(...(level ?? []))).toBeCloseTo(5.9, 1);
  expect(level?.filter((metres) => metres >= 4.1)).toHaveLength(73);
});

test('a river rises with rain and runs off', () => {
  const [first, second, third] = levelsFrom([100, 0, 0]) as [number, number, number];
  expect(first).toBeGreaterThan(second);
  expect(second).toBeGreaterThan(third);
  expect(third).toBeGreaterThan(2);
});

test('every town has one device of each type, each with its own id and place', () => {
  const fleet = fleetOf(config);
  const types = config.domains.flatMap(({ deviceTypes }) => deviceTypes).length;
  expect(fleet).toHaveLength(config.district.towns.length * types);
  expect(new Set(fleet.map(({ deviceId }) => deviceId)).size).toBe(fleet.length);
  expect(new Set(fleet.map(({ place }) => `${place.lon},${place.lat}`)).size).toBe(fleet.length);
});

test('a leading device soon meets an event, others start somewhere of their own, the same each time', () => {
  const series = [1, 1, 1, 1, 1, 9, 1];
  const extreme = (value: number) => value > 5;
  expect(firstEvent(series, extreme)).toBe(5);
  const lead = trackFor('a', series, true, extreme);
  expect([0, 1, 2, 3].map((tick) => valueAt(lead, tick))).toEqual([1, 1, 1, 9]);
  expect(trackFor('b', series, false, extreme)).toEqual(trackFor('b', series, false, extreme));
  expect(hashOf('a')).not.toBe(hashOf('b'));
});

test('a series that ends begins again', () => {
  expect(valueAt({ series: [1, 2, 3], start: 2 }, 1)).toBe(1);
});

test('a device that an installer adds is called as those of the fleet are', () => {
  const [town] = config.district.towns;
  const [type] = config.domains.flatMap(({ deviceTypes }) => deviceTypes);
  if (!town || !type) throw new Error('no town or type');
  expect(deviceOf(type, town, 12, 0).deviceId).toBe(`${type.id}-${town.id}-12`);
});
