import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { ThresholdBreached } from '#events/devices.ts';
import { compileConfig } from './config.ts';
import {
  CHUNK_BYTES,
  CHUNK_SIZE,
  type Chunk,
  type CompiledType,
  type DeviceState,
  type Folded,
  fold,
  readChunk,
  UNHEARD,
} from './device.ts';
import { CONFIG, FILLED, HIGH, MINUTE, quiet, RIVER_TYPE, reading, registration, T0 } from './devices.fixture.ts';
import type { Reading } from './reading.ts';

const GAUGE = registration('gauge-1');
const folded = (readings: readonly Reading[], before: DeviceState = UNHEARD, type = RIVER_TYPE): Folded =>
  fold(GAUGE, type, before, readings);
const seqs = (readings: readonly Reading[]): number[] => readings.map(({ seq }) => seq);
const held = (state: DeviceState): number[] => (state.chunk ? seqs(readChunk(state.chunk)) : []);
const said = ({ occurrences }: Folded): string[] =>
  occurrences.map(({ definition, key, data }) => `${definition.name} ${(data as { level: string }).level} ${key.join('/')}`);

describe('the newest reading', () => {
  test('is what the device says now', () => {
    const { state, late, full, duplicates } = folded([reading(4, 1.25, 2), reading(9, 1.75)]);
    expect(state).toMatchObject({ seq: 9, at: T0 + 9 * MINUTE, values: [1.75, Number.NaN] });
    expect(readChunk(state.chunk as never)).toEqual([reading(4, 1.25, 2), reading(9, 1.75)]);
    expect({ late, full, duplicates }).toEqual({ late: [], full: [], duplicates: 0 });
  });

  test('may be number 0', () => {
    expect(folded([reading(0, 1.5)]).state.seq).toBe(0);
  });

  test('is newest by its number, whatever its clock says', () => {
    const back = { ...reading(5, 1.5), at: T0 - 3 * MINUTE };
    const { state } = folded([reading(4, 1.25), back]);
    expect(state).toMatchObject({ seq: 5, at: T0 - 3 * MINUTE, values: [1.5, Number.NaN] });
    expect(readChunk(state.chunk as never)).toEqual([reading(4, 1.25), back]);
  });
});

