/** Builders for the tests of this folder: a river gauge, its messages as they lie on the wire, and a DynamoDB that keeps its rules. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DevicesEvent } from '#events/devices.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import type { Item } from '#runtime/table.ts';
import { compileConfig, type DevicesConfig } from './config.ts';
import type { StreamRecord } from './consume.ts';
import type { CompiledType, Registration } from './device.ts';
import type { DeviceType } from './device-type.ts';
import type { Reading } from './reading.ts';
import type { Rule } from './rule.ts';

export const T0 = Date.UTC(2026, 6, 1, 3);
export const MINUTE = 60_000;

export const RIVER: DeviceType = {
  id: 'river-level',
  name: { zh: '水位站', en: 'River gauge' },
  measures: [
    { id: 'level', name: { zh: '水位', en: 'Level' }, unit: 'm', minimum: -1, maximum: 12 },
    { id: 'rain', name: { zh: '雨量', en: 'Rain' }, unit: 'mm', minimum: 0, maximum: 300, required: false },
  ],
  heartbeat: 60,
};

export const HIGH: Rule = {
  id: 'river-high',
  name: { zh: '水位超警', en: 'River high' },
  deviceType: 'river-level',
  measure: 'level',
  when: 'above',
  levels: { blue: 3, yellow: 4, orange: 5, red: 6 },
  hysteresis: 0.5,
};

export const LOW: Rule = {
  id: 'river-low',
  name: { zh: '水位过低', en: 'River low' },
  deviceType: 'river-level',
  measure: 'level',
  when: 'below',
  levels: { blue: 1, red: 0.25 },
  hysteresis: 0.125,
  for: { readings: 2 },
};

export const CONFIG: DevicesConfig = {
  deviceTypes: [RIVER],
  rules: [
    { domain: 'water', rule: HIGH },
    { domain: 'drought', rule: LOW },
  ],
};
export const TYPES = compileConfig(CONFIG);
export const RIVER_TYPE = TYPES.get('river-level') as CompiledType;

export const registration = (deviceId = 'gauge-1'): Registration => ({
  deviceId,
  deviceType: 'river-level',
  name: { zh: `凯江站 ${deviceId}`, en: `Kaijiang ${deviceId}` },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
});

/** The reading number `seq` of a gauge that reads once a minute. */
export const reading = (seq: number, level: number, rain = Number.NaN): Reading => ({ seq, at: T0 + seq * MINUTE, values: [level, rain] });

/** A run of quiet readings, each with a level of its own, none near a bound. */
export const quiet = (from: number, to: number): Reading[] =>
  Array.from({ length: to - from + 1 }, (_, i) => reading(from + i, 1.5 + (from + i) / 1000));

/** So many of `quiet(1, …)` fill a chunk: by their bytes, before their number does. */
export const FILLED = 23;

export const message = (one: Reading): string =>
  JSON.stringify({
    seq: one.seq,
    at: new Date(one.at).toISOString(),
    values: Object.fromEntries(RIVER.measures.flatMap(({ id }, i) => (Number.isNaN(one.values[i]) ? [] : [[id, one.values[i]]]))),
  });

/** The bytes of a text as Kinesis hands them to a function. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Number `n` of the stream, arrived a second after its reading. */
export const record = (n: number, deviceId: string, body: Reading | string): StreamRecord => ({
  sequenceNumber: `4960${n}`,
  partitionKey: deviceId,
  data: base64(typeof body === 'string' ? body : message(body)),
  approximateArrivalTimestamp: (T0 + (typeof body === 'string' ? 0 : body.seq * MINUTE) + 1000) / 1000,
});

export const DEVICES = 'luojiang-devices';
export const READINGS = 'luojiang-readings';
export const TABLES = { devices: DEVICES, readings: READINGS, readingDays: 90 };

// biome-ignore lint/suspicious/noExplicitAny: the input of any command
type Input = any;
export interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Input;
}

const invalid = (message: string) => Object.assign(new Error(message), { name: 'ValidationException' });

const keyOf = (table: string, item: Item): string => `${table}/${item.id?.S}${table === READINGS ? `/${item.from?.S}` : ''}`;

/** Two tables in memory: conditions, limits and duplicates refused as AWS refuses them; anything this code does not use is an error. */
export class MemoryDynamo {
  readonly items = new Map<string, Item>();
  readonly calls: { readonly name: string; readonly input: Input }[] = [];
  /** What goes wrong before a call has its effect, and after: throw. */
  before: (command: Command) => void = () => undefined;
  after: (command: Command) => void = () => undefined;
  /** A device’s statement that is answered with an error of its own. */
  readonly errors = new Map<string, { Code: string; Message: string }>();
  /** Every outbox ever written, as the table’s stream carries them. */
  readonly outboxes: string[] = [];
  /** So many keys BatchGetItem answers a call, the others as unprocessed. */
  keysAnswered = 100;
  /** So many items BatchWriteItem takes a call. */
  putsTaken = 25;

