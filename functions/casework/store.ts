/**
 * The casework table, keys `id` and `part`:
 *   <case>             case               the case as its history makes it, its version, its places in lists, its outbox, when it lapses
 *   <case>             event#<seq>        what happened, in order: the record; the first names the claim that opened the case
 *   form#<form>        v<version>#<digest>  a definition that cases run by, kept as it was
 *   key#<who>#<key>    key                what an Idempotency-Key was used for; gone after a week
 *   proposal#<id>      proposal           the case that a proposal opened
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { fromCursor, toCursor } from '#runtime/cursor.ts';
import { type Cause, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, locked, toItem } from '#runtime/table.ts';
import type { CaseSummary } from './api.ts';
import type { Case, CaseEvent } from './case.ts';
import type { Decided } from './decide.ts';
import type { Definition } from './form.ts';
import { occurrencesOf } from './occurrences.ts';
import { CASE, hasLapsed, lapseOf, type Retention } from './retention.ts';
import { toSummary } from './view.ts';

export interface StoredCase {
  readonly state: Case;
  readonly version: number;
  /** ms since the epoch */
  readonly updatedAt: number;
  /** Epoch seconds from which on it is gone: of drafts, and of cases that ended. */
  readonly expires?: number;
}

interface Key {
  readonly id: string;
  readonly part: string;
}

/** Written once, with the case that it opens. */
export interface Claim extends Key {
  readonly part: 'key' | 'proposal';
  /** Of the request that the key stands for. */
  readonly hash?: string;
  readonly expires?: number;
}

const KEY_KEPT_SECONDS = 7 * 86_400;

export const keyClaim = (who: string, key: string, hash: string, now: number): Claim => ({
  id: `key#${who}#${key}`,
  part: 'key',
  hash,
  expires: Math.floor(now / 1000) + KEY_KEPT_SECONDS,
});
export const proposalClaim = (proposalId: string): Claim => ({ id: `proposal#${proposalId}`, part: 'proposal' });

const keyOf = ({ id, part }: Key): Key => ({ id, part });

/** By its content too: a text that was changed under the same version must not change what runs. */
const definitionPart = (version: number, digest: string): string => `v${version}#${digest}`;

const eventPart = (seq: number): string => `event#${String(seq).padStart(6, '0')}`;

/** Lists: all of a department, the newest first; what waits for a duty, the most urgent first. */
const listingOf = ({ caseId, department, openedAt, phase }: Case): Record<string, string> => ({
  department,
  listAt: `${new Date(openedAt).toISOString()}#${caseId}`,
  ...(phase.at === 'step' &&
    phase.waitsFor && {
      queue: `${phase.waitsFor.department}/${phase.waitsFor.duty}`,
      queueAt: `${new Date(phase.dueAt).toISOString()}#${caseId}`,
    }),
});

const toStored = (item: Item): StoredCase => {
  const { state, version, updatedAt, expires } = fromItem<StoredCase>(item);
  // Cases that were written before the forms separated duties say nothing of who decided; nor do their forms ask.
  return { state: { ...state, deciders: state.deciders ?? {} }, version, updatedAt, ...(expires !== undefined && { expires }) };
};

/** Lists are read from the index alone, which holds the summaries and not the forms' data. */
export interface Page {
  readonly items: CaseSummary[];
  readonly next?: string;
}