describe('what a rule says', () => {
  test('is told with all that a consumer must know', () => {
    const { occurrences } = folded([reading(1, 2), reading(2, 4.5)]);
    expect(occurrences).toHaveLength(1);
    expect(occurrences[0]?.definition).toBe(ThresholdBreached);
    expect(occurrences[0]?.data).toEqual({
      deviceId: 'gauge-1',
      deviceType: 'river-level',
      deviceName: { zh: '凯江站 gauge-1', en: 'Kaijiang gauge-1' },
      town: 'wanan',
      place: { lon: 104.51, lat: 31.32 },
      domain: 'water',
      ruleId: 'river-high',
      ruleName: { zh: '水位超警', en: 'River high' },
      episode: 1,
      level: 'yellow',
      measure: 'level',
      value: 4.5,
      threshold: 4,
      unit: 'm',
      startedAt: '2026-07-01T03:02:00.000Z',
      readingAt: '2026-07-01T03:02:00.000Z',
      seq: 2,
    });
    expect(Value.Check(ThresholdBreached.data, occurrences[0]?.data)).toBe(true);
  });

  test('begins, changes up and down, ends; what ended is told at the level that ended', () => {
    expect(said(folded([3.25, 5.25, 5.5, 3.75, 1.5].map((level, i) => reading(i + 1, level))))).toEqual([
      'ThresholdBreached blue gauge-1/river-high/1',
      'ThresholdLevelChanged orange gauge-1/river-high/2',
      'ThresholdLevelChanged yellow gauge-1/river-high/4',
      'ThresholdCleared yellow gauge-1/river-high/5',
    ]);
  });

  test('is told with the time at which its episode began, not with that of the reading', () => {
    const { occurrences } = folded([reading(1, 0.75), reading(2, 0.5)]);
    expect(occurrences[0]?.data).toMatchObject({
      ruleId: 'river-low',
      domain: 'drought',
      threshold: 1,
      startedAt: '2026-07-01T03:01:00.000Z',
      readingAt: '2026-07-01T03:02:00.000Z',
    });
  });

  test('is told of each rule, in the order of the rules', () => {
    expect(said(folded([reading(1, 0.5), reading(2, 0.125), reading(3, 7)]))).toEqual([
      'ThresholdBreached blue gauge-1/river-low/2',
      'ThresholdBreached red gauge-1/river-high/3',
      'ThresholdCleared blue gauge-1/river-low/3',
    ]);
  });

  test('needs a value: a reading without the measure neither counts nor ends a wait', () => {
    const rule = { ...HIGH, measure: 'rain', levels: { blue: 50 }, for: { readings: 2 } };
    const rain = compileConfig({ ...CONFIG, rules: [{ domain: 'weather', rule }] }).get('river-level') as CompiledType;
    const result = folded([reading(1, 2, 60), reading(2, 2), reading(3, 2, 61)], UNHEARD, rain);
    expect(said(result)).toEqual(['ThresholdBreached blue gauge-1/river-high/3']);
    expect(result.occurrences[0]?.data).toMatchObject({ value: 61, unit: 'mm', measure: 'rain' });
  });

  test('counts its episodes over batches', () => {
    const first = folded([reading(1, 3.5), reading(2, 1.5)]);
    const second = folded([reading(3, 3.5)], first.state);
    expect(second.occurrences[0]?.data).toMatchObject({ episode: 2 });
    expect(first.state.detectors['river-high']?.episode).toBe(1);
  });

  test('is remembered only of rules that saw something', () => {
    const { state } = folded([reading(1, 2)]);
    expect(state.detectors).toEqual({});
    expect(folded([reading(2, 2.25)], state).state.detectors).toBe(state.detectors);
  });
});

describe('a reading that comes again', () => {
  test('changes nothing, five times over', () => {
    const { state, occurrences } = folded([reading(1, 3.5)]);
    const again = folded(Array(5).fill(reading(1, 3.5)), state);
    expect(occurrences).toHaveLength(1);
    expect(again).toEqual({ state, occurrences: [], full: [], late: [], duplicates: 5 });
    expect(again.state).toBe(state);
  });

  test('is known by its number alone', () => {
    const { state } = folded([reading(1, 1.5), reading(2, 1.75)]);
    expect(folded([reading(1, 9)], state)).toMatchObject({ duplicates: 1, occurrences: [], late: [] });
  });

  test('is recognised right after its chunk was filled', () => {
    const { state } = folded(quiet(1, FILLED));
    const again = folded([...quiet(1, 1), ...quiet(12, 12), ...quiet(FILLED, FILLED)], state);
    expect(again).toMatchObject({ duplicates: 3, late: [], full: [] });
    expect(again.state).toBe(state);
  });

  test('after its chunk moved, is put into the history once more and moves no rule', () => {
    const readings = [reading(1, 5), ...quiet(2, 35)];
    const { state } = folded(readings);
    const again = folded([reading(1, 5)], state);
    expect(again).toEqual({ state, occurrences: [], full: [], late: [reading(1, 5)], duplicates: 0 });
    expect(again.state).toBe(state);
  });
});

