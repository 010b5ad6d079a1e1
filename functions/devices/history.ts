/** Reads what the console asks for: a town's devices, one device, its curve. */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, type Item, toItem } from '#runtime/table.ts';
import type { DeviceView, Point } from './api.ts';
import { type Chunk, readChunk } from './device.ts';
import type { Reading } from './reading.ts';
import { type Device, historyTime } from './store.ts';

const valuesOf = (measures: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(measures.flatMap((id, i) => (Number.isFinite(values[i]) ? [[id, values[i] as number]] : [])));

export const toView = (device: Device, measures: readonly string[]): DeviceView => {
  const { registration, state } = device;
  const { deviceId, deviceType, name, town, place } = registration;
  const heard = state.seq < 0 ? {} : { lastReadingAt: new Date(state.at).toISOString() };
  return { deviceId, deviceType, name, town, place, ...heard, values: valuesOf(measures, state.values) };
};

interface StoredChunk {
  readonly measures: readonly string[];
  readonly chunk: Chunk;
}

export interface Range {
  /** ms since the epoch */
  readonly from: number;
  readonly to: number;
  /** The newest so many */
  readonly limit: number;
}

/** The curve of a device, oldest first: its history, and what still lies in its state. One reading counts once, wherever it lies. */
export const readCurve = async (
  client: DynamoDBClient,
  table: string,
  device: Device,
  measures: readonly string[],
  range: Range,
): Promise<Point[]> => {
  const bySeq = new Map<number, Reading & { measures: readonly string[] }>();
  const take = (stored: StoredChunk) => {
    for (const reading of readChunk(stored.chunk)) bySeq.set(reading.seq, { ...reading, measures: stored.measures });
  };
  if (device.state.chunk) take({ measures, chunk: device.state.chunk });
  let start: Item | undefined;
  // From when on all readings are in hand. Chunks come newest first, by their first readings; a late reading by itself tells nothing.
  let complete = Number.POSITIVE_INFINITY;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'id = :id AND #from < :end',
        ExpressionAttributeNames: { '#from': 'from' },
        ExpressionAttributeValues: toItem({ ':id': device.registration.deviceId, ':end': historyTime(range.to + 1) }),
        ScanIndexForward: false,
        Limit: 100,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    const chunks = (page.Items ?? []).map((item) => fromItem<StoredChunk>(item));
    for (const stored of chunks) take(stored);
    complete = chunks.findLast(({ chunk }) => chunk.count > 1)?.chunk.at ?? complete;
    const inHand = [...bySeq.values()].filter(({ at }) => at >= complete && at <= range.to).length;
    start = complete > range.from && inHand < range.limit ? page.LastEvaluatedKey : undefined;
  } while (start);
  return [...bySeq.values()]
    .filter((reading) => reading.at >= range.from && reading.at <= range.to)
    .sort((a, b) => a.at - b.at || a.seq - b.seq)
    .slice(-range.limit)
    .map((reading) => ({ at: new Date(reading.at).toISOString(), values: valuesOf(reading.measures, reading.values) }));
};

/** Ids of a town's devices, a page at a time. */
export const listTown = async (client: DynamoDBClient, table: string, town: string, limit: number, after: Item | undefined) => {
  const page = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'byTown',
      KeyConditionExpression: 'town = :town',
      ExpressionAttributeValues: toItem({ ':town': town }),
      Limit: limit,
      ...(after && { ExclusiveStartKey: after }),
    }),
  );
  return { ids: (page.Items ?? []).map((item) => fromItem<{ id: string }>(item).id), next: page.LastEvaluatedKey };
};
