/**
 * Messages as they were sent, in the incidents table: `sent#<call>` marks a call as made, so that a redelivered event calls nobody twice;
 * `phones` holds the local outbox, newest last, for the console to show as phones.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, toItem } from '#runtime/table.ts';
import type { PhoneMessage } from './api.ts';

const MARK_DAYS = 14;
const OUTBOX_DAYS = 7;
const DAY_S = 86_400;

const seconds = (now: number): number => Math.floor(now / 1000);

export class Phones {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async wasSent(callId: string): Promise<boolean> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: toItem({ id: `sent#${callId}`, part: 'mark' }), ConsistentRead: true }),
    );
    return Item !== undefined;
  }

  async markSent(callId: string, now: number): Promise<void> {
    const item = { id: `sent#${callId}`, part: 'mark', expires: seconds(now) + MARK_DAYS * DAY_S };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: toItem(item) }));
  }

  async add(message: PhoneMessage, now: number): Promise<void> {
    const item = { id: 'phones', part: `${message.sentAt}#${message.callId}`, message, expires: seconds(now) + OUTBOX_DAYS * DAY_S };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: toItem(item) }));
  }

  async list(limit: number): Promise<PhoneMessage[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: toItem({ ':id': 'phones' }),
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return Items.map((item) => fromItem<{ message: PhoneMessage }>(item).message);
  }
}
