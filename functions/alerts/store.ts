/** The alerts table: one item per alert (`id`), listed by phase and town. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { getAll } from '#runtime/batch.ts';
import { listByTown } from '#runtime/listing.ts';
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
    const items = await getAll(
      this.#client,
      this.#table,
      ids.map((id) => toItem({ id })),
    );
    return new Map(items.map(toStoredAlert).map((stored) => [stored.alert.facts.alertId, stored]));
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
    const { items, ...rest } = await listByTown(this.#client, this.#table, { phase, towns, limit, before });
    return { alerts: items.map(toStoredAlert), ...rest };
  }
}
