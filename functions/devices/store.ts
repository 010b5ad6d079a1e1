/** The devices table: one item per device (`id`), and the history of readings beside it. */
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type Cause, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, toItem, wasRefused } from '#runtime/table.ts';
import type { Chunk, CompiledType, Folded, Registration } from './device.ts';
import { type DeviceState, UNHEARD } from './device.ts';
import { fromStored, toStored } from './stored-state.ts';

export interface Device {
  readonly registration: Registration;
  readonly state: DeviceState;
  readonly version: number;
}

interface StoredDevice {
  id: string;
  type: string;
  town: string;
  name: Registration['name'];
  place: Registration['place'];
  version: number;
  state?: string;
}

/** One device's state as it is to be written: over `device.version`, or not at all. */
export interface Write {
  readonly device: Device;
  readonly folded: Folded;
}

/** What became of a write; `refused` carries the device as somebody else left it. */
export type Written =
  | { readonly outcome: 'written' }
  | { readonly outcome: 'refused'; readonly device: Device | undefined }
  | { readonly outcome: 'failed'; readonly error: string };

/** BatchExecuteStatement takes 25 statements a call, BatchGetItem 100 keys. */
const STATEMENTS = 25;
const KEYS = 100;

const chunksOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

const WRITTEN: Written = { outcome: 'written' };

/** The history's sort key: time first, so that a curve is one range; the sequence number keeps two readings of one instant apart. */
export const historyKey = (at: number, seq: number): string => `${String(at).padStart(15, '0')}#${seq}`;

export interface DeviceTables {
  readonly devices: string;
  readonly readings: string;
  /** Days that the history is kept. */
  readonly readingDays: number;
}

export class DeviceStore {
  readonly #client: DynamoDBClient;
  readonly #tables: DeviceTables;
  readonly #types: ReadonlyMap<string, CompiledType>;
  readonly #measures: ReadonlyMap<string, string>;

  constructor(client: DynamoDBClient, tables: DeviceTables, types: ReadonlyMap<string, CompiledType>) {
    this.#client = client;
    this.#tables = tables;
    this.#types = types;
    this.#measures = new Map([...types].map(([id, { type }]) => [id, JSON.stringify(type.measures.map((measure) => measure.id))]));
  }

