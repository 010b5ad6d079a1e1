/**
 * The incidents table, keys `id` and `part`:
 *   <incident>            incident          the incident, its version, the token of the step that waits
 *   <incident>            alert#<alert>     an alert that belongs to it, with the level at which it does; its joining is its outbox
 *   open#<plan>#<town>    pointer           the incident that is open there: whoever writes it first opens it
 *   alert#<alert>         pointer           the incident that an alert belongs to
 *   <incident>            released#<event>  members that it let go when it was resolved: the event is its outbox; gone after two weeks
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Event, Level, Occurrence } from '#events/envelope.ts';
import { getAll, putAll } from '#runtime/batch.ts';
import { listByTown } from '#runtime/listing.ts';
import { type Cause, fromOutbox, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, locked, toItem, wasRefused } from '#runtime/table.ts';
import type { Decided, Incident } from './incident.ts';

export interface StoredIncident {
  readonly incident: Incident;
  readonly version: number;
  /** Of the step that waits for an answer. */
  readonly taskToken?: string;
  /** ms since the epoch */
  readonly updatedAt: number;
}

/** What an alert belongs to, and at which level it joined or rose last. */
export interface Membership {
  readonly alertId: string;
  readonly incidentId: string;
  readonly level: Level;
  /** The incident that it left for this one. */
  readonly from?: string;
}

export interface Change {
  readonly before: StoredIncident | undefined;
  readonly decided: Decided;
  readonly taskToken?: string;
  readonly joined?: readonly Membership[];
  readonly left?: readonly Membership[];
}

interface IncidentItem extends StoredIncident {
  readonly id: string;
  readonly part: 'incident';
  /** `<open|resolved>#<town>` and `<openedAt>#<id>`: the index byPhaseTown */
  readonly listKey: string;
  readonly listAt: string;
  /** Beside the incident, not in it: joining alerts count themselves in without rewriting it, however many come at once. */
  readonly alerts: number;
  readonly outbox?: string;
}

const INCIDENT = 'incident';
const POINTER = 'pointer';

/** As long as a queue keeps the message that asks for it. */
const RELEASE_KEPT_SECONDS = 14 * 86_400;

/** A transaction takes 100 items; a member is two of them. */
export const MEMBERS_PER_CHANGE = 45;

const openKey = (planId: string, town: string): string => `open#${planId}#${town}`;
const listed = ({ phase }: Incident): 'open' | 'resolved' => (phase === 'resolved' ? 'resolved' : 'open');

const toStored = (item: Item): StoredIncident => {
  const { incident, alerts, version, taskToken, updatedAt } = fromItem<IncidentItem>(item);
  return { incident: { ...incident, alerts }, version, updatedAt, ...(taskToken !== undefined && { taskToken }) };
};

