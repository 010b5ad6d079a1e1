/**
 * The audit table: the log's head (`head`), the batch on its way into the log (`batch#<from>#<n>`), each entry by its record's id with its
 * leaf and openings, and the first and last entry of each day (`day#<date>`).
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BatchExecuteStatementCommand,
  type BatchStatementError,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { getAll, pagesOf } from '#runtime/batch.ts';
import { Failure } from '#runtime/failure.ts';
import { fromItem, type Item, pause, toItem, wasRefused } from '#runtime/table.ts';
import type { Field, Openings, Sealed } from './record.ts';
import type { Head, Indexed, Ledger, Pending } from './writer.ts';

/** By what entries are listed, each by an index of the table (`by<Name>`). */
export type Listed = 'actor' | 'resource' | 'subject';
export const INDEXES: Readonly<Record<Listed, string>> = { actor: 'byActor', resource: 'byResource', subject: 'bySubject' };

export interface Entry {
  readonly id: string;
  readonly index: number;
  readonly leaf: string;
  readonly openings: Openings;
}

export interface Span {
  readonly first: number;
  readonly last: number;
}

const HEAD = 'head';
/** An item takes 400 KB. */
const PART_BYTES = 350_000;
/** BatchExecuteStatement takes 25 statements a call. */
const STATEMENTS = 25;
const CALLS_AT_ONCE = 40;
const TRIES = 5;

const partId = ({ from }: Pick<Pending, 'from'>, part: number): string => `batch#${from}#${part}`;
const dayId = (day: string): string => `day#${day}`;

/** The sort key of the indexes: texts sort as their numbers do. */
const orderOf = (index: number): string => String(index).padStart(15, '0');

const toParts = (batch: readonly Sealed[]): Uint8Array[] => {
  const bytes = gzipSync(JSON.stringify(batch));
  return Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, at) => bytes.subarray(at * PART_BYTES, (at + 1) * PART_BYTES));
};

const listedBy = ({ leaf, openings }: Sealed): Partial<Record<Listed, unknown>> => {
  const { resource } = JSON.parse(leaf) as { resource: unknown };
  return {
    actor: openings.actor?.value,
    subject: openings.subject?.value,
    resource: typeof resource === 'string' ? resource : openings.resource?.value,
  };
};

const unwritten = (error: BatchStatementError) =>
  new Failure('temporary', 'audit-index-unwritten', {
    zh: `审计索引未能写入：${error.Code}`,
    en: `The audit index could not be written: ${error.Code}`,
  });

const isKnown = (error: BatchStatementError | undefined): boolean => error === undefined || error.Code === 'DuplicateItem';

export class AuditStore implements Ledger {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #dayOf: (at: string) => string;

  constructor(client: DynamoDBClient, table: string, dayOf: (at: string) => string) {
    this.#client = client;
    this.#table = table;
    this.#dayOf = dayOf;
  }

  readonly head = async (): Promise<Head | undefined> => {
    const found = await this.#get<Head & { id: string }>(HEAD);
    if (!found) return undefined;
    const { id: _, ...head } = found;
    return head;
  };

  readonly known = async (ids: readonly string[]): Promise<Set<string>> => {
    const found = await this.entries(ids);
    return new Set(found.map(({ id }) => id));
  };

