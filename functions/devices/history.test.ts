import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { fromItem } from '#runtime/table.ts';
import { type Chunk, fold, UNHEARD } from './device.ts';
import {
  type Command,
  MemoryDynamo,
  MINUTE,
  quiet,
  READINGS,
  RIVER_TYPE,
  reading,
  registration,
  T0,
  TABLES,
  TYPES,
} from './devices.fixture.ts';
import { listTown, type Range, readCurve, toView } from './history.ts';
import type { Reading } from './reading.ts';
import { type Device, DeviceStore } from './store.ts';

const MEASURES = ['level', 'rain'];
const minute = (n: number): number => T0 + n * MINUTE;
const ALL: Range = { from: 0, to: minute(100_000), limit: 5000 };

/** A gauge that sent these batches, each folded and written as the consumer does. */
const gaugeThatSent = async (...batches: readonly (readonly Reading[])[]) => {
  const memory = new MemoryDynamo().register('gauge-1', 'gauge-2');
  const store = new DeviceStore(memory.client, TABLES, TYPES);
  for (const batch of batches) {
    const [device] = (await store.read(['gauge-1'])) as [Device];
    await store.write([{ device, folded: fold(device.registration, RIVER_TYPE, device.state, batch) }], minute(0));
  }
  const [device] = (await store.read(['gauge-1'])) as [Device];
  const curve = (range: Partial<Range> = {}) => readCurve(memory.client, READINGS, device, MEASURES, { ...ALL, ...range });
  return { memory, device, curve, queries: () => memory.named('QueryCommand').length };
};

const points = (readings: readonly Reading[]) =>
  readings.map(({ at, values: [level, rain] }) => ({
    at: new Date(at).toISOString(),
    values: Number.isNaN(rain) ? { level } : { level, rain },
  }));

describe('a device’s curve', () => {
  test('joins what is in the history and what lies in the state, oldest first', async () => {
    const { curve, memory } = await gaugeThatSent(quiet(1, 70), [reading(71, 2.5, 4)]);
    expect(memory.history('gauge-1')).toHaveLength(3);
    expect(await curve()).toEqual(points([...quiet(1, 70), reading(71, 2.5, 4)]));
  });

  test('is empty for one that was never heard, and no other device’s', async () => {
    expect(await (await gaugeThatSent()).curve()).toEqual([]);
    const { memory, device } = await gaugeThatSent(quiet(1, 70));
    const other: Device = { ...device, registration: registration('gauge-2'), state: UNHEARD };
    expect(await readCurve(memory.client, READINGS, other, MEASURES, ALL)).toEqual([]);
  });

  test('reaches from its first to its last instant, both counted, also within chunks', async () => {
    const { curve } = await gaugeThatSent(quiet(1, 70));
    expect(await curve({ from: minute(5), to: minute(8) })).toEqual(points(quiet(5, 8)));
    expect(await curve({ from: minute(29), to: minute(62) })).toEqual(points(quiet(29, 62)));
    expect(await curve({ from: minute(31), to: minute(31) })).toEqual(points(quiet(31, 31)));
    expect(await curve({ from: minute(65), to: minute(80) })).toEqual(points(quiet(65, 70)));
    expect(await curve({ from: minute(71), to: minute(80) })).toEqual([]);
  });

  test('when it has more points than wanted, is the newest of them', async () => {
    const { curve } = await gaugeThatSent(quiet(1, 70));
    expect(await curve({ limit: 3 })).toEqual(points(quiet(68, 70)));
    expect(await curve({ limit: 3, to: minute(40) })).toEqual(points(quiet(38, 40)));
  });

  test('counts a reading once that is in two places', async () => {
    const { curve, memory } = await gaugeThatSent(quiet(1, 33), quiet(5, 6), quiet(5, 6));
    expect(memory.history('gauge-1')).toHaveLength(3);
    expect(await curve()).toEqual(points(quiet(1, 33)));
  });

  test('puts late readings where their time is', async () => {
    const { curve } = await gaugeThatSent(quiet(10, 45), [reading(3, 2)], [reading(44, 1.75)], [reading(7, 3)]);
    expect(await curve()).toEqual(points([reading(3, 2), reading(7, 3), ...quiet(10, 45)]));
  });

  test('orders readings of one instant by their number', async () => {
    const same = [4, 5, 6].map((seq) => ({ ...reading(seq, seq / 4), at: minute(4) }));
    const { curve } = await gaugeThatSent([same[0], same[2], same[1]] as Reading[]);
    expect((await curve()).map(({ values }) => values.level)).toEqual([1, 1.25, 1.5]);
  });

  test('names values by the measures that were the type’s when they were written', async () => {
    const { curve, memory, device } = await gaugeThatSent(quiet(1, 9), [reading(10, 2, 5)], quiet(11, 31));
    expect((await curve()).at(9)?.values).toEqual({ level: 2, rain: 5 });
    const swapped = await readCurve(memory.client, READINGS, { ...device, state: UNHEARD }, ['rain', 'level'], ALL);
    expect(swapped.at(9)?.values).toEqual({ level: 2, rain: 5 });
  });

  test('is read page by page until its range is reached', async () => {
    // 250 late readings are 250 items: the worst case, a device that was long offline.
    const { curve, queries } = await gaugeThatSent(quiet(1000, 1000), quiet(1, 250));
    expect(await curve()).toEqual(points([...quiet(1, 250), ...quiet(1000, 1000)]));
    expect(queries()).toBe(3);
  });

  test('is not read further than its first instant or its limit', async () => {
    const long = Array.from({ length: 9001 }, (_, i) => reading(i + 1, 2 + (i % 50) / 100));
    const { curve, queries, memory } = await gaugeThatSent(long);
    // A page is 100 chunks.
    const chunks = memory.history('gauge-1').map((item) => fromItem<{ chunk: Chunk }>(item).chunk);
    const oldest = chunks.sort((a, b) => b.at - a.at)[99] as Chunk;
    const page = long.filter(({ at }) => at >= oldest.at);
    expect(await curve({ from: oldest.at })).toEqual(points(page));
    expect(queries()).toBe(1);
    expect(await curve({ from: oldest.at - 1 })).toEqual(points(page));
    expect(queries()).toBe(3);
    expect(await curve({ limit: page.length })).toEqual(points(page));
    expect(queries()).toBe(4);
    expect(await curve({ limit: page.length + 1 })).toHaveLength(page.length + 1);
    expect(queries()).toBe(6);
  });
});