describe('a late reading', () => {
  test('older than the chunk goes to the history, and moves neither the state nor a rule', () => {
    const { state } = folded(quiet(10, 12));
    const result = folded([reading(9, 6.5)], state);
    expect(result).toEqual({ state, occurrences: [], full: [], late: [reading(9, 6.5)], duplicates: 0 });
    expect(result.state).toBe(state);
  });

  test('within the chunk joins it, and moves no rule', () => {
    const { state } = folded([...quiet(10, 11), ...quiet(13, 13)]);
    const result = folded([reading(12, 6.5)], state);
    expect(result).toMatchObject({ occurrences: [], late: [], duplicates: 0 });
    expect(held(result.state)).toEqual([10, 11, 13, 12]);
    expect(readChunk(result.state.chunk as never)[3]).toEqual(reading(12, 6.5));
    expect(result.state).toMatchObject({ seq: 13, at: state.at, values: state.values, detectors: {} });
    expect(folded([reading(12, 6.5)], result.state)).toMatchObject({ duplicates: 1 });
  });

  test('goes to the history, not the state, where a state has no chunk', () => {
    const state: DeviceState = { seq: 8, at: T0, values: [1.5, 2], detectors: {}, chunk: undefined };
    expect(folded([reading(8, 1.5), reading(3, 6.5)], state)).toMatchObject({ late: [reading(8, 1.5), reading(3, 6.5)], occurrences: [] });
  });
});

describe('a chunk', () => {
  test('holds as much as keeps an item below one write unit, and moves with the next reading', () => {
    const filled = folded(quiet(1, FILLED));
    expect(filled.full).toEqual([]);
    expect(filled.state.chunk?.count).toBe(FILLED);
    const next = folded(quiet(FILLED + 1, FILLED + 1), filled.state);
    expect(next.full).toEqual([filled.state.chunk]);
    expect(readChunk(next.full[0] as never)).toEqual(quiet(1, FILLED));
    expect(next.state.chunk).toMatchObject({ seq: FILLED + 1, at: T0 + (FILLED + 1) * MINUTE, count: 1 });
  });

  test('of small readings holds thirty', () => {
    const small = Array.from({ length: 61 }, (_, i): Reading => ({ seq: i, at: T0 + i, values: [1, 2] }));
    expect(folded(small).full.map(({ count }) => count)).toEqual([CHUNK_SIZE, CHUNK_SIZE]);
  });

  test('of large readings is full when the next one might not fit', () => {
    const large = Array.from(
      { length: 40 },
      (_, i): Reading => ({ seq: T0 + i * 1e6, at: T0 + i * 1e6, values: [1.123456789, -2.123456789] }),
    );
    const { full, state } = folded(large);
    for (const { points } of [...full, state.chunk as Chunk]) expect(points.length).toBeLessThan(CHUNK_BYTES + 50);
    expect(full.length).toBeGreaterThan(2);
  });

  test('after chunk moves in one batch, each reading in just one', () => {
    const { full, state } = folded(quiet(1, 95));
    expect(full.length).toBeGreaterThan(2);
    expect([...full.flatMap((chunk) => seqs(readChunk(chunk))), ...held(state)]).toEqual(seqs(quiet(1, 95)));
  });

  test('that is full takes no late reading: the next one would begin below the newest', () => {
    const { state } = folded([...quiet(1, FILLED - 1), ...quiet(FILLED + 1, FILLED + 1), ...quiet(FILLED, FILLED)]);
    expect(folded([...quiet(FILLED + 1, FILLED + 1), ...quiet(FILLED, FILLED)], state).state).toBe(state);
  });

  test('keeps small differences to its first reading, absent values as null', () => {
    const first = { seq: 1_782_874_800_123, at: T0 + 5, values: [1.5, Number.NaN] };
    const { state } = folded([first, { seq: first.seq + 60_000, at: T0 + 60_007, values: [-0.25, 3] }]);
    expect(state.chunk).toEqual({ seq: 1_782_874_800_123, at: T0 + 5, count: 2, points: '[0,0,1.5,null],[60000,60002,-0.25,3]' });
  });
});

