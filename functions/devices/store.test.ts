import { describe, expect, test } from 'vitest';
import { TRIES } from '#runtime/batch.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { fromItem } from '#runtime/table.ts';
import { type Chunk, fold, readChunk, UNHEARD } from './device.ts';
import {
  DEVICES,
  MemoryDynamo,
  MINUTE,
  quiet,
  READINGS,
  RIVER,
  RIVER_TYPE,
  reading,
  registration,
  T0,
  TABLES,
  TYPES,
} from './devices.fixture.ts';
import type { Reading } from './reading.ts';
import { type Device, DeviceStore, historyKey, type Write } from './store.ts';
import { fromStored, toStored } from './stored-state.ts';

const NOW = T0 + 90 * MINUTE;

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `gauge-${i + 1}`);
const storeOf = (memory: MemoryDynamo): DeviceStore => new DeviceStore(memory.client, TABLES, TYPES);
const device = (deviceId: string, version = 0): Device => ({ registration: registration(deviceId), state: UNHEARD, version });
const write = (one: Device, readings: readonly Reading[]): Write => ({
  device: one,
  folded: fold(one.registration, RIVER_TYPE, one.state, readings),
});
const stateOf = (memory: MemoryDynamo, id: string) => fromStored(memory.device(id).state?.S as string, RIVER);
const chunksOf = (memory: MemoryDynamo, id: string) =>
  memory.history(id).map((item) => fromItem<{ from: string; measures: string[]; chunk: Chunk; expires: number }>(item));

describe('reading', () => {
  test('a device that was registered and never heard', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    expect(await storeOf(memory).read(['gauge-1'])).toEqual([{ registration: registration('gauge-1'), state: UNHEARD, version: 0 }]);
  });

  test('a device as it was written', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    const one = write(device('gauge-1'), [reading(1, 4.5, 2)]);
    await store.write([one], NOW);
    expect(await store.read(['gauge-1'])).toEqual([{ registration: registration('gauge-1'), state: one.folded.state, version: 1 }]);
  });

  test('leaves out a device that is not registered and one of a type that is not configured', async () => {
    const memory = new MemoryDynamo().register('gauge-1', 'gauge-2');
    memory.items.set(`${DEVICES}/gauge-2`, { ...memory.device('gauge-2'), type: { S: 'seismograph' } });
    const found = await storeOf(memory).read(['gauge-3', 'gauge-2', 'gauge-1']);
    expect(found.map(({ registration: { deviceId } }) => deviceId)).toEqual(['gauge-1']);
  });

  test('asks for 100 keys a call, and again for those that were left unprocessed', async () => {
    const memory = new MemoryDynamo().register(...names(205));
    memory.keysAnswered = 60;
    const found = await storeOf(memory).read(names(205));
    expect(found.map(({ registration: { deviceId } }) => deviceId).sort()).toEqual(names(205).sort());
    const asked = memory.named('BatchGetItemCommand').map((input) => input.RequestItems[DEVICES].Keys.length);
    expect(asked.sort((a, b) => b - a)).toEqual([100, 100, 40, 40, 5]);
  });

  test('asks for nothing when nothing is asked', async () => {
    const memory = new MemoryDynamo();
    expect(await storeOf(memory).read([])).toEqual([]);
    expect(memory.calls).toEqual([]);
  });
});