export class CaseStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #retention: Retention;
  readonly #clock: () => number;
  readonly #forms = new Map<string, Definition>();

  constructor(client: DynamoDBClient, table: string, retention: Retention, clock: () => number = Date.now) {
    this.#client = client;
    this.#table = table;
    this.#retention = retention;
    this.#clock = clock;
  }

  async #getItem(id: string, part: string): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: toItem({ id, part }), ConsistentRead: true }),
    );
    return Item && hasLapsed(fromItem<{ expires?: number }>(Item).expires, this.#clock()) ? undefined : Item;
  }

  async get(caseId: string): Promise<StoredCase | undefined> {
    const item = await this.#getItem(caseId, CASE);
    return item && toStored(item);
  }

  /** The case that a claim opened, and the hash it was made with. */
  async claimed({ id, part }: Claim): Promise<{ readonly caseId: string; readonly hash?: string } | undefined> {
    const item = await this.#getItem(id, part);
    return item && fromItem<{ caseId: string; hash?: string }>(item);
  }

  /** The definition that a case began with. It never changes: read once per container. */
  async form({ id, version, digest }: Case['form']): Promise<Definition> {
    const form = await this.keptForm(id, version, digest);
    if (!form) throw new Error(`No definition of ${id} ${definitionPart(version, digest)}`);
    return form;
  }

  /** Undefined where no case began with it. Without a digest any text that bears the version. */
  async keptForm(id: string, version: number, digest?: string): Promise<Definition | undefined> {
    const known = digest === undefined ? undefined : this.#forms.get(id + definitionPart(version, digest));
    if (known) return known;
    const item = await (digest === undefined ? this.#anyForm(id, version) : this.#getItem(`form#${id}`, definitionPart(version, digest)));
    if (!item) return undefined;
    const form = JSON.parse(fromItem<{ definition: string }>(item).definition) as Definition;
    this.#forms.set(id + definitionPart(form.version, form.digest), form);
    return form;
  }

  async #anyForm(id: string, version: number): Promise<Item | undefined> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'id = :id AND begins_with(part, :version)',
        ExpressionAttributeValues: toItem({ ':id': `form#${id}`, ':version': definitionPart(version, '') }),
        Limit: 1,
      }),
    );
    return Items[0];
  }

  /** Keeps a definition, for good, for the cases that begin with it: a deployment of a newer one changes nothing for them. */
  async keepForm(form: Definition): Promise<void> {
    const part = definitionPart(form.version, form.digest);
    if (this.#forms.has(form.id + part)) return;
    const item = { id: `form#${form.id}`, part, definition: JSON.stringify(form) };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: toItem(item) }));
    this.#forms.set(form.id + part, form);
  }

  /** Writes the case over the version that was read with its history, or throws a `conflict`. */
  async put(
    before: StoredCase | undefined,
    { events, state }: Decided,
    form: Definition,
    cause: Cause,
    claim?: Claim,
  ): Promise<StoredCase> {
    const seq = before?.version ?? 0;
    const version = seq + 1;
    const outbox = toOutbox(occurrencesOf(before?.state, events, form), cause);
    const expires = lapseOf(state, cause.now, this.#retention);
    const lapses = expires === undefined ? {} : { lapsesAt: new Date(expires * 1000).toISOString() };
    const item = {
      id: state.caseId,
      part: CASE,
      version,
      state,
      updatedAt: cause.now,
      summary: { ...toSummary(state, version, form), ...lapses },
      ...listingOf(state),
      outbox,
      expires,
    };
    const writes: TransactWriteItem[] = [
      {
        Put: {
          TableName: this.#table,
          Item: toItem(item),
          ConditionExpression: before ? 'version = :version' : 'attribute_not_exists(id)',
          ...(before && { ExpressionAttributeValues: toItem({ ':version': before.version }) }),
        },
      },
      // One item per write, whatever it told of: its number is the version that it made.
      {
        Put: { TableName: this.#table, Item: toItem({ id: state.caseId, part: eventPart(version), events, claim: claim && keyOf(claim) }) },
      },
    ];
    if (claim) {
      const Item = toItem({ ...claim, caseId: state.caseId });
      const free = 'attribute_not_exists(id) OR expires < :now';
      const ExpressionAttributeValues = toItem({ ':now': Math.floor(cause.now / 1000) });
      writes.push({ Put: { TableName: this.#table, Item, ConditionExpression: free, ExpressionAttributeValues } });
    }
    await locked(() => this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes })));
    return { state, version, updatedAt: cause.now, ...(expires !== undefined && { expires }) };
  }

  /** All that happened, in order. */
  async history(caseId: string): Promise<CaseEvent[]> {
    const events: CaseEvent[] = [];
    const query = {
      KeyConditionExpression: 'id = :id AND begins_with(part, :event)',
      ExpressionAttributeValues: toItem({ ':id': caseId, ':event': 'event#' }),
    };
    for await (const item of this.#every(query)) events.push(...fromItem<{ events: CaseEvent[] }>(item).events);
    return events;
  }

  async *#every(query: Partial<QueryCommandInput>): AsyncGenerator<Item> {
    let start: Item | undefined;
    do {
      const next = start && { ExclusiveStartKey: start };
      const page = await this.#client.send(new QueryCommand({ TableName: this.#table, ConsistentRead: true, ...query, ...next }));
      yield* page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }

  /** All that is left of a case whose own item is gone: its history, and the claim that opened it. Done twice, it is done. */
  async erase(caseId: string): Promise<void> {
    const query = {
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: toItem({ ':id': caseId }),
      ProjectionExpression: 'id, part, claim',
    };
    for await (const item of this.#every(query)) {
      const { claim, ...own } = fromItem<Key & { readonly claim?: Key }>(item);
      if (claim) await this.#delete(claim);
      await this.#delete(own);
    }
  }

  async #delete({ id, part }: Key): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: toItem({ id, part }) }));
  }

  async #list(index: string, key: string, value: string, newestFirst: boolean, limit: number, cursor?: string): Promise<Page> {
    const start = fromCursor(cursor, { [key]: value });
    const page = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: index,
        KeyConditionExpression: '#key = :value',
        ExpressionAttributeNames: { '#key': key },
        ExpressionAttributeValues: toItem({ ':value': value }),
        ScanIndexForward: !newestFirst,
        Limit: limit,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    const items = (page.Items ?? []).map((item) => fromItem<{ summary: CaseSummary }>(item).summary);
    const now = new Date(this.#clock()).toISOString();
    return { items: items.filter(({ lapsesAt }) => lapsesAt === undefined || lapsesAt > now), ...toCursor(page.LastEvaluatedKey) };
  }

  ofDepartment(department: string, limit: number, cursor?: string): Promise<Page> {
    return this.#list('byDepartment', 'department', department, true, limit, cursor);
  }

  inQueue(queue: string, limit: number, cursor?: string): Promise<Page> {
    return this.#list('byQueue', 'queue', queue, false, limit, cursor);
  }
}
