/**
 * The table of the capability (`id`, `part`): a zone's books and journal, allocations, the register, the answers to cases. What one
 * batch decides is written in one transaction, with its events.
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { StepAnswer } from '#events/casework.ts';
import { QuotaStepAnswered } from '#events/cloud-quota.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';
import { getAll } from '#runtime/batch.ts';
import { listByTown } from '#runtime/listing.ts';
import { type Cause, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, locked, toItem } from '#runtime/table.ts';
import type { Allocation, Phase } from './allocation.ts';
import type { Books, Difference, Entry } from './ledger.ts';
import type { System } from './system.ts';

export interface Stored<T> {
  readonly value: T;
  readonly version: number;
}

export interface Write<T> {
  readonly before: Stored<T> | undefined;
  readonly after: T;
  readonly occurrences?: readonly Occurrence[];
}

export interface Answer {
  readonly answer: StepAnswer;
  readonly occurrences: readonly Occurrence[];
  /** Of an assessment: what it was about, so that another request for the same is noticed. */
  readonly systemId?: string | undefined;
  readonly cause: Cause;
}

export interface Change {
  readonly books?: Write<Books>;
  readonly entries?: readonly Entry[];
  readonly allocations?: readonly Write<Allocation>[];
  readonly systems?: readonly Write<System>[];
  readonly answers?: readonly Answer[];
}

export interface AnswerKey {
  readonly caseId: string;
  readonly step: string;
  readonly attempt: number;
}

export const INDEX = 'byPhaseDepartment';

const DAY_SECONDS = 86_400;
/** A message waits 14 days, and as long again among the dead letters; an answer is remembered for well over a year. */
const ANSWER_DAYS = 500;

const zoneKey = (zone: string): string => `zone#${zone}`;
/** Numbers that sort as texts. */
const entryPart = (seq: number): string => `entry#${String(seq).padStart(10, '0')}`;
const answerPart = ({ step, attempt }: AnswerKey): string => `answer#${step}#${attempt}`;
export const answerName = ({ caseId, step, attempt }: AnswerKey): string => [caseId, step, attempt].join('|');

const stored = <T>(item: Item): Stored<T> => {
  const { value, version } = fromItem<{ value: T; version: number }>(item);
  return { value, version };
};

