/** DynamoDB's batch calls: as many items as one likes, page by page; what a call leaves unprocessed is asked for again, with pauses. */
import { BatchGetItemCommand, BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { Failure } from './failure.ts';
import { type Item, pause } from './table.ts';

/** BatchGetItem takes 100 keys a call, BatchWriteItem 25 items. */
const KEYS = 100;
const ITEMS = 25;

/** What is still unprocessed after so many calls is for whoever asked to try again later. */
export const TRIES = 5;

export const pagesOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

const drain = async <T>(all: T[], send: (left: T[]) => Promise<T[]>): Promise<void> => {
  let left = all;
  for (let tried = 0; left.length > 0; tried++) {
    if (tried === TRIES) {
      throw new Failure('temporary', 'unprocessed', {
        zh: `数据库繁忙，${left.length} 项未处理`,
        en: `The database is busy: ${left.length} items were left unprocessed`,
      });
    }
    if (tried > 0) await pause(tried);
    left = await send(left);
  }
};

/** The items that exist, of the keys asked for, as they are now; in no order. */
export const getAll = async (client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Item[]> => {
  const found: Item[] = [];
  const pages = pagesOf(keys, KEYS).map((page) =>
    drain(page, async (Keys) => {
      const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }));
      found.push(...((answer.Responses?.[table] as Item[]) ?? []));
      return (answer.UnprocessedKeys?.[table]?.Keys as Item[] | undefined) ?? [];
    }),
  );
  await Promise.all(pages);
  return found;
};

/** Puts them all, unconditionally; throws when some could not be put, and those that were stay. */
export const putAll = async (client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> => {
  const requests = items.map((item): WriteRequest => ({ PutRequest: { Item: item } }));
  const pages = pagesOf(requests, ITEMS).map((page) =>
    drain(page, async (left) => {
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
      return answer.UnprocessedItems?.[table] ?? [];
    }),
  );
  await Promise.all(pages);
};