  readonly commit = async (before: Head, after: Pick<Head, 'size' | 'root'>, batch: readonly Sealed[]): Promise<Head | undefined> => {
    const parts = toParts(batch);
    const pending = { from: before.size, parts: parts.length };
    const head: Head = { ...before, ...after, version: before.version + 1, pending };
    const puts = parts.map((data, part) => ({ Put: { TableName: this.#table, Item: toItem({ id: partId(pending, part), data }) } }));
    return (await this.#swap(before, head, puts)) ? head : undefined;
  };

  readonly staged = async (pending: Pending): Promise<Sealed[] | undefined> => {
    const ids = Array.from({ length: pending.parts }, (_, part) => partId(pending, part));
    const items = await getAll(
      this.#client,
      this.#table,
      ids.map((id) => toItem({ id })),
    );
    if (items.length < ids.length) return undefined;
    const parts = new Map(items.map((item) => [item.id?.S, item.data?.B as Uint8Array]));
    return JSON.parse(gunzipSync(Buffer.concat(ids.map((id) => parts.get(id) as Uint8Array))).toString('utf8')) as Sealed[];
  };

  readonly complete = async (before: Head, after: Pick<Head, 'checkpoint' | 'vkey'>): Promise<boolean> => {
    const { pending, ...rest } = before;
    const deletes = Array.from({ length: pending?.parts ?? 0 }, (_, part) => ({
      Delete: { TableName: this.#table, Key: toItem({ id: partId(pending as Pending, part) }) },
    }));
    return this.#swap(before, { ...rest, ...after, version: before.version + 1 }, deletes);
  };

  readonly index = async (entries: readonly Indexed[]): Promise<void> => {
    for (const some of pagesOf(entries, STATEMENTS * CALLS_AT_ONCE)) {
      await Promise.all(pagesOf(some, STATEMENTS).map((page) => this.#insert(page)));
    }
    await this.#widenDays(entries);
  };

  async entry(id: string): Promise<Entry | undefined> {
    return this.#get<Entry>(id);
  }

  /** Those that exist, newest first. */
  async entries(ids: readonly string[]): Promise<Entry[]> {
    const items = await getAll(
      this.#client,
      this.#table,
      ids.map((id) => toItem({ id })),
    );
    return items.map((item) => fromItem<Entry>(item)).sort((a, b) => b.index - a.index);
  }

  /** Newest first. */
  async list(by: Listed, value: string, limit: number, start: Item | undefined): Promise<{ entries: Entry[]; next: Item | undefined }> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES[by],
        KeyConditionExpression: '#by = :value',
        ExpressionAttributeNames: { '#by': by },
        ExpressionAttributeValues: toItem({ ':value': value }),
        ScanIndexForward: false,
        Limit: limit,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    return { entries: await this.entries(Items.map((item) => item.id?.S as string)), next: LastEvaluatedKey };
  }

  /** Where the entries of a day lie; others may lie between them. */
  async day(day: string): Promise<Span | undefined> {
    const found = await this.#get<{ firstIndex: number; lastIndex: number }>(dayId(day));
    return found && { first: found.firstIndex, last: found.lastIndex };
  }

  /** Forgets a field's salt and value, and lists the entry no longer by it: what is left of it is a hash that nobody can resolve. */
  async erase(id: string, field: Field): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: toItem({ id }),
        UpdateExpression: Object.hasOwn(INDEXES, field) ? 'REMOVE openings.#field, #field' : 'REMOVE openings.#field',
        ConditionExpression: 'attribute_exists(openings)',
        ExpressionAttributeNames: { '#field': field },
      }),
    );
  }

  async #get<T>(id: string): Promise<T | undefined> {
    const { Item } = await this.#client.send(new GetItemCommand({ TableName: this.#table, Key: toItem({ id }), ConsistentRead: true }));
    return Item && fromItem<T>(Item);
  }

  /** The head and what goes with it, together or not at all. */
  async #swap(before: Head, after: Head, others: readonly TransactWriteItem[]): Promise<boolean> {
    const Put = {
      TableName: this.#table,
      Item: toItem({ id: HEAD, ...after }),
      ConditionExpression: before.version === 0 ? 'attribute_not_exists(id)' : 'version = :version',
      ...(before.version > 0 && { ExpressionAttributeValues: toItem({ ':version': before.version }) }),
    };
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, ...others] }));
      return true;
    } catch (error) {
      if (wasRefused(error)) return false;
      throw error;
    }
  }

  async #insert(page: readonly Indexed[]): Promise<void> {
    let left = page.map((entry) => this.#statement(entry));
    for (let tried = 1; left.length > 0; tried++) {
      const { Responses = [] } = await this.#client.send(new BatchExecuteStatementCommand({ Statements: left }));
      const errors = left.map((_, at) => Responses[at]?.Error);
      const failed = errors.filter((error) => !isKnown(error));
      left = left.filter((_, at) => !isKnown(errors[at]));
      if (left.length > 0 && tried === TRIES) throw unwritten(failed[0] as BatchStatementError);
      if (left.length > 0) await pause(tried);
    }
  }

  /** Refused for an entry that is there already. */
  #statement({ id, index, leaf, openings, at }: Indexed) {
    const item = toItem({ id, index, order: orderOf(index), leaf, openings, ...listedBy({ id, at, leaf, openings }) });
    const names = Object.keys(item);
    return {
      Statement: `INSERT INTO "${this.#table}" VALUE {${names.map((name) => `'${name}': ?`).join(', ')}}`,
      Parameters: names.map((name) => item[name] as Item[string]),
    };
  }

  async #widenDays(entries: readonly Indexed[]): Promise<void> {
    const days = new Map<string, Span>();
    for (const { at, index } of entries) {
      const day = this.#dayOf(at);
      days.set(day, { first: days.get(day)?.first ?? index, last: index });
    }
    await Promise.all([...days].map(([day, span]) => this.#widenDay(day, span)));
  }

  async #widenDay(day: string, { first, last }: Span): Promise<void> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: dayId(day) }),
          UpdateExpression: 'SET firstIndex = if_not_exists(firstIndex, :first), lastIndex = :last',
          ConditionExpression: 'attribute_not_exists(lastIndex) OR lastIndex < :last',
          ExpressionAttributeValues: toItem({ ':first': first, ':last': last }),
        }),
      );
    } catch (error) {
      // It reaches as far already: this batch has been indexed before.
      if (!wasRefused(error)) throw error;
    }
  }
}
