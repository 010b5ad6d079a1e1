/** Use by day: one item per month of an allocation, or of a zone's pool. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { getAll } from '#runtime/batch.ts';
import { fromItem, type Item, locked, retryConflicts, toItem } from '#runtime/table.ts';
import type { Amounts } from './amounts.ts';
import { monthOf, monthsBetween } from './calendar.ts';
import { daysOf, type MonthDays, recorded, type UsageDay } from './usage.ts';

/** A pool on a day: what there was, what was reserved, what was in use, the last by department too. */
export interface PoolDay {
  readonly day: string;
  readonly capacity: Amounts;
  readonly reserved: Amounts;
  readonly used: Amounts;
  readonly usedBy: Readonly<Record<string, Amounts>>;
}

interface Month<D> {
  readonly month: string;
  readonly version: number;
  readonly days: Readonly<Record<string, D>>;
}

const PREFIX = 'usage#';
const zoneKey = (zone: string): string => `zone#${zone}`;

export class UsageStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async #months<D>(id: string, months: readonly string[]): Promise<Month<D>[]> {
    const keys = months.map((month) => toItem({ id, part: PREFIX + month }));
    const items = await getAll(this.#client, this.#table, keys);
    return items
      .map((item: Item) => fromItem<{ part: string; version: number; days: Record<string, D> }>(item))
      .map(({ part, version, days }) => ({ month: part.slice(PREFIX.length), version, days }))
      .sort((a, b) => (a.month < b.month ? -1 : 1));
  }

  /** Reads the month, changes it, writes it over the version that was read: two meters don't lose each other's days. */
  async #change<D>(id: string, month: string, change: (days: Readonly<Record<string, D>>) => Readonly<Record<string, D>>): Promise<void> {
    await retryConflicts(async () => {
      const [before] = await this.#months<D>(id, [month]);
      await locked(() =>
        this.#client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: toItem({ id, part: PREFIX + month, version: (before?.version ?? 0) + 1, days: change(before?.days ?? {}) }),
            ConditionExpression: before ? 'version = :version' : 'attribute_not_exists(id)',
            ...(before && { ExpressionAttributeValues: toItem({ ':version': before.version }) }),
          }),
        ),
      );
    });
  }

  /** From the first day to the last, in order. */
  async between(allocationId: string, first: string, last: string): Promise<UsageDay[]> {
    const months = await this.#months<MonthDays[string]>(allocationId, monthsBetween(first, last));
    return months.flatMap(({ month, days }) => daysOf(month, days)).filter(({ day }) => day >= first && day <= last);
  }

  async record(allocationId: string, days: readonly UsageDay[]): Promise<void> {
    for (const month of new Set(days.map(({ day }) => monthOf(day)))) {
      const own = days.filter(({ day }) => monthOf(day) === month);
      await this.#change<MonthDays[string]>(allocationId, month, (known) => own.reduce(recorded, known));
    }
  }

  async pool(zone: string, first: string, last: string): Promise<PoolDay[]> {
    const months = await this.#months<Omit<PoolDay, 'day'>>(zoneKey(zone), monthsBetween(first, last));
    return months
      .flatMap(({ month, days }) =>
        Object.entries(days)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([number, kept]) => ({ day: `${month}-${number}`, ...kept })),
      )
      .filter(({ day }) => day >= first && day <= last);
  }

  async recordPool(zone: string, { day, ...of }: PoolDay): Promise<void> {
    await this.#change<Omit<PoolDay, 'day'>>(zoneKey(zone), monthOf(day), (days) => ({ ...days, [day.slice(8)]: of }));
  }
}