describe('writing', () => {
  test('puts state, version and what was said into one statement, and leaves the registration alone', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const before = memory.device('gauge-1');
    const one = write(device('gauge-1'), [reading(2, 4.5)]);
    expect(await storeOf(memory).write([one], NOW)).toEqual([{ outcome: 'written' }]);
    const { state, version, outbox, ...rest } = memory.device('gauge-1');
    expect({ ...rest, version: { N: '0' } }).toEqual(before);
    expect(version).toEqual({ N: '1' });
    expect(state?.S).toBe(toStored(one.folded.state, '["level","rain"]'));
    expect(fromOutbox(outbox?.S as string)).toMatchObject([
      {
        source: 'devices',
        name: 'ThresholdBreached',
        metadata: { actor: 'device:gauge-1', trace: 'device:gauge-1:2', time: '2026-07-01T04:30:00.000Z', version: 1 },
        data: { seq: 2, level: 'yellow', value: 4.5 },
      },
    ]);
  });

  test('takes away what was said before when nothing is said now, lest it be said twice', async () => {
    const memory = new MemoryDynamo().register('gauge-1', 'gauge-2');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), [reading(1, 4.5)]), write(device('gauge-2'), [reading(1, 4.5), ...quiet(2, 30)])], NOW);
    expect(memory.device('gauge-2').outbox).toBeDefined();
    const [first, second] = (await store.read(['gauge-1', 'gauge-2'])) as [Device, Device];
    await store.write([write(first, [reading(2, 4.5)]), write(second, quiet(31, 31))], NOW);
    expect(memory.history('gauge-2')).toHaveLength(1);
    expect([memory.device('gauge-1').outbox, memory.device('gauge-2').outbox]).toEqual([undefined, undefined]);
  });

  test('25 statements a call, answers in the order of the writes', async () => {
    const memory = new MemoryDynamo().register(...names(60));
    memory.errors.set('gauge-27', { Code: 'ThrottlingError', Message: 'too fast' });
    memory.errors.set('gauge-60', { Code: 'ThrottlingError', Message: 'too fast' });
    const results = await storeOf(memory).write(
      names(60).map((id) => write(device(id), id === 'gauge-5' ? quiet(1, 31) : quiet(1, 2))),
      NOW,
    );
    expect(memory.named('BatchExecuteStatementCommand').map(({ Statements }) => Statements.length)).toEqual([25, 25, 10]);
    const failed = { outcome: 'failed', error: 'ThrottlingError: too fast' };
    expect(results).toEqual(names(60).map((id) => (id === 'gauge-27' || id === 'gauge-60' ? failed : { outcome: 'written' })));
    expect(names(60).filter((id) => memory.device(id).version?.N === '1')).toHaveLength(58);
  });

  test('over another version is refused, and answers the device as somebody else left it', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(1, 3))], NOW);
    const [current] = await store.read(['gauge-1']);
    expect(await store.write([write(device('gauge-1'), quiet(1, 4))], NOW)).toEqual([{ outcome: 'refused', device: current }]);
    expect(await store.write([write(device('gauge-1'), quiet(1, 31))], NOW)).toEqual([{ outcome: 'refused', device: current }]);
    expect(stateOf(memory, 'gauge-1').seq).toBe(3);
  });

  test('a device that is gone is refused without one, and is not brought back', async () => {
    const memory = new MemoryDynamo();
    const writes = [write(device('gauge-1'), quiet(1, 3)), write(device('gauge-2'), quiet(1, 31))];
    expect(await storeOf(memory).write(writes, NOW)).toEqual(
      [{ outcome: 'refused' }, { outcome: 'refused' }].map((one) => ({ ...one, device: undefined })),
    );
    expect(memory.device('gauge-1')).toEqual({});
    expect(memory.device('gauge-2')).toEqual({});
  });

  test('marks all of a call failed when the call fails, and none of another', async () => {
    const memory = new MemoryDynamo().register(...names(26));
    memory.before = ({ input }) => {
      if (input.Statements?.length === 25) throw new Error('socket hang up');
    };
    const results = await storeOf(memory).write(
      names(26).map((id) => write(device(id), quiet(1, 2))),
      NOW,
    );
    expect(results).toEqual([...Array(25).fill({ outcome: 'failed', error: 'Error: socket hang up' }), { outcome: 'written' }]);
  });

  test('nothing calls nobody', async () => {
    const memory = new MemoryDynamo();
    expect(await storeOf(memory).write([], NOW)).toEqual([]);
    expect(memory.calls).toEqual([]);
  });
});

