/**
 * The directory's table: an item for each entry that the bureau wrote (`officer#<id>`) and for each delegation (`dlg_…`). Whom the bureau
 * never wrote about is as the district's YAML says, at version 0.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { getAll } from '#runtime/batch.ts';
import { type Cause, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, locked, toItem } from '#runtime/table.ts';
import type { Delegation, DelegationDecision } from './delegation.ts';
import { dutiesOf, type Entry, type EntryDecision, entryOf } from './directory.ts';
import type { Officer } from './officer.ts';
import type { Duty } from './terms.ts';

export interface StoredEntry {
  readonly entry: Entry;
  readonly version: number;
}
export interface StoredDelegation {
  readonly delegation: Delegation;
  readonly version: number;
}

/** Somebody, if the directory knows them, and all that they may act by on a day. */
export interface Holder {
  readonly entry?: Entry;
  readonly duties: readonly Duty[];
}

interface EntryItem {
  readonly id: string;
  readonly version: number;
  readonly entry: Entry;
  /** The index byList: all entries by id, all delegations by their last day. */
  readonly listKey: 'officer';
  readonly listAt: string;
}
interface DelegationItem {
  readonly id: string;
  readonly version: number;
  readonly delegation: Delegation;
  readonly listKey: 'delegation';
  /** `<last day>#<id>` */
  readonly listAt: string;
  /** The index byHolder: who may act by it, until it is revoked. */
  readonly holder?: string | undefined;
  /** Seconds since the epoch: it is of no use any more, and its events have told of it. */
  readonly expires: number;
}

const KEPT_DAYS = 30;
const keyOf = (officerId: string): string => `officer#${officerId}`;

const toStoredEntry = (item: Item): StoredEntry => {
  const { entry, version } = fromItem<EntryItem>(item);
  return { entry, version };
};
const toStoredDelegation = (item: Item): StoredDelegation => {
  const { delegation, version } = fromItem<DelegationItem>(item);
  return { delegation, version };
};

export class Directory {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  /** As the district's YAML begins it. */
  readonly #first: ReadonlyMap<string, StoredEntry>;

  constructor(client: DynamoDBClient, table: string, officers: readonly Officer[]) {
    this.#client = client;
    this.#table = table;
    this.#first = new Map(officers.map((officer) => [officer.id, { entry: entryOf(officer), version: 0 }]));
  }

  async entry(id: string): Promise<StoredEntry | undefined> {
    const item = await this.#get(keyOf(id));
    return item ? toStoredEntry(item) : this.#first.get(id);
  }

  /** Those that there are, by id. */
  async entries(ids: readonly string[]): Promise<Map<string, StoredEntry>> {
    const keys = [...new Set(ids)].map((id) => toItem({ id: keyOf(id) }));
    const written = (await getAll(this.#client, this.#table, keys)).map(toStoredEntry);
    const first = ids.flatMap((id) => this.#first.get(id) ?? []);
    return new Map([...first, ...written].map((stored) => [stored.entry.id, stored]));
  }

  /** The whole directory by id: some hundred entries in a district. */
  async all(): Promise<StoredEntry[]> {
    const written = (await this.#query('byList', 'listKey = :key', { ':key': 'officer' })).map(toStoredEntry);
    const byId = new Map([...this.#first.values(), ...written].map((stored) => [stored.entry.id, stored]));
    return [...byId.values()].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
  }

  /** Writes over the version that was read, or throws a `conflict`. */
  async putEntry(before: number, { entry, occurrences }: EntryDecision, cause: Cause): Promise<void> {
    const item: EntryItem = { id: keyOf(entry.id), version: before + 1, entry, listKey: 'officer', listAt: entry.id };
    await this.#put({ ...item, outbox: toOutbox(occurrences, cause) }, before);
  }

  async delegation(id: string): Promise<StoredDelegation | undefined> {
    const item = await this.#get(id);
    return item && toStoredDelegation(item);
  }

  /** All whose last day has not passed, the revoked among them, by that day. */
  async delegations(today: string): Promise<Delegation[]> {
    const items = await this.#query('byList', 'listKey = :key AND listAt > :from', { ':key': 'delegation', ':from': today });
    return items.map((item) => toStoredDelegation(item).delegation);
  }

  async putDelegation(before: StoredDelegation | undefined, { delegation, occurrences }: DelegationDecision, cause: Cause): Promise<void> {
    const { delegationId: id, until, deputy, revokedAt } = delegation;
    const item: DelegationItem = {
      id,
      version: (before?.version ?? 0) + 1,
      delegation,
      listKey: 'delegation',
      listAt: `${until}#${id}`,
      holder: revokedAt === undefined ? deputy.id : undefined,
      expires: Math.floor(Date.parse(until) / 1000) + KEPT_DAYS * 86_400,
    };
    await this.#put({ ...item, outbox: toOutbox(occurrences, cause) }, before?.version ?? 0);
  }

  /** Everybody as `holder` answers them. */
  async holders(today: string): Promise<Holder[]> {
    const [stored, delegations] = await Promise.all([this.all(), this.delegations(today)]);
    const entries = new Map(stored.map(({ entry }) => [entry.id, entry]));
    return stored.map(({ entry }) => {
      const received = delegations.filter(({ deputy }) => deputy.id === entry.id);
      const pairs = received.map((delegation) => ({ delegation, delegator: entries.get(delegation.delegator.id) }));
      return { entry, duties: dutiesOf(entry, pairs, today) };
    });
  }

  /** Who somebody is to the directory, and all that they may act by today. */
  async holder(id: string, today: string): Promise<Holder> {
    const [stored, items] = await Promise.all([
      this.entry(id),
      this.#query('byHolder', 'holder = :holder AND listAt > :from', { ':holder': id, ':from': today }),
    ]);
    const received = items.map((item) => toStoredDelegation(item).delegation);
    const delegators = received.length > 0 ? await this.entries(received.map(({ delegator }) => delegator.id)) : undefined;
    const pairs = received.map((delegation) => ({ delegation, delegator: delegators?.get(delegation.delegator.id)?.entry }));
    return { ...(stored && { entry: stored.entry }), duties: dutiesOf(stored?.entry, pairs, today) };
  }

  async #get(id: string): Promise<Item | undefined> {
    const { Item } = await this.#client.send(new GetItemCommand({ TableName: this.#table, Key: toItem({ id }), ConsistentRead: true }));
    return Item;
  }

  async #put(item: object, before: number): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: toItem(item),
      ConditionExpression: before > 0 ? 'version = :version' : 'attribute_not_exists(id)',
      ...(before > 0 && { ExpressionAttributeValues: toItem({ ':version': before }) }),
    });
    await locked(() => this.#client.send(command));
  }

  async #query(IndexName: string, KeyConditionExpression: string, values: Readonly<Record<string, string>>): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName,
          KeyConditionExpression,
          ExpressionAttributeValues: toItem(values),
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    return items;
  }
}