export class IncidentStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async #getItem(id: string, part: string): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: toItem({ id, part }), ConsistentRead: true }),
    );
    return Item;
  }

  async get(incidentId: string): Promise<StoredIncident | undefined> {
    const item = await this.#getItem(incidentId, INCIDENT);
    return item && toStored(item);
  }

  /** The incident that is open for a plan in a town. */
  async getOpen(planId: string, town: string): Promise<StoredIncident | undefined> {
    const pointer = await this.#getItem(openKey(planId, town), POINTER);
    const stored = pointer && (await this.get(fromItem<{ incidentId: string }>(pointer).incidentId));
    // Resolved between the two reads, its pointer is gone by now.
    return stored?.incident.phase === 'resolved' ? undefined : stored;
  }

  async memberships(alertIds: readonly string[]): Promise<Map<string, Membership>> {
    const items = await getAll(
      this.#client,
      this.#table,
      alertIds.map((id) => toItem({ id: `alert#${id}`, part: POINTER })),
    );
    return new Map(items.map((item) => fromItem<Membership>(item)).map((membership) => [membership.alertId, membership]));
  }

  /** Which of these alerts belong to an incident, and whether others do; without reading all the others. */
  async among(incidentId: string, alertIds: readonly string[]): Promise<{ readonly members: string[]; readonly others: boolean }> {
    const items = await getAll(
      this.#client,
      this.#table,
      alertIds.map((alertId) => toItem({ id: incidentId, part: `alert#${alertId}` })),
    );
    const { value: first = [] } = await this.memberPages(incidentId, alertIds.length + 1).next();
    return {
      members: items.map((item) => fromItem<Membership>(item).alertId),
      others: (first as string[]).some((id) => !alertIds.includes(id)),
    };
  }

  /** The alerts that belong to an incident now, so many at a time, always in the same order. */
  async *memberPages(incidentId: string, size?: number): AsyncGenerator<string[]> {
    let start: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'id = :id AND begins_with(part, :alert)',
          ExpressionAttributeValues: toItem({ ':id': incidentId, ':alert': 'alert#' }),
          ProjectionExpression: 'part',
          ConsistentRead: true,
          ...(size && { Limit: size }),
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      const ids = (page.Items ?? []).map((item) => fromItem<{ part: string }>(item).part.slice('alert#'.length));
      if (ids.length > 0) yield ids;
      start = page.LastEvaluatedKey;
    } while (start);
  }

  /**
   * Says that a resolved incident let members go. The key follows from the event's id, and that from who they are: the same members again
   * are said once, while a page that has changed meanwhile is said anew.
   */
  async release(incidentId: string, released: Occurrence, cause: Cause): Promise<void> {
    const outbox = toOutbox([released], cause) as string;
    const [{ metadata }] = fromOutbox(outbox) as [Event];
    const item = {
      id: incidentId,
      part: `released#${metadata.id}`,
      outbox,
      expires: Math.floor(cause.now / 1000) + RELEASE_KEPT_SECONDS,
    };
    try {
      await this.#client.send(
        new PutItemCommand({ TableName: this.#table, Item: toItem(item), ConditionExpression: 'attribute_not_exists(id)' }),
      );
    } catch (error) {
      // It was said before.
      if (!wasRefused(error)) throw error;
    }
  }

  /** Writes the incident over the version that was read, its members and pointers with it, or throws a `conflict`. */
  async put(change: Change, cause: Cause): Promise<void> {
    const { before, decided, joined = [], left = [] } = change;
    const { incident } = decided;
    const writes: TransactWriteItem[] = [
      this.#incidentWrite(change, cause),
      ...this.#pointerWrites(before?.incident, incident),
      ...joined.flatMap((member) => [
        { Put: { TableName: this.#table, Item: toItem({ ...member, id: incident.incidentId, part: `alert#${member.alertId}` }) } },
        { Put: { TableName: this.#table, Item: toItem({ ...member, id: `alert#${member.alertId}`, part: POINTER }) } },
      ]),
      ...left.map(({ alertId }) => ({
        Delete: { TableName: this.#table, Key: toItem({ id: incident.incidentId, part: `alert#${alertId}` }) },
      })),
    ];
    await locked(() => this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes })));
  }

  #incidentWrite({ before, decided, taskToken = before?.taskToken }: Change, cause: Cause): TransactWriteItem {
    const { incident, occurrences } = decided;
    const item: Omit<IncidentItem, 'taskToken' | 'outbox'> & { taskToken: string | undefined; outbox: string | undefined } = {
      id: incident.incidentId,
      part: INCIDENT,
      version: (before?.version ?? 0) + 1,
      incident,
      alerts: incident.alerts,
      taskToken,
      updatedAt: cause.now,
      listKey: `${listed(incident)}#${incident.town}`,
      listAt: `${incident.openedAt}#${incident.incidentId}`,
      outbox: toOutbox(occurrences, cause),
    };
    return {
      Put: {
        TableName: this.#table,
        Item: toItem(item),
        ConditionExpression: before ? 'version = :version' : 'attribute_not_exists(id)',
        ...(before && { ExpressionAttributeValues: toItem({ ':version': before.version }) }),
      },
    };
  }

  /** One incident per plan and town is open: the pointer says which, and is taken away when it is resolved. */
  #pointerWrites(before: Incident | undefined, { incidentId, planId, town, phase }: Incident): TransactWriteItem[] {
    const TableName = this.#table;
    const Key = { id: openKey(planId, town), part: POINTER };
    if (before === undefined) {
      return [{ Put: { TableName, Item: toItem({ ...Key, incidentId }), ConditionExpression: 'attribute_not_exists(id)' } }];
    }
    if (phase !== 'resolved' || before.phase === 'resolved') return [];
    return [{ Delete: { TableName, Key: toItem(Key) } }];
  }

  /**
   * Adds members to an open incident without rewriting it, so that a storm's batches don't wait for each other: the members, then their
   * number, then where they belong. A crash in between leaves an alert counted twice, never uncalled. Answers false if the incident was
   * resolved meanwhile. The version moves on, so that a resolution that hasn't counted these members is refused and looks again.
   */
  async addMembers(
    incident: Incident,
    joined: readonly (Membership & { readonly occurrence: Occurrence | undefined })[],
    cause: Cause,
  ): Promise<boolean> {
    const { incidentId } = incident;
    await this.#putAll(
      joined.map(({ occurrence, ...member }) => ({
        ...member,
        id: incidentId,
        part: `alert#${member.alertId}`,
        outbox: occurrence && toOutbox([occurrence], cause),
      })),
    );
    if (!(await this.#countIn(incidentId, joined.filter(({ occurrence }) => occurrence).length))) return false;
    await this.#putAll(joined.map(({ occurrence: _, ...member }) => ({ ...member, id: `alert#${member.alertId}`, part: POINTER })));
    return true;
  }

  async #countIn(incidentId: string, joined: number): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ id: incidentId, part: INCIDENT }),
          UpdateExpression: 'SET version = version + :one, alerts = alerts + :joined REMOVE outbox',
          ConditionExpression: 'begins_with(listKey, :open)',
          ExpressionAttributeValues: toItem({ ':one': 1, ':joined': joined, ':open': 'open#' }),
        }),
      );
      return true;
    } catch (error) {
      if (wasRefused(error)) return false;
      throw error;
    }
  }

  #putAll(items: readonly object[]): Promise<void> {
    return putAll(this.#client, this.#table, items.map(toItem));
  }

  /** Newest first over the given towns; `before` is the `listAt` to go on from. */
  async list(
    phase: 'open' | 'resolved',
    towns: readonly string[],
    limit: number,
    before?: string,
  ): Promise<{ incidents: StoredIncident[]; next?: string }> {
    const { items, ...rest } = await listByTown(this.#client, this.#table, { phase, towns, limit, before });
    return { incidents: items.map(toStored), ...rest };
  }
}
