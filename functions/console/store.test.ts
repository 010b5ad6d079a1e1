import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { fromItem, toItem } from '#runtime/table.ts';
import { ConnectionStore } from './store.ts';

const NOW = Date.UTC(2026, 6, 1, 3);

const storeOver = (answer: (command: unknown) => object = () => ({})) => {
  const send = vi.fn(async (command: unknown) => answer(command));
  return { store: new ConnectionStore({ send } as unknown as DynamoDBClient, 'connections'), send };
};

type Sent = ReturnType<typeof storeOver>['send'];
const written = (send: Sent) =>
  send.mock.calls.map(([command]) => {
    if (!(command instanceof BatchWriteItemCommand)) throw new Error('not a batch of writes');
    return (command.input.RequestItems?.connections ?? []).map(({ PutRequest }) =>
      fromItem<Record<string, unknown>>(PutRequest?.Item as never),
    );
  });

describe('a connection', () => {
  test('is kept under each of its towns until API Gateway ends it, two hours on', async () => {
    const { store, send } = storeOver();
    await store.add('conn-1', ['wanan', 'jinshan'], NOW + 999);
    const expires = Date.UTC(2026, 6, 1, 5) / 1000;
    expect(written(send)).toEqual([
      [
        { town: 'wanan', connectionId: 'conn-1', expires },
        { town: 'jinshan', connectionId: 'conn-1', expires },
      ],
    ]);
  });

  test('of many towns is written in as many calls as DynamoDB needs', async () => {
    const { store, send } = storeOver();
    const towns = Array.from({ length: 51 }, (_, i) => `town-${i}`);
    await store.add('conn-1', towns, NOW);
    expect(written(send).map(({ length }) => length)).toEqual([25, 25, 1]);
    expect(written(send).flatMap((items) => items.map(({ town }) => town))).toEqual(towns);
  });

  test('that DynamoDB did not take entirely is an error: the console connects again rather than miss a town', async () => {
    const left: Partial<BatchWriteItemCommandOutput> = {
      UnprocessedItems: { connections: [{ PutRequest: { Item: toItem({ town: 'wanan' }) } }] },
    };
    await expect(storeOver(() => left).store.add('conn-1', ['wanan'], NOW)).rejects.toThrow('Connections not stored');
    await expect(storeOver(() => ({ UnprocessedItems: {} })).store.add('conn-1', ['wanan'], NOW)).resolves.toBeUndefined();
  });

  test('that is gone is forgotten in that town and no other', async () => {
    const { store, send } = storeOver();
    await store.remove('wanan', 'conn-1');
    const [[command]] = send.mock.calls as [[DeleteItemCommand]];
    expect(command).toBeInstanceOf(DeleteItemCommand);
    expect(command.input).toEqual({ TableName: 'connections', Key: toItem({ town: 'wanan', connectionId: 'conn-1' }) });
  });
});

describe('a town’s listeners', () => {
  test('are all of them, however many pages they fill', async () => {
    const pages = [
      { Items: [toItem({ connectionId: 'a' }), toItem({ connectionId: 'b' })], LastEvaluatedKey: toItem({ connectionId: 'b' }) },
      { Items: [], LastEvaluatedKey: toItem({ connectionId: 'c' }) },
      { Items: [toItem({ connectionId: 'd' })] },
    ];
    const starts: unknown[] = [];
    const { store } = storeOver((command) => {
      starts.push((command as QueryCommand).input.ExclusiveStartKey?.connectionId?.S);
      return pages[starts.length - 1] as object;
    });
    expect(await store.of('wanan')).toEqual(['a', 'b', 'd']);
    expect(starts).toEqual([undefined, 'b', 'c']);
  });

  test('are read as they are this moment: who has just connected must not miss what happens now', async () => {
    const { store, send } = storeOver(() => ({ Items: [] }));
    expect(await store.of('wanan')).toEqual([]);
    const [[command]] = send.mock.calls as [[QueryCommand]];
    expect(command).toBeInstanceOf(QueryCommand);
    expect(command.input).toMatchObject({
      TableName: 'connections',
      KeyConditionExpression: 'town = :town',
      ExpressionAttributeValues: { ':town': { S: 'wanan' } },
      ConsistentRead: true,
    });
  });

  test('are none where the answer holds no items', async () => {
    expect(await storeOver().store.of('wanan')).toEqual([]);
  });
});
