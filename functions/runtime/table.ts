/** DynamoDB by plain objects, with optimistic locking by default. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Failure } from './failure.ts';

export type Item = Record<string, AttributeValue>;

export const toItem = (value: object): Item => marshall(value, { removeUndefinedValues: true });
export const fromItem = <T>(item: Item): T => unmarshall(item) as T;

/** True when DynamoDB refused the write because its condition didn't hold or somebody else was writing, alone or within a transaction. */
export const wasRefused = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException ||
  error instanceof TransactionConflictException ||
  (error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some((reason) => reason.Code === 'ConditionalCheckFailed' || reason.Code === 'TransactionConflict'));

const changed = (cause: unknown) =>
  new Failure('conflict', 'changed-meanwhile', { zh: '数据已被他人修改，请重试', en: 'Somebody changed it first; try again' }, {}, cause);

/** Runs a conditional write; a refused condition becomes a `conflict`. */
export const locked = async <T>(write: () => Promise<T>): Promise<T> => {
  try {
    return await write();
  } catch (error) {
    throw wasRefused(error) ? changed(error) : error;
  }
};

const LONGEST_PAUSE_MS = 200;

/** Before another try, with full jitter: racers that were refused together must not come back together. */
export const pause = (tried: number): Promise<void> =>
  new Promise((wake) => setTimeout(wake, Math.random() * Math.min(LONGEST_PAUSE_MS, 10 * 2 ** tried)));

/** Reads, decides and writes again while somebody else was faster; the last conflict is thrown. */
export const retryConflicts = async <T>(attempt: () => Promise<T>, times = 8): Promise<T> => {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const conflict = error instanceof Failure && error.kind === 'conflict';
      if (!conflict || tried >= times) throw error;
      await pause(tried);
    }
  }
};

export type { DynamoDBClient };