describe('a device as people see it', () => {
  test('has its registration, its newest values by name, and when they were read', async () => {
    const { device } = await gaugeThatSent([reading(1, 2), reading(2, 2.5, 4)]);
    expect(toView(device, MEASURES)).toEqual({
      ...registration('gauge-1'),
      lastReadingAt: '2026-07-01T03:02:00.000Z',
      values: { level: 2.5, rain: 4 },
    });
  });

  test('has no value where the reading had none', async () => {
    const { device } = await gaugeThatSent([reading(2, 2.5)]);
    expect(toView(device, MEASURES).values).toEqual({ level: 2.5 });
  });

  test('has no reading before the first, and one from number 0 on', async () => {
    const { device } = await gaugeThatSent();
    expect(toView(device, MEASURES)).toEqual({ ...registration('gauge-1'), values: {} });
    expect(toView((await gaugeThatSent([reading(0, 2)])).device, MEASURES).lastReadingAt).toBe('2026-07-01T03:00:00.000Z');
  });
});

describe('a town’s devices', () => {
  const townOf = (answer: object) => {
    const asked: unknown[] = [];
    const send = async ({ input }: Command) => {
      asked.push(input);
      return answer;
    };
    return { client: { send } as unknown as DynamoDBClient, asked };
  };
  const KEY = { id: { S: 'gauge-2' }, town: { S: 'wanan' } };

  test('are listed by the town’s index, a page at a time', async () => {
    const { client, asked } = townOf({ Items: [{ id: { S: 'gauge-1' } }, { id: { S: 'gauge-2' } }], LastEvaluatedKey: KEY });
    expect(await listTown(client, 'luojiang-devices', 'wanan', 2, undefined)).toEqual({ ids: ['gauge-1', 'gauge-2'], next: KEY });
    expect(asked).toEqual([
      {
        TableName: 'luojiang-devices',
        IndexName: 'byTown',
        KeyConditionExpression: 'town = :town',
        ExpressionAttributeValues: { ':town': { S: 'wanan' } },
        Limit: 2,
      },
    ]);
  });

  test('go on after the page before, to the last', async () => {
    const { client, asked } = townOf({});
    expect(await listTown(client, 'luojiang-devices', 'wanan', 2, KEY)).toEqual({ ids: [], next: undefined });
    expect(asked).toMatchObject([{ ExclusiveStartKey: KEY }]);
  });
});
