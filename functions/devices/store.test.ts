import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
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

/** What DynamoDB answers a transaction that met another one. */
const conflict = (Code: string) =>
  new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons: [{ Code: 'None' }, { Code }] });

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
    expect(memory.named('BatchExecuteStatementCommand').map(({ Statements }) => Statements.length)).toEqual([25, 25, 9]);
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
    expect(memory.history('gauge-1')).toEqual([]);
  });

  test('a device that is gone is refused without one, and is not brought back', async () => {
    const memory = new MemoryDynamo();
    const writes = [write(device('gauge-1'), quiet(1, 3)), write(device('gauge-2'), quiet(1, 31))];
    expect(await storeOf(memory).write(writes, NOW)).toEqual(
      [{ outcome: 'refused' }, { outcome: 'refused' }].map((one) => ({ ...one, device: undefined })),
    );
    expect(memory.items.size).toBe(0);
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
  test('a full chunk goes in one transaction with the state, with its measures and the day it expires', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    expect(await storeOf(memory).write([write(device('gauge-1'), quiet(1, 32))], NOW + 999)).toEqual([{ outcome: 'written' }]);
    expect(memory.named('TransactWriteItemsCommand').map(({ TransactItems }) => TransactItems.length)).toEqual([2]);
    expect(memory.named('BatchExecuteStatementCommand')).toEqual([]);
    const [stored, ...others] = chunksOf(memory, 'gauge-1');
    expect(others).toEqual([]);
    expect(readChunk(stored?.chunk as Chunk)).toEqual(quiet(1, 30));
    expect(stored).toMatchObject({ from: '001782874860000#1', measures: ['level', 'rain'], expires: NOW / 1000 + 90 * 86_400 });
    expect(readChunk(stateOf(memory, 'gauge-1').chunk as Chunk)).toEqual(quiet(31, 32));
    expect(memory.device('gauge-1').version).toEqual({ N: '1' });
  });

  test('a full chunk and a late reading go together, and not as a statement too', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(10, 39))], NOW);
    const [current] = (await store.read(['gauge-1'])) as [Device];
    expect(await store.write([write(current, [reading(4, 2), ...quiet(40, 40)])], NOW)).toEqual([{ outcome: 'written' }]);
    expect(memory.named('BatchExecuteStatementCommand')).toHaveLength(1);
    expect(
      chunksOf(memory, 'gauge-1')
        .map(({ chunk }) => [chunk.seq, chunk.count])
        .sort(),
    ).toEqual([
      [10, 30],
      [4, 1],
    ]);
  });

  test('says in the same transaction what the readings said', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    await storeOf(memory).write([write(device('gauge-1'), [...quiet(1, 30), reading(31, 5.5)])], NOW);
    expect(memory.said()).toEqual(['gauge-1 ThresholdBreached 31']);
    expect(memory.device('gauge-1').outbox).toBeDefined();
  });

  test('a late reading goes by itself, absent values as null; the same once more is one', async () => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(10, 11))], NOW);
    for (const time of [NOW, NOW + 1000]) {
      const [current] = (await store.read(['gauge-1'])) as [Device];
      expect(await store.write([write(current, [reading(3, 6.5)])], time)).toEqual([{ outcome: 'written' }]);
    }
    const [stored, ...others] = chunksOf(memory, 'gauge-1');
    expect(others).toEqual([]);
    expect(stored?.chunk).toEqual({ seq: 3, at: T0 + 3 * MINUTE, count: 1, points: '[0,0,6.5,null]' });
    expect(stateOf(memory, 'gauge-1').seq).toBe(11);
  });

  test.each([
    [99, [100]],
    [100, [1, 100]],
    [250, [100, 51, 100]],
  ])('%d late readings go in transactions of %j, that with the state last', async (count, sizes) => {
    const memory = new MemoryDynamo().register('gauge-1');
    const store = storeOf(memory);
    await store.write([write(device('gauge-1'), quiet(1000, 1000))], NOW);
    const [current] = (await store.read(['gauge-1'])) as [Device];
    expect(await store.write([write(current, quiet(1, count))], NOW)).toEqual([{ outcome: 'written' }]);
    const calls = memory.named('TransactWriteItemsCommand');
    expect(calls.map(({ TransactItems }) => TransactItems.length)).toEqual(sizes);
    expect(calls.map(({ TransactItems }) => 'Update' in TransactItems[0])).toEqual(sizes.map((_, i) => i === sizes.length - 1));
    expect(
      chunksOf(memory, 'gauge-1')
        .flatMap(({ chunk }) => readChunk(chunk))
        .sort((a, b) => a.seq - b.seq),
    ).toEqual(quiet(1, count));
    expect(memory.device('gauge-1').version).toEqual({ N: '2' });
  });

  test.each(['ConditionalCheckFailed', 'TransactionConflict'])('is refused, not failed, by %s', async (code) => {
    const memory = new MemoryDynamo().register('gauge-1');
    memory.before = ({ constructor: { name } }) => {
      if (name === 'TransactWriteItemsCommand') throw conflict(code);
    };
    expect(await storeOf(memory).write([write(device('gauge-1'), quiet(1, 31))], NOW)).toEqual([
      { outcome: 'refused', device: device('gauge-1') },
    ]);
  });

  test.each([
    ['a cancelled transaction with another reason', conflict('ThrottlingError'), 'TransactionCanceledException: cancelled'],
    ['a call that fails', new Error('socket hang up'), 'Error: socket hang up'],
  ])('%s fails that device alone', async (_, error, told) => {
    const memory = new MemoryDynamo().register('gauge-1', 'gauge-2', 'gauge-3');
    memory.before = ({ input }) => {
      if (input.TransactItems?.[0].Update.Key.id.S === 'gauge-2') throw error;
    };
    const writes = [write(device('gauge-1'), quiet(1, 2)), write(device('gauge-2'), quiet(1, 31)), write(device('gauge-3'), quiet(1, 31))];
    expect(await storeOf(memory).write(writes, NOW)).toEqual([
      { outcome: 'written' },
      { outcome: 'failed', error: told },
      { outcome: 'written' },
    ]);
    expect(memory.device('gauge-2').version).toEqual({ N: '0' });
    expect(memory.items.has(`${READINGS}/gauge-3/001782874860000#1`)).toBe(true);
  });
});

test('the history’s key sorts by time, whatever the number of digits, and keeps two readings of one instant apart', () => {
  const keys = [historyKey(5, 1), historyKey(1_782_874_860_000, 1), historyKey(999_999_999_999, 7), historyKey(1_782_874_860_000, 2)];
  expect([...keys].sort()).toEqual(['000000000000005#1', '000999999999999#7', '001782874860000#1', '001782874860000#2']);
});
