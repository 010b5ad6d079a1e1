/** The devices table: one item per device (`id`), and the history of readings beside it. */
import { createHash } from 'node:crypto';
import { BatchExecuteStatementCommand, type BatchStatementResponse, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getAll, pagesOf, putAll } from '#runtime/batch.ts';
import { type Cause, toOutbox } from '#runtime/outbox.ts';
import { fromItem, type Item, toItem } from '#runtime/table.ts';
import type { Chunk, CompiledType, Folded, Registration } from './device.ts';
import { chunkOf, type DeviceState, UNHEARD } from './device.ts';
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

/** BatchExecuteStatement takes 25 statements a call; history moves in batches of as many, so that one that fails fails few devices. */
const BATCH = 25;

/** An item of the history on its way, and the write that depends on it. */
interface Move {
  readonly write: Write;
  readonly item: Item;
}

const WRITTEN: Written = { outcome: 'written' };

/** How the history's sort key begins, so that a curve is one range. */
export const historyTime = (at: number): string => String(at).padStart(15, '0');

/**
 * The history's sort key: time, then what it holds. A chunk is put before the state lets go of it, unconditionally; named by its content,
 * it can never replace another one, whoever folded it from whatever he remembered.
 */
export const historyKey = ({ at, seq, points }: Chunk): string =>
  `${historyTime(at)}#${seq}#${createHash('sha256').update(points).digest('hex').slice(0, 12)}`;

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
    const items = await getAll(
      this.#client,
      this.#tables.devices,
      ids.map((id) => toItem({ id })),
    );
    return items.flatMap((item) => this.toDevice(item) ?? []);
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
   * Writes each device's state over the version it was folded from, with its events in the outbox, 25 to a call; what moves to the history
   * goes first. A crash in between leaves a reading in both, where it counts once (history.ts). Answers in the order of the writes.
   */
  async write(writes: readonly Write[], now: number): Promise<Written[]> {
    const results = await this.#moveHistory(writes, now);
    const ready = writes.filter((write) => !results.has(write));
    await Promise.all(
      pagesOf(ready, BATCH).map(async (batch) => {
        const written = await this.#writeStates(batch, now);
        for (const [i, write] of batch.entries()) results.set(write, written[i] as Written);
      }),
    );
    return writes.map((write) => results.get(write) as Written);
  }

  /** Puts full chunks and late readings; answers the writes of which something could not be put. */
  async #moveHistory(writes: readonly Write[], now: number): Promise<Map<Write, Written>> {
    const expires = Math.floor(now / 1000) + this.#tables.readingDays * 86_400;
    // By key, since a call takes each once: a late reading may come twice in one batch.
    const moves = new Map<string, Move>();
    for (const write of writes) {
      const { deviceId: id, deviceType } = write.device.registration;
      for (const chunk of [...write.folded.full, ...write.folded.late.map(chunkOf)]) {
        const from = historyKey(chunk);
        const measures = JSON.parse(this.#measures.get(deviceType) as string) as string[];
        moves.set(`${id}/${from}`, { write, item: toItem({ id, from, measures, chunk, expires }) });
      }
    }
    const failed = new Map<Write, Written>();
    await Promise.all(
      pagesOf([...moves.values()], BATCH).map(async (batch) => {
        const error = await this.#putHistory(batch.map(({ item }) => item));
        if (error !== undefined) for (const { write } of batch) failed.set(write, { outcome: 'failed', error });
      }),
    );
    return failed;
  }

  /** Undefined when all are put. */
  async #putHistory(items: readonly Item[]): Promise<string | undefined> {
    try {
      await putAll(this.#client, this.#tables.readings, items);
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  async #writeStates(batch: readonly Write[], now: number): Promise<Written[]> {
    try {
      const Statements = batch.map((write) => this.#statement(write, now));
      const { Responses = [] } = await this.#client.send(new BatchExecuteStatementCommand({ Statements }));
      return batch.map((_, i) => this.#outcome(Responses[i]));
    } catch (error) {
      return batch.map(() => ({ outcome: 'failed', error: String(error) }));
    }
  }

  #statement({ device, folded }: Write, now: number) {
    const { deviceId, deviceType } = device.registration;
    const cause: Cause = { actor: `device:${deviceId}`, trace: `device:${deviceId}:${folded.state.seq}`, now };
    const outbox = toOutbox(folded.occurrences, cause);
    const say = outbox === undefined ? ' REMOVE "outbox"' : ' SET "outbox"=?';
    return {
      Statement: `UPDATE "${this.#tables.devices}" SET "state"=? SET "version"=?${say} WHERE "id"=? AND "version"=?`,
      Parameters: [
        { S: toStored(folded.state, this.#measures.get(deviceType) as string) },
        { N: String(device.version + 1) },
        ...(outbox === undefined ? [] : [{ S: outbox }]),
        { S: deviceId },
        { N: String(device.version) },
      ],
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
  }

  #outcome(response: BatchStatementResponse | undefined): Written {
    if (!response) return { outcome: 'failed', error: 'no answer' };
    const { Error: error } = response;
    if (!error) return WRITTEN;
    if (error.Code !== 'ConditionalCheckFailed') return { outcome: 'failed', error: `${error.Code}: ${error.Message}` };
    return { outcome: 'refused', device: error.Item && this.toDevice(error.Item) };
  }
}
