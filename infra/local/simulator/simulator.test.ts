import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileConfig } from '#functions/devices/config.ts';
import { type CompiledType, fold, type Registration, UNHEARD } from '#functions/devices/device.ts';
import { isFault } from '#functions/devices/reading.ts';
import { loadConfig } from '#infra/config/load.ts';
import type { Config } from '#infra/config/schema.ts';
import { backOffMs } from './client.ts';
import { deviceOf, fleetOf } from './fleet.ts';
import { hashOf, scoreOf, seriesFor, valuesAt } from './player.ts';
import { fourHourly, levelsFrom, rainSeries, recordedSeries } from './series.ts';
import { dueNow, nextSeq, USUAL_PACE } from './simulate.ts';

const config = loadConfig(join(import.meta.dirname, '..', '..', '..'));
const recorded = recordedSeries();

test('the series are the recorded ones, whole', () => {
  expect(recorded.flow).toHaveLength(1268);
  expect([recorded.rain, recorded.level].map((series) => series?.length)).toEqual([1461 * 6, 1461 * 6]);
  expect(Object.values(recorded).flat().every(Number.isFinite)).toBe(true);
  // As domains/water/rules.yaml says of them.
  const daily = levelsFrom(rainSeries());
  expect(Math.max(...daily)).toBeCloseTo(5.9, 1);
  expect(daily.filter((metres) => metres >= 4.1)).toHaveLength(73);
});

test('a river rises with rain and runs off', () => {
  const [first, second, third] = levelsFrom([100, 0, 0]) as [number, number, number];
  expect(first).toBeGreaterThan(second);
  expect(second).toBeGreaterThan(third);
  expect(third).toBeGreaterThan(2);
});

test('between two days lies a line', () => {
  expect(fourHourly([0, 6, 3])).toEqual([0, 1, 2, 3, 4, 5, 6, 5.5, 5, 4.5, 4, 3.5, 3, 3, 3, 3, 3, 3]);
});

test('every town has one device of each type, each with its own id and place', () => {
  const fleet = fleetOf(config);
  const types = config.domains.flatMap(({ deviceTypes }) => deviceTypes).length;
  expect(fleet).toHaveLength(config.district.towns.length * types);
  expect(new Set(fleet.map(({ deviceId }) => deviceId)).size).toBe(fleet.length);
  expect(new Set(fleet.map(({ place }) => `${place.lon},${place.lat}`)).size).toBe(fleet.length);
});

test('a device that an installer adds is called as those of the fleet are', () => {
  const [town] = config.district.towns;
  const [type] = config.domains.flatMap(({ deviceTypes }) => deviceTypes);
  if (!town || !type) throw new Error('no town or type');
  expect(deviceOf(type, town, 12, 0).deviceId).toBe(`${type.id}-${town.id}-12`);
});

test('each device begins at a place of its own, the same every time; a series that ends begins again', () => {
  const [, second] = fleetOf(config).filter(({ deviceType }) => deviceType === 'water-main') as [Registration, Registration];
  const score = scoreOf(recorded, config, second);
  expect(score.start).toBe(hashOf(second.deviceId));
  expect(valuesAt(score, 1268)).toEqual(valuesAt(score, 0));
  expect(valuesAt(score, 1)).toEqual({ flow: recorded.flow?.[(score.start + 1) % 1268] });
});

interface Happening {
  readonly seconds: number;
  readonly name: string;
  readonly town: string;
}