describe('moving history', () => {
  test('a full chunk is put before the state lets go of it, with its measures and the day it expires', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    expect(await storeOf(memory).write([write(device('gauge-1'), quiet(1, 32))], NOW + 999)).toEqual([{ outcome: 'written' }]);
    expect(memory.calls.map(({ name }) => name)).toEqual(['BatchWriteItemCommand', 'BatchExecuteStatementCommand']);
    const [stored, ...others] = chunksOf(memory, 'gauge-1');
    expect(others).toEqual([]);
    expect(stored).toMatchObject({ measures: ['level', 'rain'], expires: NOW / 1000 + 90 * 86_400 });
    expect(stored?.from).toBe(historyKey(stored?.chunk as Chunk));
    const kept = readChunk(stateOf(memory, 'gauge-1').chunk as Chunk);
    expect([...readChunk(stored?.chunk as Chunk), ...kept]).toEqual(quiet(1, 32));
    expect(memory.device('gauge-1').version).toEqual({ N: '1' });
  });

  test('a late reading goes by itself, absent values as null; the same once more is one', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(10, 11))], NOW);
    for (const time of [NOW, NOW + 1000]) {
      const [current] = (await store.read(['gauge-1'])) as [Device];
      expect(await store.write([write(current, [reading(3, 6.5), reading(3, 6.5)])], time)).toEqual([{ outcome: 'written' }]);
    }
    const [stored, ...others] = chunksOf(memory, 'gauge-1');
    expect(others).toEqual([]);
    expect(stored?.chunk).toEqual({ seq: 3, at: T0 + 3 * MINUTE, count: 1, points: '[0,0,6.5,null]' });
    expect(stateOf(memory, 'gauge-1').seq).toBe(11);
  });

  test('25 items a call, of all devices together; again for those that were left unprocessed', async () => {
    const memory = new MemoryDynamo().register('gauge-1', 'gauge-2');
    memory.putsTaken = 10;
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(1000, 1000)), write(device('gauge-2'), quiet(1000, 1000))], NOW);
    const current = await store.read(['gauge-1', 'gauge-2']);
    expect(
      await store.write(
        current.map((one) => write(one, quiet(1, 20))),
        NOW,
      ),
    ).toEqual([{ outcome: 'written' }, { outcome: 'written' }]);
    const sizes = memory.named('BatchWriteItemCommand').map(({ RequestItems }) => RequestItems[READINGS].length);
    expect(sizes.sort((a, b) => b - a)).toEqual([25, 15, 15, 5, 5]);
    expect(memory.history('gauge-1')).toHaveLength(20);
    expect(memory.history('gauge-2')).toHaveLength(20);
  });

  test('what is left unprocessed again and again fails its devices, whose state then stays', async () => {
    const memory = new MemoryDynamo().register('gauge-1', 'gauge-2');
    memory.putsTaken = 0;
    expect(await storeOf(memory).write([write(device('gauge-1'), quiet(1, 31)), write(device('gauge-2'), quiet(1, 2))], NOW)).toEqual([
      { outcome: 'failed', error: expect.stringContaining('1 items were left unprocessed') },
      { outcome: 'written' },
    ]);
    expect(memory.device('gauge-1').version).toEqual({ N: '0' });
    expect(memory.named('BatchWriteItemCommand')).toHaveLength(TRIES);
  });

  test('a call that fails does the same', async () => {
    const memory = new MemoryDynamo().register('gauge-1', 'gauge-2');
    memory.before = ({ constructor: { name } }) => {
      if (name === 'BatchWriteItemCommand') throw new Error('socket hang up');
    };
    expect(await storeOf(memory).write([write(device('gauge-1'), quiet(1, 31)), write(device('gauge-2'), quiet(1, 2))], NOW)).toEqual([
      { outcome: 'failed', error: 'Error: socket hang up' },
      { outcome: 'written' },
    ]);
  });

  test('who folded from an old memory leaves his chunk beside the right one, never in its place', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(1, 10))], NOW);
    const [old] = (await store.read(['gauge-1'])) as [Device];
    await store.write([write(old, quiet(11, 45))], NOW);
    // Another container, which saw nothing of 11 to 45.
    expect(await store.write([write(old, quiet(46, 80))], NOW)).toMatchObject([{ outcome: 'refused' }]);
    const seqs = chunksOf(memory, 'gauge-1').flatMap(({ chunk }) => readChunk(chunk).map(({ seq }) => seq));
    const kept = readChunk(stateOf(memory, 'gauge-1').chunk as Chunk).map(({ seq }) => seq);
    for (const { seq } of quiet(1, 45)) expect([...seqs, ...kept]).toContain(seq);
  });
});

test('a missing answer is not a written one', async () => {
  const silent = new DeviceStore({ send: async () => ({ Responses: [] }) } as never, TABLES, TYPES);
  expect(await silent.write([write(device('gauge-1'), quiet(1, 1))], NOW)).toEqual([{ outcome: 'failed', error: 'no answer' }]);
});

test('the history’s key sorts by time, whatever the number of digits, and tells two contents apart', () => {
  const chunk = (at: number, seq = 1, points = '[0,0,1]'): Chunk => ({ at, seq, count: 1, points });
  const keys = [5, 1_782_874_860_000, 999_999_999_999].map((at) => historyKey(chunk(at)));
  expect(keys.toSorted()).toEqual([keys[0], keys[2], keys[1]]);
  expect(historyKey(chunk(5))).toBe(historyKey(chunk(5)));
  const others = [historyKey(chunk(5, 2)), historyKey(chunk(5, 1, '[0,0,2]')), historyKey(chunk(6))];
  expect(new Set([historyKey(chunk(5)), ...others]).size).toBe(4);
});