  readonly client = { send: (command: Command) => this.#send(command) } as unknown as DynamoDBClient;

  register(...ids: readonly string[]): this {
    for (const deviceId of ids) {
      const { name, place, town, deviceType } = registration(deviceId);
      const text = ({ zh, en }: typeof name) => ({ M: { zh: { S: zh }, en: { S: en } } });
      const at = { M: { lon: { N: String(place.lon) }, lat: { N: String(place.lat) } } };
      const item = { id: { S: deviceId }, type: { S: deviceType }, town: { S: town }, name: text(name), place: at, version: { N: '0' } };
      this.items.set(keyOf(DEVICES, item), item);
    }
    return this;
  }

  device(id: string): Item {
    return this.items.get(`${DEVICES}/${id}`) ?? {};
  }

  history(id: string): Item[] {
    return [...this.items].filter(([key]) => key.startsWith(`${READINGS}/${id}/`)).map(([, item]) => item);
  }

  /** Names of the events said so far, each with the sequence number of its reading. */
  said(): string[] {
    const events = this.outboxes.flatMap((outbox) => fromOutbox(outbox) as readonly DevicesEvent[]);
    return events.map(({ name, data }) => `${data.deviceId} ${name} ${data.seq}`);
  }

  named(name: string): Input[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  async #send(command: Command): Promise<unknown> {
    const { name } = command.constructor;
    this.calls.push({ name, input: command.input });
    this.before(command);
    const answer = await this.#answer(name, command.input);
    this.after(command);
    return answer;
  }

  #answer(name: string, input: Input): unknown {
    if (name === 'BatchGetItemCommand') return this.#get(input);
    if (name === 'BatchExecuteStatementCommand') return this.#execute(input);
    if (name === 'BatchWriteItemCommand') return this.#put(input);
    if (name === 'QueryCommand') return this.#query(input);
    throw invalid(`not in memory: ${name}`);
  }

  #get(input: Input) {
    const { Keys: keys, ConsistentRead } = input.RequestItems[DEVICES];
    if (keys.length === 0 || keys.length > 100 || new Set(keys.map((key: Item) => key.id?.S)).size < keys.length) throw invalid('keys');
    if (!ConsistentRead) throw invalid('a read that may be old');
    const found = keys.slice(0, this.keysAnswered).flatMap((key: Item) => this.items.get(keyOf(DEVICES, key)) ?? []);
    const rest = keys.slice(this.keysAnswered);
    return { Responses: { [DEVICES]: found }, UnprocessedKeys: rest.length > 0 ? { [DEVICES]: { Keys: rest, ConsistentRead } } : {} };
  }

  #execute({ Statements }: Input) {
    if (Statements.length === 0 || Statements.length > 25) throw invalid('statements');
    return { Responses: Statements.map((statement: Input) => this.#update(statement)) };
  }

  #update({ Statement, Parameters, ReturnValuesOnConditionCheckFailure }: Input) {
    const form = `UPDATE "${DEVICES}" SET "state"=? SET "version"=?`;
    const says = Statement === `${form} SET "outbox"=? WHERE "id"=? AND "version"=?`;
    if (!says && Statement !== `${form} REMOVE "outbox" WHERE "id"=? AND "version"=?`) throw invalid(Statement);
    if (Parameters.length !== Statement.split('?').length - 1) throw invalid('parameters');
    const [state, version, ...rest] = Parameters;
    const [id, expected] = rest.slice(-2);
    const fault = this.errors.get(id.S);
    if (fault) return { Error: fault };
    const old = this.items.get(keyOf(DEVICES, { id }));
    if (!old || old.version?.N !== expected.N) {
      const Item = ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? old : undefined;
      return { Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item } };
    }
    const { outbox: _, ...kept } = old;
    if (says) this.outboxes.push(rest[0].S);
    this.items.set(keyOf(DEVICES, { id }), { ...kept, state, version, ...(says && { outbox: rest[0] }) });
    return { TableName: DEVICES };
  }

  #put(input: Input) {
    const puts: { PutRequest: { Item: Item } }[] = input.RequestItems[READINGS];
    const keys = puts.map(({ PutRequest }) => keyOf(READINGS, PutRequest.Item));
    if (puts.length === 0 || puts.length > 25 || new Set(keys).size < keys.length) throw invalid('puts');
    puts.slice(0, this.putsTaken).forEach(({ PutRequest }, i) => {
      this.items.set(keys[i] as string, PutRequest.Item);
    });
    const rest = puts.slice(this.putsTaken);
    return { UnprocessedItems: rest.length > 0 ? { [READINGS]: rest } : {} };
  }

  /** Of the readings: newest first up to a key, a page at a time. */
  #query(input: Input) {
    const { KeyConditionExpression, ExpressionAttributeValues: values, ScanIndexForward, Limit, ExclusiveStartKey } = input;
    if (KeyConditionExpression !== 'id = :id AND #from < :end' || ScanIndexForward !== false) throw invalid(KeyConditionExpression);
    const from = (item: Item) => item.from?.S as string;
    const all = this.history(values[':id'].S).sort((a, b) => (from(a) < from(b) ? 1 : -1));
    const asked = all.filter((item) => from(item) < values[':end'].S && (!ExclusiveStartKey || from(item) < from(ExclusiveStartKey)));
    const Items = asked.slice(0, Limit);
    const last = asked.length >= Limit ? Items.at(-1) : undefined;
    return { Items, ...(last && { LastEvaluatedKey: { id: last.id, from: last.from } }) };
  }
}
