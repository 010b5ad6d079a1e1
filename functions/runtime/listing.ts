/**
 * Lists of things by phase and town (or department), newest first: an index with the keys `listKey` (`<phase>#<town>`) and `listAt`,
 * called `byPhaseTown` unless it is named.
 */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Item, toItem } from './table.ts';

export interface Listing {
  readonly phase: string;
  readonly towns: readonly string[];
  readonly limit: number;
  /** The `listAt` to go on from: a page's `next`. */
  readonly before?: string | undefined;
  readonly index?: string;
}

const listTown = async (
  client: DynamoDBClient,
  TableName: string,
  listKey: string,
  limit: number,
  before: string | undefined,
  IndexName: string,
): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: before ? 'listKey = :key AND listAt < :before' : 'listKey = :key',
        ExpressionAttributeValues: toItem({ ':key': listKey, ...(before && { ':before': before }) }),
        ScanIndexForward: false,
        Limit: limit - items.length,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start && items.length < limit);
  return items;
};

/** A page over several towns; `next` where there are more. */
export const listByTown = async (
  client: DynamoDBClient,
  table: string,
  { phase, towns, limit, before, index = 'byPhaseTown' }: Listing,
): Promise<{ readonly items: Item[]; readonly next?: string }> => {
  // One more than wanted tells whether there are more.
  const pages = await Promise.all(towns.map((town) => listTown(client, table, `${phase}#${town}`, limit + 1, before, index)));
  const at = (item: Item): string => item.listAt?.S ?? '';
  const merged = pages.flat().sort((a, b) => (at(a) < at(b) ? 1 : -1));
  const items = merged.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last && merged.length > limit && { next: at(last) }) };
};
