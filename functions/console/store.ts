/** Who listens: one item per town and connection, forgotten when API Gateway says it is gone, at the latest when it must be. */
import { BatchWriteItemCommand, DeleteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, type Item, toItem } from '#runtime/table.ts';

/** API Gateway ends a WebSocket after two hours. */
const HOURS = 2;

export class ConnectionStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async add(connectionId: string, towns: readonly string[], now: number): Promise<void> {
    const expires = Math.floor(now / 1000) + HOURS * 3600;
    const puts = towns.map((town) => ({ PutRequest: { Item: toItem({ town, connectionId, expires }) } }));
    for (let i = 0; i < puts.length; i += 25) {
      const { UnprocessedItems } = await this.#client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.#table]: puts.slice(i, i + 25) } }),
      );
      if (UnprocessedItems?.[this.#table]?.length) throw new Error('Connections not stored');
    }
  }

  async of(town: string): Promise<string[]> {
    const ids: string[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'town = :town',
          ExpressionAttributeValues: toItem({ ':town': town }),
          // A console that has just connected must not miss what happens now.
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      ids.push(...(page.Items ?? []).map((item) => fromItem<{ connectionId: string }>(item).connectionId));
      start = page.LastEvaluatedKey;
    } while (start);
    return ids;
  }

  async remove(town: string, connectionId: string): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: toItem({ town, connectionId }) }));
  }
}
