/** What consume does when others write too, when a write fails, and when a batch is delivered again: one effect. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { fromItem } from '#runtime/table.ts';
import { type Consumer, consume, type StreamRecord } from './consume.ts';
import { type Chunk, fold, readChunk, UNHEARD } from './device.ts';
import {
  DEVICES,
  FILLED,
  MemoryDynamo,
  MINUTE,
  quiet,
  RIVER,
  RIVER_TYPE,
  reading,
  record,
  registration,
  T0,
  TABLES,
  TYPES,
} from './devices.fixture.ts';
import type { Quarantined } from './quarantine.ts';
import type { Reading } from './reading.ts';
import { DeviceStore } from './store.ts';
import { fromStored } from './stored-state.ts';

const NOW = T0 + 90 * MINUTE;

const platform = (...ids: readonly string[]) => {
  const memory = new MemoryDynamo().register(...ids);
  const held: Quarantined[] = [];
  const warn = vi.fn();
  const cold = (): Consumer => ({
    types: TYPES,
    store: new DeviceStore(memory.client, TABLES, TYPES),
    quarantine: async (records) => void held.push(...records),
    cache: new Map(),
    warn,
  });
  const state = (id: string) => fromStored(memory.device(id).state?.S as string, RIVER);
  const chunk = (id: string) => readChunk(state(id).chunk as Chunk).map(({ seq }) => seq);
  const writes = () =>
    memory.calls.filter(({ name }) => name === 'BatchExecuteStatementCommand' || name === 'TransactWriteItemsCommand').length;
  return { memory, held, warn, cold, state, chunk, writes };
};

const sent = (id: string, readings: readonly Reading[], first: number): StreamRecord[] =>
  readings.map((one, i) => record(first + i, id, one));

describe('a device that somebody else wrote', () => {
  test('is folded again on what they left and written again, and nothing is said twice', async () => {
    const { memory, cold, chunk, state, warn } = platform('gauge-1');
    const stale = cold();
    await consume(stale, sent('gauge-1', [reading(1, 3.5)], 101), NOW);
    await consume(cold(), sent('gauge-1', [reading(2, 4.5)], 102), NOW);
    const { failed, counts } = await consume(stale, sent('gauge-1', [reading(3, 5.5)], 103), NOW);
    expect({ failed, writes: counts.writes }).toEqual({ failed: [], writes: 2 });
    expect(chunk('gauge-1')).toEqual([1, 2, 3]);
    expect(state('gauge-1')).toEqual(fold(registration(), RIVER_TYPE, UNHEARD, [reading(1, 3.5), reading(2, 4.5), reading(3, 5.5)]).state);
    expect(memory.said()).toEqual(['gauge-1 ThresholdBreached 1', 'gauge-1 ThresholdLevelChanged 2', 'gauge-1 ThresholdLevelChanged 3']);
    expect(warn).not.toHaveBeenCalled();
    // What was written in the second round is what the container remembers.
    expect((await consume(stale, sent('gauge-1', [reading(4, 5.75)], 104), NOW)).counts.writes).toBe(1);
  });

  test('with these very readings, is not written again', async () => {
    const { memory, cold, chunk } = platform('gauge-1');
    const stale = cold();
    await consume(stale, sent('gauge-1', [reading(1, 2)], 101), NOW);
    await consume(cold(), sent('gauge-1', [reading(2, 4.5)], 102), NOW);
    const { failed, counts } = await consume(stale, sent('gauge-1', [reading(2, 4.5)], 102), NOW);
    expect({ failed, writes: counts.writes }).toEqual({ failed: [], writes: 1 });
    expect(chunk('gauge-1')).toEqual([1, 2]);
    expect(memory.said()).toEqual(['gauge-1 ThresholdBreached 2']);
  });

  test('while its chunk moves, has each reading once, in the history or in the state', async () => {
    const { memory, cold, chunk } = platform('gauge-1');
    const stale = cold();
    await consume(stale, sent('gauge-1', quiet(1, FILLED - 1), 101), NOW);
    await consume(cold(), sent('gauge-1', quiet(FILLED, FILLED + 1), 130), NOW);
    expect((await consume(stale, sent('gauge-1', quiet(FILLED, FILLED + 3), 130), NOW)).failed).toEqual([]);
    expect(memory.history('gauge-1').flatMap((item) => readChunk(fromItem<{ chunk: Chunk }>(item).chunk).map(({ seq }) => seq))).toEqual(
      expect.arrayContaining(quiet(1, FILLED).map(({ seq }) => seq)),
    );
    expect(chunk('gauge-1')).toEqual([FILLED + 1, FILLED + 2, FILLED + 3]);
  });

  test('each time again, is given up after five rounds and comes again; another is written', async () => {
    const { memory, cold, chunk, writes } = platform('gauge-1', 'gauge-2');
    memory.before = ({ constructor: { name } }) => {
      const item = memory.device('gauge-1');
      if (name === 'BatchExecuteStatementCommand')
        memory.items.set(`${DEVICES}/gauge-1`, { ...item, version: { N: `${Number(item.version?.N) + 7}` } });
    };
    const batch = [...sent('gauge-1', quiet(1, 2), 101), ...sent('gauge-2', quiet(1, 2), 103)];
    const { failed, counts } = await consume(cold(), batch, NOW);
    expect(failed).toEqual(['4960101']);
    expect([writes(), counts.writes]).toEqual([5, 6]);
    expect(memory.device('gauge-1').state).toBeUndefined();
    expect(chunk('gauge-2')).toEqual([1, 2]);
  });
});

describe('a device that cannot be written', () => {
  test('fails from its own first record on; the others are written, and when it comes again it has one effect', async () => {
    const { memory, cold, chunk, warn } = platform('gauge-1', 'gauge-2', 'gauge-3');
    const warm = cold();
    memory.errors.set('gauge-2', { Code: 'ThrottlingError', Message: 'too fast' });
    const batch = [
      record(101, 'gauge-1', reading(1, 3.5)),
      record(102, 'gauge-2', reading(1, 4.5)),
      record(103, 'gauge-3', reading(1, 5.5)),
      record(104, 'gauge-2', reading(2, 1.5)),
      record(105, 'gauge-1', reading(2, 2.75)),
    ];
    expect((await consume(warm, batch, NOW)).failed).toEqual(['4960102']);
    expect(warn.mock.calls).toEqual([
      ['state not written', { deviceId: 'gauge-2', outcome: { outcome: 'failed', error: 'ThrottlingError: too fast' } }],
    ]);
    expect([chunk('gauge-1'), chunk('gauge-3'), memory.device('gauge-2').state]).toEqual([[1, 2], [1], undefined]);
    memory.errors.clear();
    // Lambda delivers all from the failed record on, also what was written already.
    expect((await consume(warm, batch.slice(1), NOW)).failed).toEqual([]);
    expect([chunk('gauge-1'), chunk('gauge-2'), chunk('gauge-3')]).toEqual([[1, 2], [1, 2], [1]]);
    expect(memory.said()).toEqual([
      'gauge-1 ThresholdBreached 1',
      'gauge-3 ThresholdBreached 1',
      'gauge-2 ThresholdBreached 1',
      'gauge-2 ThresholdCleared 2',
    ]);
  });

  test('two of them fail each from their own', async () => {
    const { memory, cold } = platform('gauge-1', 'gauge-2', 'gauge-3');
    memory.errors.set('gauge-1', { Code: 'ThrottlingError', Message: 'too fast' });
    memory.errors.set('gauge-3', { Code: 'InternalServerError', Message: 'sorry' });
    const batch = [...sent('gauge-2', quiet(1, 2), 101), ...sent('gauge-3', quiet(1, 2), 103), ...sent('gauge-1', quiet(1, 2), 105)];
    expect((await consume(cold(), batch, NOW)).failed).toEqual(['4960103', '4960105']);
  });

  test('because it is gone, fails once, and is unknown when it comes again', async () => {
    const { memory, held, cold } = platform('gauge-1');
    const warm = cold();
    await consume(warm, sent('gauge-1', quiet(1, 1), 101), NOW);
    memory.items.clear();
    const batch = sent('gauge-1', quiet(2, 3), 102);
    expect((await consume(warm, batch, NOW)).failed).toEqual(['4960102']);
    expect((await consume(warm, batch, NOW)).failed).toEqual([]);
    expect(held.map(({ id, fault }) => [id, fault.reason])).toEqual([
      ['4960102', 'unknown-device'],
      ['4960103', 'unknown-device'],
    ]);
    expect(memory.items.size).toBe(0);
  });

  test('since the table cannot be read, sends the whole batch again', async () => {
    const { memory, cold, writes } = platform('gauge-1');
    memory.before = () => {
      throw new Error('socket hang up');
    };
    await expect(consume(cold(), sent('gauge-1', quiet(1, 1), 101), NOW)).rejects.toThrow('socket hang up');
    expect(writes()).toBe(0);
  });
});

describe('a write whose answer is lost', () => {
  test.each([
    ['a state', [reading(1, 3.5), reading(2, 4.5)], 'BatchExecuteStatementCommand'],
    ['a state with history', [reading(1, 3.5), reading(2, 4.5), ...quiet(3, 40)], 'BatchExecuteStatementCommand'],
    ['history alone', [reading(1, 3.5), reading(2, 4.5), ...quiet(3, 40)], 'BatchWriteItemCommand'],
  ])('of %s has one effect when the batch comes again, to the same container or another', async (_, readings, lost) => {
    for (const again of ['warm', 'cold']) {
      const { memory, cold, state } = platform('gauge-1');
      const first = cold();
      memory.after = ({ constructor: { name } }) => {
        if (name === lost) throw new Error('socket hang up');
      };
      const batch = sent('gauge-1', readings, 101);
      expect((await consume(first, batch, NOW)).failed).toEqual(['4960101']);
      memory.after = () => undefined;
      const outbox = memory.device('gauge-1').outbox;
      expect((await consume(again === 'warm' ? first : cold(), batch, NOW + 5000)).failed).toEqual([]);
      const { state: expected, occurrences } = fold(registration(), RIVER_TYPE, UNHEARD, readings);
      expect(state('gauge-1')).toEqual(expected);
      expect(memory.said()).toHaveLength(occurrences.length);
      if (readings.length < FILLED) expect(memory.device('gauge-1').outbox).toBe(outbox);
    }
  });
});

test('whatever fails on the way, a batch that comes until it is through has one effect', async () => {
  const level = fc.integer({ min: 0, max: 28 }).map((n) => n / 4);
  const batches = fc.array(fc.array(fc.tuple(fc.constantFrom('gauge-1', 'gauge-2'), level), { minLength: 1, maxLength: 45, size: 'max' }), {
    minLength: 1,
    maxLength: 4,
  });
  /** Of each call in turn: goes well, fails before it has its effect, fails after it. */
  const luck = fc.array(fc.constantFrom('well', 'before', 'after', 'well'), { maxLength: 30, size: 'max' });
  await fc.assert(
    fc.asyncProperty(batches, luck, fc.boolean(), async (all, fate, warm) => {
      const { memory, cold, state } = platform('gauge-1', 'gauge-2');
      let call = 0;
      const fails = (when: string) => () => {
        if (fate[call] === when) throw new Error('socket hang up');
      };
      memory.before = () => {
        call++;
        fails('before')();
      };
      memory.after = fails('after');
      const seen = new Map<string, Reading[]>([
        ['gauge-1', []],
        ['gauge-2', []],
      ]);
      let consumer = cold();
      let n = 0;
      for (const batch of all) {
        const records = batch.map(([id, value]) => {
          const one = reading(++n, value);
          seen.get(id)?.push(one);
          return record(n, id, one);
        });
        let deliveries = 0;
        for (let rest = records; rest.length > 0; ) {
          // More often than calls can fail: it would never be through.
          expect(++deliveries).toBeLessThan(40);
          const { failed } = await consume(consumer, rest, NOW).catch(() => ({ failed: [rest[0]?.sequenceNumber as string] }));
          const from = rest.findIndex(({ sequenceNumber }) => failed.includes(sequenceNumber));
          rest = from < 0 ? [] : rest.slice(from);
          if (!warm) consumer = cold();
        }
      }
      const expected: string[] = [];
      for (const [id, readings] of seen) {
        if (readings.length === 0) continue;
        const whole = fold(registration(id), RIVER_TYPE, UNHEARD, readings);
        expect(state(id)).toEqual(whole.state);
        const stored = memory.history(id).flatMap((item) => readChunk(fromItem<{ chunk: Chunk }>(item).chunk).map(({ seq }) => seq));
        const kept = new Set([...stored, ...readChunk(whole.state.chunk as Chunk).map(({ seq }) => seq)]);
        expect([...kept].sort((a, b) => a - b)).toEqual(readings.map(({ seq }) => seq));
        expected.push(...whole.occurrences.map(({ definition, data }) => `${id} ${definition.name} ${(data as { seq: number }).seq}`));
      }
      expect(memory.said().sort()).toEqual(expected.sort());
    }),
    { numRuns: 150 },
  );
});