  /** The devices that are registered, of those asked for. */
  async read(ids: readonly string[]): Promise<Device[]> {
    const { devices } = this.#tables;
    const pages = chunksOf(ids, KEYS).map(async (page) => {
      const found: Item[] = [];
      let keys: Item[] | undefined = page.map((id) => ({ id: { S: id } }));
      while (keys && keys.length > 0) {
        const answer = await this.#client.send(
          new BatchGetItemCommand({ RequestItems: { [devices]: { Keys: keys, ConsistentRead: true } } }),
        );
        found.push(...((answer.Responses?.[devices] as Item[]) ?? []));
        keys = answer.UnprocessedKeys?.[devices]?.Keys as Item[] | undefined;
      }
      return found;
    });
    return (await Promise.all(pages)).flat().flatMap((item) => this.toDevice(item) ?? []);
  }

  /** Undefined for a device whose type is no longer configured: nothing can be said of its readings. */
  toDevice(item: Item): Device | undefined {
    const { id, type: deviceType, town, name, place, version, state } = fromItem<StoredDevice>(item);
    const compiled = this.#types.get(deviceType);
    if (!compiled) return undefined;
    const registration = { deviceId: id, deviceType, name, town, place };
    return { registration, version, state: state === undefined ? UNHEARD : fromStored(state, compiled.type) };
  }

  /**
   * Writes each device's state over the version it was folded from, with its events in the outbox: 25 to a call. A device with history
   * to move is one transaction, so that a reading is either in its state or in the history, whatever crashes. Order as given.
   */
  async write(writes: readonly Write[], now: number): Promise<Written[]> {
    const results = new Map<Write, Written>();
    const plain = writes.filter(({ folded }) => folded.full.length + folded.late.length === 0);
    const moving = writes.filter(({ folded }) => folded.full.length + folded.late.length > 0);
    await Promise.all([
      ...chunksOf(plain, STATEMENTS).map(async (batch) => {
        const written = await this.#writeBatch(batch, now);
        for (const [i, write] of batch.entries()) results.set(write, written[i] as Written);
      }),
      ...moving.map(async (write) => results.set(write, await this.#writeWithHistory(write, now))),
    ]);
    return writes.map((write) => results.get(write) as Written);
  }

  #attributes({ device, folded }: Write, now: number) {
    const { deviceId, deviceType } = device.registration;
    const state = toStored(folded.state, this.#measures.get(deviceType) as string);
    const cause: Cause = { actor: `device:${deviceId}`, trace: `device:${deviceId}:${folded.state.seq}`, now };
    return { state, outbox: toOutbox(folded.occurrences, cause) };
  }

  async #writeBatch(batch: readonly Write[], now: number): Promise<Written[]> {
    const Statements = batch.map((write) => {
      const { state, outbox } = this.#attributes(write, now);
      const { version, registration } = write.device;
      const say = outbox === undefined ? ' REMOVE "outbox"' : ' SET "outbox"=?';
      return {
        Statement: `UPDATE "${this.#tables.devices}" SET "state"=? SET "version"=?${say} WHERE "id"=? AND "version"=?`,
        Parameters: [
          { S: state },
          { N: String(version + 1) },
          ...(outbox === undefined ? [] : [{ S: outbox }]),
          { S: registration.deviceId },
          { N: String(version) },
        ],
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      };
    });
    try {
      const { Responses = [] } = await this.#client.send(new BatchExecuteStatementCommand({ Statements }));
      return batch.map((_, i) => this.#outcome(Responses[i]?.Error as { Code?: string; Message?: string; Item?: Item } | undefined));
    } catch (error) {
      return batch.map(() => ({ outcome: 'failed', error: String(error) }));
    }
  }

  #outcome(error: { Code?: string; Message?: string; Item?: Item } | undefined): Written {
    if (!error) return WRITTEN;
    if (error.Code !== 'ConditionalCheckFailed') return { outcome: 'failed', error: `${error.Code}: ${error.Message}` };
    return { outcome: 'refused', device: error.Item && this.toDevice(error.Item) };
  }

  async #writeWithHistory(write: Write, now: number): Promise<Written> {
    const { device, folded } = write;
    const { state, outbox } = this.#attributes(write, now);
    const id = device.registration.deviceId;
    const history = [
      ...folded.full,
      ...folded.late.map(
        (reading): Chunk => ({
          seq: reading.seq,
          at: reading.at,
          count: 1,
          points: JSON.stringify([[0, 0, ...reading.values]]).slice(1, -1),
        }),
      ),
    ];
    const update = {
      TableName: this.#tables.devices,
      Key: { id: { S: id } },
      UpdateExpression: `SET #state = :state, version = :next${outbox === undefined ? ' REMOVE outbox' : ', outbox = :outbox'}`,
      ConditionExpression: 'version = :version',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({ ':state': state, ':next': device.version + 1, ':version': device.version, ':outbox': outbox }),
    };
    const expires = Math.floor(now / 1000) + this.#tables.readingDays * 86_400;
    const puts = history.map((chunk) => ({
      Put: {
        TableName: this.#tables.readings,
        Item: toItem({
          id,
          from: historyKey(chunk.at, chunk.seq),
          measures: JSON.parse(this.#measures.get(device.registration.deviceType) as string),
          chunk,
          expires,
        }),
      },
    }));
    try {
      // A transaction takes 100 items; more late readings than that go first, each by itself harmless.
      for (const early of chunksOf(puts.slice(99), 100)) {
        await this.#client.send(new TransactWriteItemsCommand({ TransactItems: early }));
      }
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: update }, ...puts.slice(0, 99)] }));
      return WRITTEN;
    } catch (error) {
      if (!wasRefused(error)) return { outcome: 'failed', error: String(error) };
      const [fresh] = await this.read([id]);
      return { outcome: 'refused', device: fresh };
    }
  }
}
