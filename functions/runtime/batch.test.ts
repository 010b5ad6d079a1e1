import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test, vi } from 'vitest';
import { getAll, pagesOf, putAll, TRIES } from './batch.ts';
import { type Item, toItem } from './table.ts';

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

const keys = (count: number): Item[] => Array.from({ length: count }, (_, i) => toItem({ id: `k${i}` }));

/** A table that takes so many of each call and leaves the others unprocessed. */
const table = (taken = Number.POSITIVE_INFINITY) => {
  const asked: number[] = [];
  const put: Item[] = [];
  const client = {
    send: async ({ input }: { input: { RequestItems: Record<string, Item[] & { Keys?: Item[]; ConsistentRead?: boolean }> } }) => {
      const request = input.RequestItems.things as Item[] & { Keys?: Item[]; ConsistentRead?: boolean };
      const all = request.Keys ?? request;
      asked.push(all.length);
      const [now, later] = [all.slice(0, taken), all.slice(taken)];
      if (!request.Keys) {
        put.push(...now);
        return { UnprocessedItems: later.length > 0 ? { things: later } : {} };
      }
      if (!request.ConsistentRead) throw new Error('a read that may be old');
      return { Responses: { things: now }, UnprocessedKeys: later.length > 0 ? { things: { Keys: later } } : {} };
    },
  } as unknown as DynamoDBClient;
  return { client, asked, put };
};

test('pages hold what they may, in order', () => {
  expect(pagesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(pagesOf([], 2)).toEqual([]);
});

test('reads 100 keys a call, as they are now, and finds them all', async () => {
  const { client, asked } = table();
  expect((await getAll(client, 'things', keys(205))).length).toBe(205);
  expect(asked).toEqual([100, 100, 5]);
});

test('puts 25 items a call', async () => {
  const { client, asked, put } = table();
  await putAll(client, 'things', keys(51));
  expect(asked).toEqual([25, 25, 1]);
  expect(put).toEqual(keys(51).map((Item) => ({ PutRequest: { Item } })));
});

test('what was left unprocessed is asked for again, and only that', async () => {
  const reading = table(40);
  expect(await getAll(reading.client, 'things', keys(100))).toEqual(keys(100));
  expect(reading.asked).toEqual([100, 60, 20]);
  const writing = table(10);
  await putAll(writing.client, 'things', keys(25));
  expect(writing.asked).toEqual([25, 15, 5]);
});

test('a table that takes nothing is temporary, after a few tries; what was put stays put', async () => {
  const { client, asked } = table(0);
  await expect(putAll(client, 'things', keys(3))).rejects.toMatchObject({ kind: 'temporary', code: 'unprocessed' });
  expect(asked).toEqual(Array(TRIES).fill(3));
  await expect(getAll(table(0).client, 'things', keys(3))).rejects.toMatchObject({ kind: 'temporary' });
  const slow = table(1);
  await expect(putAll(slow.client, 'things', keys(TRIES + 1))).rejects.toThrow('1 items were left');
  expect(slow.put).toHaveLength(TRIES);
});

test('pauses before it asks again, longer each time, and not before the first', async () => {
  vi.mocked(Math.random).mockReturnValue(0.999);
  const waits: number[] = [];
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((wake: () => void, ms: number) => {
    waits.push(Math.round(ms));
    queueMicrotask(wake);
  }) as never);
  try {
    await expect(putAll(table(0).client, 'things', keys(1))).rejects.toThrow();
  } finally {
    vi.mocked(setTimeout).mockRestore();
  }
  expect(waits).toEqual([20, 40, 80, 160]);
});

test('nothing asks nobody', async () => {
  const { client, asked } = table();
  expect(await getAll(client, 'things', [])).toEqual([]);
  await putAll(client, 'things', []);
  expect(asked).toEqual([]);
});