export class QuotaStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async #get<T>(id: string, part: string): Promise<Stored<T> | undefined> {
    const Key = toItem({ id, part });
    const { Item } = await this.#client.send(new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item && stored(Item);
  }

  async #getAll<T>(keys: readonly { id: string; part: string }[]): Promise<Stored<T>[]> {
    const items = await getAll(this.#client, this.#table, keys.map(toItem));
    return items.map((item) => stored<T>(item));
  }

  books(zone: string): Promise<Stored<Books> | undefined> {
    return this.#get(zoneKey(zone), 'books');
  }

  allocation(allocationId: string): Promise<Stored<Allocation> | undefined> {
    return this.#get(allocationId, 'allocation');
  }

  allocations(ids: readonly string[]): Promise<Stored<Allocation>[]> {
    return this.#getAll([...new Set(ids)].map((id) => ({ id, part: 'allocation' })));
  }

  system(systemId: string): Promise<Stored<System> | undefined> {
    return this.#get(systemId, 'system');
  }

  systems(ids: readonly string[]): Promise<Stored<System>[]> {
    return this.#getAll([...new Set(ids)].map((id) => ({ id, part: 'system' })));
  }

  /** Those of the keys that were answered already, by `answerName`. */
  async answered(keys: readonly AnswerKey[]): Promise<Map<string, AnswerKey>> {
    const wanted = new Map(keys.map((key) => [answerName(key), key] as const));
    const found = await this.#getAll<StepAnswer>([...wanted.values()].map((key) => ({ id: key.caseId, part: answerPart(key) })));
    return new Map(found.map(({ value }) => [answerName(value), value] as const));
  }

  /** Tells an answer once more, as it was. The item must change for its stream to speak. */
  async retell(key: AnswerKey): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: toItem({ id: key.caseId, part: answerPart(key) }),
        UpdateExpression: 'SET told = told + :one',
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: toItem({ ':one': 1 }),
      }),
    );
  }

  /** Newest first; `next` where there are more. */
  async listAllocations(
    phase: Phase,
    departments: readonly string[],
    limit: number,
    before?: string,
  ): Promise<{ readonly found: readonly Stored<Allocation>[]; readonly next?: string }> {
    const listing = { phase, towns: departments, limit, before, index: INDEX };
    const { items, ...rest } = await listByTown(this.#client, this.#table, listing);
    return { found: items.map((item) => stored<Allocation>(item)), ...rest };
  }

  async listSystems(
    departments: readonly string[],
    limit: number,
    before?: string,
  ): Promise<{ readonly found: readonly Stored<System>[]; readonly next?: string }> {
    const listing = { phase: 'system', towns: departments, limit, before, index: INDEX };
    const { items, ...rest } = await listByTown(this.#client, this.#table, listing);
    return { found: items.map((item) => stored<System>(item)), ...rest };
  }

  /** All of them, page by page. */
  async allAllocations(phases: readonly Phase[], departments: readonly string[]): Promise<Stored<Allocation>[]> {
    const all = phases.map((phase) => everything((before) => this.listAllocations(phase, departments, PAGE, before)));
    return (await Promise.all(all)).flat();
  }

  allSystems(departments: readonly string[]): Promise<Stored<System>[]> {
    return everything((before) => this.listSystems(departments, PAGE, before));
  }

  /** The cases that asked for the system since then. */
  async casesThatAsked(systemId: string, since: string): Promise<string[]> {
    const listing = { phase: 'assessed', towns: [systemId], limit: 20, index: INDEX };
    const { items } = await listByTown(this.#client, this.#table, listing);
    const recent = items.filter((item) => (item.listAt?.S ?? '') >= since);
    return [...new Set(recent.map((item) => stored<StepAnswer>(item).value.caseId))];
  }

  /** The journal of a zone in its order, page by page. */
  async *journal(zone: string): AsyncGenerator<Entry[]> {
    let start: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'id = :id AND begins_with(part, :entry)',
          ExpressionAttributeValues: toItem({ ':id': zoneKey(zone), ':entry': 'entry#' }),
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      yield (page.Items ?? []).map((item) => fromItem<{ value: Entry }>(item).value);
      start = page.LastEvaluatedKey;
    } while (start);
  }

  async entries(zone: string, seqs: readonly number[]): Promise<Entry[]> {
    const items = await getAll(
      this.#client,
      this.#table,
      [...new Set(seqs)].map((seq) => toItem({ id: zoneKey(zone), part: entryPart(seq) })),
    );
    return items.map((item) => fromItem<{ value: Entry }>(item).value).sort((a, b) => a.seq - b.seq);
  }

  /** What the nightly audit found, once a day. */
  async recordAudit(
    zone: string,
    day: string,
    differences: readonly Difference[],
    occurrences: readonly Occurrence[],
    cause: Cause,
  ): Promise<void> {
    const write = this.#put({ id: zoneKey(zone), part: `audit#${day}`, value: { day, differences }, version: 1 }, occurrences, cause);
    await this.#client.send(new TransactWriteItemsCommand({ TransactItems: [write] }));
  }

  #put(item: object, occurrences: readonly Occurrence[], cause: Cause, condition: object = {}): TransactWriteItem {
    return { Put: { TableName: this.#table, Item: toItem({ ...item, outbox: toOutbox(occurrences, cause) }), ...condition } };
  }

  /** Over the version that was read, or where there is none yet. */
  #write<T>({ before, after, occurrences = [] }: Write<T>, keys: object, cause: Cause): TransactWriteItem {
    const condition = before
      ? { ConditionExpression: 'version = :version', ExpressionAttributeValues: toItem({ ':version': before.version }) }
      : NEW;
    return this.#put({ ...keys, value: after, version: (before?.version ?? 0) + 1 }, occurrences, cause, condition);
  }

  #answer({ answer, occurrences, systemId, cause }: Answer): TransactWriteItem {
    const at = new Date(cause.now).toISOString();
    const item = {
      id: answer.caseId,
      part: answerPart(answer),
      value: answer,
      version: 1,
      told: 1,
      expires: Math.floor(cause.now / 1000) + ANSWER_DAYS * DAY_SECONDS,
      ...(systemId !== undefined && { listKey: `assessed#${systemId}`, listAt: `${at}#${answer.caseId}` }),
    };
    const said = occurred(QuotaStepAnswered, [answer.caseId, answer.step, answer.attempt], answer);
    return this.#put(item, [...occurrences, said], cause, NEW);
  }

  /** All or nothing; a `conflict` where something was changed since it was read, or an answer was given by somebody else. */
  async commit({ books, entries = [], allocations = [], systems = [], answers = [] }: Change, cause: Cause): Promise<void> {
    const TransactItems = [
      ...(books ? [this.#write(books, { id: zoneKey(books.after.zone), part: 'books' }, cause)] : []),
      ...entries.map((entry) => this.#put({ id: zoneKey(entry.zone), part: entryPart(entry.seq), value: entry }, [], cause, NEW)),
      ...allocations.map((write) => this.#write(write, allocationKeys(write.after), cause)),
      ...systems.map((write) => this.#write(write, systemKeys(write.after), cause)),
      ...answers.map((answer) => this.#answer(answer)),
    ];
    if (TransactItems.length > 0) await locked(() => this.#client.send(new TransactWriteItemsCommand({ TransactItems })));
  }
}

const NEW = { ConditionExpression: 'attribute_not_exists(id)' };
const PAGE = 200;

const allocationKeys = ({ allocationId, phase, department, validFrom }: Allocation) => ({
  id: allocationId,
  part: 'allocation',
  listKey: `${phase}#${department}`,
  listAt: `${validFrom}#${allocationId}`,
});

const systemKeys = ({ systemId, department, name }: System) => ({
  id: systemId,
  part: 'system',
  listKey: `system#${department}`,
  listAt: `${name}#${systemId}`,
});

const everything = async <T>(
  page: (before: string | undefined) => Promise<{ readonly found: readonly T[]; readonly next?: string }>,
): Promise<T[]> => {
  const all: T[] = [];
  let before: string | undefined;
  do {
    const { found, next } = await page(before);
    all.push(...found);
    before = next;
  } while (before !== undefined);
  return all;
};
