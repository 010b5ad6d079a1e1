import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chunk, type DeviceState, fold, readChunk, UNHEARD } from './device.ts';
import type { DeviceType } from './device-type.ts';
import { RIVER, RIVER_TYPE, reading, registration, T0 } from './devices.fixture.ts';
import { fromStored, toStored } from './stored-state.ts';

const MEASURES = '["level","rain"]';
const measured = (...ids: readonly string[]): DeviceType => ({
  ...RIVER,
  measures: ids.map((id) => ({ id, name: { zh: id, en: id }, unit: '1', minimum: -100, maximum: 100 })),
});

/** What lies in tables that are in use: this text must be read for ever, and today’s code writes the same. */
const STORED =
  '{"v":1,"seq":42,"at":1782874920000,"measures":["level","rain"],"values":[4.25,null],' +
  '"rules":{"river-high":[2,3,1782874800000,3,1,1782874920000],"river-low":[0,7,1782000000000,0,0,0]},' +
  '"chunk":{"seq":40,"at":1782874800000,"count":3,"points":"[0,0,1.5,0.25],[1,60000,3.75,null],[2,120000,4.25,null]"}}';
const STATE: DeviceState = {
  seq: 42,
  at: 1_782_874_920_000,
  values: [4.25, Number.NaN],
  detectors: {
    'river-high': { level: 2, episode: 3, startedAt: 1_782_874_800_000, pending: 3, count: 1, since: 1_782_874_920_000 },
    'river-low': { level: 0, episode: 7, startedAt: 1_782_000_000_000, pending: 0, count: 0, since: 0 },
  },
  chunk: { seq: 40, at: 1_782_874_800_000, count: 3, points: '[0,0,1.5,0.25],[1,60000,3.75,null],[2,120000,4.25,null]' },
};
const UNHEARD_STORED = '{"v":1,"seq":-1,"at":0,"measures":["level","rain"],"values":[],"rules":{}}';

describe('the stored form, version 1', () => {
  test('is written as ever', () => {
    expect(toStored(STATE, MEASURES)).toBe(STORED);
    expect(toStored(UNHEARD, MEASURES)).toBe(UNHEARD_STORED);
  });

  test('is read as ever', () => {
    expect(fromStored(STORED, RIVER)).toEqual(STATE);
    expect(fromStored(UNHEARD_STORED, RIVER)).toEqual(UNHEARD);
  });

  test('is the same after a round trip, whatever the state', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
    const value = fc.option(number, { nil: Number.NaN });
    const time = fc.integer({ min: 0, max: T0 });
    const detector = fc.record({
      level: fc.nat(4),
      episode: fc.nat(),
      startedAt: time,
      pending: fc.nat(4),
      count: fc.nat(1000),
      since: time,
    });
    const chunk = fc.record({
      seq: fc.maxSafeNat(),
      at: time,
      count: fc.nat(30),
      points: fc.constantFrom('[0,0,1.5,null]', '[0,0,2],[1,5,-3]'),
    });
    const state = fc.record({
      seq: fc.maxSafeNat(),
      at: time,
      values: fc.tuple(value, value),
      detectors: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{1,8}$/), detector, { noNullPrototype: true }),
      chunk: fc.option(chunk, { nil: undefined }),
    });
    fc.assert(
      fc.property(state, (any) => {
        expect(fromStored(toStored(any, MEASURES), RIVER)).toEqual(any);
      }),
    );
  });

  test('goes on where it was: a state that was stored and read folds as one that never left memory', () => {
    const first = [3.5, 0.5, 4.5].map((level, i) => reading(i + 1, level));
    const next = [0.5, 0.25, 2].map((level, i) => reading(i + 4, level));
    const { state } = fold(registration(), RIVER_TYPE, UNHEARD, first);
    const stored = fromStored(toStored(state, MEASURES), RIVER);
    expect(fold(registration(), RIVER_TYPE, stored, next)).toEqual(fold(registration(), RIVER_TYPE, state, next));
  });
});

describe('after the type’s measures changed', () => {
  const chunkOf = (state: DeviceState) => readChunk(state.chunk as Chunk).map(({ values }) => values);

  test('values and the chunk’s readings come in today’s order', () => {
    const state = fromStored(STORED, measured('rain', 'level'));
    expect(state.values).toEqual([Number.NaN, 4.25]);
    expect(chunkOf(state)).toEqual([
      [0.25, 1.5],
      [Number.NaN, 3.75],
      [Number.NaN, 4.25],
    ]);
    expect(readChunk(state.chunk as Chunk).map(({ seq, at }) => [seq, at])).toEqual(
      readChunk(STATE.chunk as Chunk).map(({ seq, at }) => [seq, at]),
    );
    expect(state.chunk).toMatchObject({ seq: 40, at: 1_782_874_800_000, count: 3 });
  });

  test('one that came is absent from what was before it', () => {
    const state = fromStored(STORED, measured('level', 'rain', 'flow'));
    expect(state.values).toEqual([4.25, Number.NaN, Number.NaN]);
    expect(chunkOf(state)[0]).toEqual([1.5, 0.25, Number.NaN]);
  });

  test('one that went is gone', () => {
    const state = fromStored(STORED, measured('rain'));
    expect(state.values).toEqual([Number.NaN]);
    expect(chunkOf(state)[0]).toEqual([0.25]);
  });

  test('rules keep what they remember', () => {
    expect(fromStored(STORED, measured('rain', 'level')).detectors).toEqual(STATE.detectors);
  });
});

test('a typical item with a full chunk stays below the 1 KB that one write unit pays for', () => {
  // As the simulator sends it: a reading a minute, numbered by the clock, two decimals.
  const minutes = Array.from({ length: 30 }, (_, i) => {
    const at = T0 + i * 60_000 + (i % 7);
    return { seq: at, at, values: [4 + ((i * 37) % 200) / 100] };
  });
  const type = { ...RIVER_TYPE, type: measured('level') };
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const beside = bytes(JSON.stringify(registration())) + 40;
  let state = UNHEARD;
  let most = 0;
  for (const one of minutes) {
    state = fold(registration(), type, state, [one]).state;
    most = Math.max(most, bytes(toStored(state, '["level"]')) + beside);
  }
  expect(Object.keys(state.detectors)).toEqual(['river-high']);
  expect(most).toBeGreaterThan(900);
  expect(most).toBeLessThan(1024);
});
