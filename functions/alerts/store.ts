/** The alerts table: one item per alert (`id`), listed by phase and town. */
import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Cause, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, locked, toItem } from '#runtime/table.ts';
import type { Alert, Decision } from './alert.ts';
import type { AlertView } from './api.ts';

export interface StoredAlert {
  readonly alert: Alert;
  readonly version: number;
}

interface AlertItem {
  id: string;
  version: number;
  alert: Alert;
  /** `<phase>#<town>` and `<raisedAt>#<id>`: the index byPhaseTown */
  listKey: string;
  listAt: string;
  outbox?: string;
}

const KEYS = 100;

const toStoredAlert = (item: Item): StoredAlert => {
  const { alert, version } = fromItem<AlertItem>(item);
  return { alert, version };
};

export const toView = ({ alert, version }: StoredAlert): AlertView => {
  const { facts, seq: _, ...rest } = alert;
  return { ...facts, ...rest, version };
};

export class AlertStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async get(id: string): Promise<StoredAlert | undefined> {
    const { Item } = await this.#client.send(new GetItemCommand({ TableName: this.#table, Key: { id: { S: id } }, ConsistentRead: true }));
    return Item && toStoredAlert(Item);
  }

  async getAll(ids: readonly string[]): Promise<Map<string, StoredAlert>> {
    const found = new Map<string, StoredAlert>();
    for (let i = 0; i < ids.length; i += KEYS) {
      let keys: Item[] | undefined = ids.slice(i, i + KEYS).map((id) => ({ id: { S: id } }));
      while (keys && keys.length > 0) {
        const answer = await this.#client.send(
          new BatchGetItemCommand({ RequestItems: { [this.#table]: { Keys: keys, ConsistentRead: true } } }),
        );
        for (const item of answer.Responses?.[this.#table] ?? []) {
          const stored = toStoredAlert(item);
          found.set(stored.alert.facts.alertId, stored);
        }
        keys = answer.UnprocessedKeys?.[this.#table]?.Keys as Item[] | undefined;
      }
    }
    return found;
  }

  /** Writes over the version that was read, or throws a `conflict`. */
  async put(before: StoredAlert | undefined, { alert, occurrences }: Decision, cause: Cause): Promise<void> {
    const { alertId, town, raisedAt } = alert.facts;
    const item: AlertItem = {
      id: alertId,
      version: (before?.version ?? 0) + 1,
      alert,
      listKey: `${alert.phase}#${town}`,
      listAt: `${raisedAt}#${alertId}`,
    };
    const outbox = toOutbox(occurrences, cause);
    await locked(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...item, outbox }),
          ConditionExpression: before ? 'version = :version' : 'attribute_not_exists(id)',
          ...(before && { ExpressionAttributeValues: toItem({ ':version': before.version }) }),
        }),
      ),
    );
  }

  /** Newest first over the given towns; `before` is the `listAt` to go on from. */
  async list(
    phase: Alert['phase'],
    towns: readonly string[],
    limit: number,
    before?: string,
  ): Promise<{ alerts: StoredAlert[]; next?: string }> {
    const pages = await Promise.all(towns.map((town) => this.#listTown(`${phase}#${town}`, limit + 1, before)));
    const merged = pages.flat().sort((a, b) => (a.listAt < b.listAt ? 1 : -1));
    const page = merged.slice(0, limit);
    const last = merged.length > limit ? page.at(-1)?.listAt : undefined;
    return { alerts: page, ...(last && { next: last }) };
  }

  async #listTown(listKey: string, limit: number, before: string | undefined): Promise<AlertItem[]> {
    const items: AlertItem[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'byPhaseTown',
          KeyConditionExpression: before ? 'listKey = :key AND listAt < :before' : 'listKey = :key',
          ExpressionAttributeValues: toItem({ ':key': listKey, ':before': before }),
          ScanIndexForward: false,
          Limit: limit - items.length,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []).map((item) => fromItem<AlertItem>(item)));
      start = page.LastEvaluatedKey;
    } while (start && items.length < limit);
    return items;
  }
}