describe('whatever comes, in whatever order', () => {
  /** Up to 120 of 80 numbers, growing by and large, some again, some late; what a number says is always the same. */
  const arrivals = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 28 }), { minLength: 80, maxLength: 80 }),
      fc.array(fc.tuple(fc.nat(79), fc.nat(12)), { maxLength: 120, size: 'max' }),
    )
    .map(([levels, jumps]) =>
      jumps.map(([far, near], i) => {
        const seq = near < 2 ? far : Math.min(79, Math.floor((i * 2) / 3) + near);
        return reading(seq, (levels[seq] as number) / 4, seq % 3 === 0 ? seq : Number.NaN);
      }),
    );
  const growing = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 28 }), { maxLength: 100, size: 'max' }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 100, maxLength: 100, size: 'max' }),
    )
    .map(([levels, gaps]) => {
      let seq = 0;
      return levels.map((level, i) => {
        seq += gaps[i] as number;
        return reading(seq, level / 4);
      });
    });

  /** One fold after another; what they made, together. */
  const inBatches = (batches: readonly (readonly Reading[])[]): Folded => {
    let all: Folded = { state: UNHEARD, occurrences: [], full: [], late: [], duplicates: 0 };
    for (const batch of batches) {
      const { state, occurrences, full, late, duplicates } = folded(batch, all.state);
      all = {
        state,
        occurrences: [...all.occurrences, ...occurrences],
        full: [...all.full, ...full],
        late: [...all.late, ...late],
        duplicates: all.duplicates + duplicates,
      };
    }
    return all;
  };
  const cut = (all: readonly Reading[], cuts: readonly number[]): Reading[][] => {
    const places = [0, ...cuts.map((place) => place % (all.length + 1)).sort((a, b) => a - b), all.length];
    return places.slice(1).map((end, i) => all.slice(places[i], end));
  };

  test('any split into batches makes the same state, the same history, and says the same', () => {
    fc.assert(
      fc.property(arrivals, fc.array(fc.nat(), { maxLength: 8 }), (all, cuts) => {
        expect(inBatches(cut(all, cuts))).toEqual(folded(all));
      }),
    );
  });

  test('no reading is lost, and none is in two chunks as long as the numbers grow', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const { state, full, late } = folded(all);
        const kept = [...full.flatMap(readChunk), ...(state.chunk ? readChunk(state.chunk) : []), ...late];
        expect(new Set(seqs(kept))).toEqual(new Set(seqs(all)));
        for (const one of kept) expect(one).toEqual(all.find(({ seq }) => seq === one.seq));
      }),
    );
    fc.assert(
      fc.property(growing, (all) => {
        const { state, full, late } = folded(all);
        expect([...full.flatMap((chunk) => seqs(readChunk(chunk))), ...held(state)]).toEqual(seqs(all));
        expect(late).toEqual([]);
      }),
    );
  });

  test('the same batch again says nothing and leaves what the device says now', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const { state } = folded(all);
        const again = folded(all, state);
        expect(again.occurrences).toEqual([]);
        const { chunk: _, ...rest } = again.state;
        expect(state).toMatchObject(rest);
      }),
    );
  });

  test('the same batch again is no change at all, as long as the numbers grow', () => {
    fc.assert(
      fc.property(growing, growing, (before, all) => {
        const start = folded(before).state;
        const { state } = folded(all, start);
        const again = folded(all, state);
        expect(again.occurrences).toEqual([]);
        expect(again.full).toEqual([]);
        if (all.every(({ seq }) => seq > start.seq)) expect(again.state).toBe(state);
      }),
    );
  });

  test('rules see each number once and in order: as if only the newest had ever come', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        let newest = -1;
        const fresh = all.filter(({ seq }) => {
          if (seq <= newest) return false;
          newest = seq;
          return true;
        });
        const result = folded(all);
        expect(result.occurrences).toEqual(folded(fresh).occurrences);
        expect(result.state.detectors).toEqual(folded(fresh).state.detectors);
      }),
    );
  });

  test('a reading is folded without changing what was there', () => {
    const before = folded([reading(1, 3.5), reading(2, 0.5)]).state;
    const copy = structuredClone(before);
    folded([reading(3, 5.5), reading(4, 0.5)], before);
    expect(before).toEqual(copy);
  });
});
