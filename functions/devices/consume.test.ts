import { describe, expect, test, vi } from 'vitest';
import { fromItem } from '#runtime/table.ts';
import { type Consumer, consume, type StreamRecord } from './consume.ts';
import { type Chunk, fold, readChunk, UNHEARD } from './device.ts';
import {
  base64,
  DEVICES,
  MemoryDynamo,
  MINUTE,
  message,
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
import { MAX_PAYLOAD_BYTES } from './reading.ts';
import { type Device, DeviceStore } from './store.ts';
import { fromStored } from './stored-state.ts';

const NOW = T0 + 90 * MINUTE;

const platform = (...ids: readonly string[]) => {
  const memory = new MemoryDynamo().register(...ids);
  const held: Quarantined[] = [];
  const warn = vi.fn();
  /** A container of its own: with nothing in its memory. */
  const cold = (change: Partial<Consumer> = {}): Consumer => ({
    types: TYPES,
    store: new DeviceStore(memory.client, TABLES, TYPES),
    quarantine: async (records) => void held.push(...records),
    cache: new Map(),
    warn,
    ...change,
  });
  const state = (id: string) => fromStored(memory.device(id).state?.S as string, RIVER);
  const chunk = (id: string) => readChunk(state(id).chunk as never).map(({ seq }) => seq);
  const version = (id: string) => Number(memory.device(id).version?.N);
  return { memory, held, warn, cold, state, chunk, version };
};

/** A batch of one gauge’s readings, numbered in the stream as they are. */
const sent = (id: string, readings: readonly { seq: number; at: number; values: readonly number[] }[], first = 100): StreamRecord[] =>
  readings.map((one, i) => record(first + i, id, one));

describe('a batch', () => {
  test('is folded per device in the order of its arrival, and written once per device', async () => {
    const { memory, cold, state, chunk, version } = platform('gauge-1', 'gauge-2');
    const batch = [
      record(1, 'gauge-1', reading(1, 3.5)),
      record(2, 'gauge-2', reading(8, 2)),
      record(3, 'gauge-1', reading(2, 4.5)),
      record(4, 'gauge-2', reading(9, 2.25)),
      record(5, 'gauge-1', reading(3, 1.5)),
    ];
    expect(await consume(cold(), batch, NOW)).toEqual({ failed: [], counts: { readings: 5, quarantined: 0, duplicates: 0, writes: 2 } });
    expect([chunk('gauge-1'), chunk('gauge-2')]).toEqual([
      [1, 2, 3],
      [8, 9],
    ]);
    expect(state('gauge-1')).toEqual(fold(registration(), RIVER_TYPE, UNHEARD, [reading(1, 3.5), reading(2, 4.5), reading(3, 1.5)]).state);
    expect([version('gauge-1'), version('gauge-2')]).toEqual([1, 1]);
    expect(memory.said()).toEqual(['gauge-1 ThresholdBreached 1', 'gauge-1 ThresholdLevelChanged 2', 'gauge-1 ThresholdCleared 3']);
    expect(memory.named('BatchExecuteStatementCommand')).toHaveLength(1);
  });

  test('of one late reading puts it into the history and leaves the state as it was', async () => {
    const { memory, cold, state } = platform('gauge-1');
    const warm = cold();
    await consume(warm, sent('gauge-1', quiet(10, 12)), NOW);
    const before = state('gauge-1');
    const { failed, counts } = await consume(warm, sent('gauge-1', [reading(4, 6.5)]), NOW);
    expect({ failed, counts }).toEqual({ failed: [], counts: { readings: 1, quarantined: 0, duplicates: 0, writes: 1 } });
    expect(memory.history('gauge-1').flatMap((item) => readChunk(fromItem<{ chunk: Chunk }>(item).chunk))).toEqual([reading(4, 6.5)]);
    expect(state('gauge-1')).toEqual(before);
    expect(memory.said()).toEqual([]);
  });

  test('of nothing does nothing', async () => {
    const { memory, cold } = platform();
    expect(await consume(cold(), [], NOW)).toEqual({ failed: [], counts: { readings: 0, quarantined: 0, duplicates: 0, writes: 0 } });
    expect(memory.calls).toEqual([]);
  });

  test('is read from the container’s memory the second time', async () => {
    const { memory, cold, chunk, version } = platform('gauge-1', 'gauge-2');
    const warm = cold();
    await consume(warm, sent('gauge-1', quiet(1, 2)), NOW);
    await consume(warm, [...sent('gauge-1', quiet(3, 4)), ...sent('gauge-2', quiet(1, 1))], NOW);
    const asked = memory
      .named('BatchGetItemCommand')
      .map((input) => input.RequestItems[DEVICES].Keys.map((key: { id: { S: string } }) => key.id.S));
    expect(asked).toEqual([['gauge-1'], ['gauge-2']]);
    expect(chunk('gauge-1')).toEqual([1, 2, 3, 4]);
    expect(version('gauge-1')).toBe(2);
  });

  test('makes a full memory forget the device that was longest not heard', async () => {
    const { cold } = platform('gauge-1');
    const one = (deviceId: string): Device => ({ registration: registration(deviceId), state: UNHEARD, version: 0 });
    const cache = new Map(Array.from({ length: 19_999 }, (_, i) => [`other-${i}`, one(`other-${i}`)]));
    cache.set('gauge-1', one('gauge-1'));
    await consume(cold({ cache }), sent('gauge-1', quiet(1, 1)), NOW);
    expect([cache.size, cache.has('other-0')]).toEqual([20_000, true]);
    const { cold: another } = platform('gauge-2');
    await consume(another({ cache }), sent('gauge-2', quiet(1, 1)), NOW);
    expect([cache.size, cache.has('other-0'), cache.has('other-1'), cache.has('gauge-2')]).toEqual([20_000, false, true, true]);
  });
});

describe('a record that cannot be used', () => {
  test('is put aside with its reason and its bytes; the others of the batch and of its device are not harmed', async () => {
    const { held, cold, chunk, version, warn } = platform('gauge-1', 'gauge-2');
    const batch = [
      record(1, 'gauge-1', reading(1, 2)),
      { ...record(2, 'gauge-1', '{"seq":2,'), approximateArrivalTimestamp: 1_782_874_920.1236 },
      record(3, 'gauge-2', reading(5, 2)),
      record(4, 'gauge-1', reading(3, 99)),
      record(5, 'gauge-1', reading(4, 2.5)),
    ];
    const { failed, counts } = await consume(cold(), batch, NOW);
    expect(failed).toEqual([]);
    expect(counts).toEqual({ readings: 3, quarantined: 2, duplicates: 0, writes: 2 });
    expect(held).toEqual([
      {
        id: '49602',
        deviceId: 'gauge-1',
        arrivedAt: 1_782_874_920_124,
        fault: { reason: 'malformed-json', detail: expect.any(String) },
        data: 'eyJzZXEiOjIs',
      },
      {
        id: '49604',
        deviceId: 'gauge-1',
        arrivedAt: T0 + 3 * MINUTE + 1000,
        fault: { reason: 'out-of-range', detail: 'values.level: 99 not within -1 to 12 m' },
        data: batch[3]?.data,
      },
    ]);
    expect([chunk('gauge-1'), chunk('gauge-2')]).toEqual([[1, 4], [5]]);
    expect(version('gauge-1')).toBe(1);
    expect(warn).not.toHaveBeenCalled();
  });

  test('keeps bytes that are no text', async () => {
    const { held, cold } = platform('gauge-1');
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x80]).toString('base64');
    await consume(cold(), [{ ...record(1, 'gauge-1', 'x'), data: bytes }, record(2, 'gauge-1', '{"备注":"水位"}')], NOW);
    expect(held.map(({ data }) => data)).toEqual([bytes, base64('{"备注":"水位"}')]);
    expect(held.map(({ fault }) => fault.reason)).toEqual(['malformed-json', 'missing-field']);
  });

  test('is judged by when it arrived, not by when it is read', async () => {
    const { held, cold, chunk } = platform('gauge-1');
    const late = { ...record(1, 'gauge-1', reading(1, 2)), approximateArrivalTimestamp: (T0 + 32 * 86_400_000) / 1000 };
    const ahead = { ...record(3, 'gauge-1', reading(6, 2)), approximateArrivalTimestamp: (T0 + 999) / 1000 };
    await consume(cold(), [late, record(2, 'gauge-1', reading(2, 2)), ahead], T0 + 40 * 86_400_000);
    expect(held.map(({ id, fault }) => [id, fault.reason])).toEqual([
      ['49601', 'time-too-old'],
      ['49603', 'time-in-future'],
    ]);
    expect(chunk('gauge-1')).toEqual([2]);
  });

  test('is one that is larger than 128 KB, though it be valid; one of 128 KB is not', async () => {
    const { held, cold, chunk } = platform('gauge-1');
    const padded = (seq: number, bytes: number) =>
      record(seq, 'gauge-1', message(reading(0, 2)).replace('"seq":0', `"seq":${seq}`).padEnd(bytes));
    await consume(cold(), [padded(1, MAX_PAYLOAD_BYTES), padded(2, MAX_PAYLOAD_BYTES + 2)], NOW);
    expect(held.map(({ id, fault }) => [id, fault])).toEqual([['49602', { reason: 'too-large', detail: 'more than 131072 bytes' }]]);
    expect(chunk('gauge-1')).toEqual([1]);
  });

  test('is every one of a device that is not registered or whose type is not configured', async () => {
    const { memory, held, cold, chunk } = platform('gauge-1', 'gauge-2');
    memory.items.set(`${DEVICES}/gauge-2`, { ...memory.device('gauge-2'), type: { S: 'seismograph' } });
    const batch = [...sent('gauge-9', quiet(1, 2), 1), ...sent('gauge-1', quiet(1, 1), 3), ...sent('gauge-2', quiet(1, 1), 4)];
    const { failed, counts } = await consume(cold(), batch, NOW);
    expect(failed).toEqual([]);
    expect(counts).toMatchObject({ readings: 1, quarantined: 3, writes: 1 });
    const fault = { reason: 'unknown-device', detail: 'not registered, or of a type that is not configured' };
    expect(held.map((one) => [one.id, one.deviceId, one.fault, one.data])).toEqual([
      ['49601', 'gauge-9', fault, batch[0]?.data],
      ['49602', 'gauge-9', fault, batch[1]?.data],
      ['49604', 'gauge-2', fault, batch[3]?.data],
    ]);
    expect(chunk('gauge-1')).toEqual([1]);
  });

  test('is not lost when quarantine fails: the whole batch comes again, and nothing was written that would be doubled', async () => {
    const { memory, held, cold, chunk } = platform('gauge-1');
    const batch = [record(1, 'gauge-1', reading(1, 3.5)), record(2, 'gauge-1', 'poison')];
    const closed = cold({ quarantine: async () => Promise.reject(new Error('queue is gone')) });
    await expect(consume(closed, batch, NOW)).rejects.toThrow('queue is gone');
    expect((await consume(cold(), batch, NOW)).failed).toEqual([]);
    expect(held.map(({ id }) => id)).toEqual(['49602']);
    expect(chunk('gauge-1')).toEqual([1]);
    expect(memory.said()).toEqual(['gauge-1 ThresholdBreached 1']);
  });

  test('does not trouble quarantine when there is none', async () => {
    const { cold } = platform('gauge-1');
    const quarantine = vi.fn();
    await consume(cold({ quarantine }), sent('gauge-1', quiet(1, 2)), NOW);
    expect(quarantine).not.toHaveBeenCalled();
  });
});