/** Plays the fleet through the platform's own decoder and rules. */
const play = (fleet: readonly Registration[], ofConfig: Config, minutes: number): Happening[] => {
  const types = compileConfig({
    deviceTypes: ofConfig.domains.flatMap(({ deviceTypes }) => deviceTypes),
    rules: ofConfig.domains.flatMap(({ id, rules }) => rules.map((rule) => ({ domain: id, rule }))),
  });
  const start = Date.UTC(2026, 6, 1);
  return fleet.flatMap((device) => {
    const type = types.get(device.deviceType) as CompiledType;
    const score = scoreOf(recorded, ofConfig, device);
    let state = UNHEARD;
    return Array.from({ length: minutes * USUAL_PACE }, (_, tick) => tick).flatMap((tick) => {
      const seconds = (tick * 60) / USUAL_PACE;
      const at = start + seconds * 1000;
      const reading = type.decode(JSON.stringify({ seq: at, at: new Date(at).toISOString(), values: valuesAt(score, tick) }), at);
      if (isFault(reading)) throw new Error(`${device.deviceId}: ${reading.detail}`);
      const folded = fold(device, type, state, [reading]);
      state = folded.state;
      return folded.occurrences.map(({ definition }) => ({ seconds, name: definition.name, town: device.town }));
    });
  });
};

test('something happens soon, in several towns one after the other, then now and then, and ends again', () => {
  const happenings = play(fleetOf(config), config, 60);
  const alerts = happenings.filter(({ name }) => name === 'ThresholdBreached').sort((a, b) => a.seconds - b.seconds);
  expect(alerts[0]?.seconds).toBeLessThanOrEqual(60);
  const soon = alerts.filter(({ seconds }) => seconds <= 120);
  expect(new Set(soon.map(({ town }) => town)).size).toBeGreaterThanOrEqual(3);
  expect(alerts.length).toBeGreaterThanOrEqual(10);
  expect(alerts.length).toBeLessThanOrEqual(60);
  expect(happenings.filter(({ name, seconds }) => name === 'ThresholdCleared' && seconds <= 600).length).toBeGreaterThanOrEqual(2);
});

test('a device type of another pack, of which nothing was recorded, breaches its rules and recovers too', () => {
  const name = { zh: '氯', en: 'Chlorine' };
  const measure = (id: string, maximum: number) => ({ id, name, unit: 'mg/L', minimum: 0, maximum });
  const quality = { id: 'quality', name, measures: [measure('chlorine', 4), measure('flow', 90)], heartbeat: 60 };
  const rule = {
    id: 'chlorine-low',
    name,
    deviceType: 'quality',
    measure: 'chlorine',
    when: 'below' as const,
    levels: { blue: 0.3, red: 0.1 },
    hysteresis: 0.05,
  };
  const other: Config = { ...config, domains: [{ id: 'other', name, deviceTypes: [quality], rules: [rule], plans: [], forms: [] }] };
  const [device] = fleetOf(other) as [Registration];
  const names = new Set(play([device], other, 24 * 60).map((one) => one.name));
  expect(names).toEqual(new Set(['ThresholdBreached', 'ThresholdLevelChanged', 'ThresholdCleared']));
  // This one can't have measured what was recorded of a main.
  expect(Math.max(...seriesFor(recorded, other, 'quality', measure('flow', 90)))).toBeLessThanOrEqual(90);
});

test('messages are due evenly; what a pause missed is let go', () => {
  expect(dueNow(0, 60, 0, 20)).toEqual({ skip: 0, send: 1 });
  expect(dueNow(999, 60, 1, 20)).toEqual({ skip: 0, send: 0 });
  expect(dueNow(1000, 60, 1, 20)).toEqual({ skip: 0, send: 1 });
  expect(dueNow(3_600_000, 60, 1, 20)).toEqual({ skip: 3580, send: 20 });
});

test('a sequence number grows whatever the clock does', () => {
  expect([nextSeq(-1, 500), nextSeq(500, 500), nextSeq(501, 400)]).toEqual([500, 501, 502]);
});

test('the wait before a new connection doubles, up to half a minute, with a share of chance', () => {
  expect([0, 1, 2, 5, 20].map((failures) => backOffMs(failures, 0))).toEqual([1000, 2000, 4000, 30_000, 30_000]);
  expect(backOffMs(20, 1)).toBe(15_000);
});