describe('the same again', () => {
  test('five times in one batch is once', async () => {
    const { memory, cold, chunk } = platform('gauge-1');
    const five = Array.from({ length: 5 }, (_, i) => record(i, 'gauge-1', reading(1, 3.5)));
    const { failed, counts } = await consume(cold(), five, NOW);
    expect(failed).toEqual([]);
    expect(counts).toEqual({ readings: 5, quarantined: 0, duplicates: 4, writes: 1 });
    expect(chunk('gauge-1')).toEqual([1]);
    expect(memory.said()).toEqual(['gauge-1 ThresholdBreached 1']);
  });

  test.each(['warm', 'cold'])('as a whole batch is not written by a %s container', async (kind) => {
    const { memory, cold, version } = platform('gauge-1');
    const first = cold();
    const batch = sent('gauge-1', [reading(1, 3.5), reading(2, 2), reading(3, 4.5)]);
    await consume(first, batch, NOW);
    const before = memory.device('gauge-1');
    const { failed, counts } = await consume(kind === 'warm' ? first : cold(), batch, NOW + 5000);
    expect({ failed, counts }).toEqual({ failed: [], counts: { readings: 3, quarantined: 0, duplicates: 3, writes: 0 } });
    expect(memory.device('gauge-1')).toBe(before);
    expect(version('gauge-1')).toBe(1);
    expect(memory.said()).toHaveLength(3);
  });

  test('after its chunks moved, changes neither state nor history, and says nothing', async () => {
    const { memory, cold, state } = platform('gauge-1');
    const batch = sent('gauge-1', [reading(1, 5.5), ...quiet(2, 64)]);
    await consume(cold(), batch, NOW);
    const before = state('gauge-1');
    const said = memory.said();
    expect((await consume(cold(), batch, NOW + 5000)).failed).toEqual([]);
    expect(state('gauge-1')).toEqual(before);
    expect(memory.said()).toEqual(said);
    const kept = memory.history('gauge-1').flatMap((item) => readChunk(fromItem<{ chunk: Chunk }>(item).chunk));
    const left = readChunk(before.chunk as Chunk);
    const seqs = new Set([...kept, ...left].map(({ seq }) => seq));
    expect([...seqs].sort((a, b) => a - b)).toEqual(quiet(1, 64).map(({ seq }) => seq));
  });
});
