/**
 * From stream records to written state: groups a batch by device, folds each once, writes each once. What only a retry can mend is
 * answered as failed, from that device's first record on; what no retry can mend goes to quarantine.
 */
import { type CompiledType, fold } from './device.ts';
import type { Quarantined } from './quarantine.ts';
import { type Fault, isFault, MAX_PAYLOAD_BYTES, type Reading } from './reading.ts';
import type { Device, DeviceStore, Write } from './store.ts';

export interface StreamRecord {
  readonly sequenceNumber: string;
  /** The rule sets it to the client id, which the device's policy ties to its certificate: whose reading this is. */
  readonly partitionKey: string;
  /** base64 */
  readonly data: string;
  /** Seconds since the epoch, with fraction */
  readonly approximateArrivalTimestamp: number;
}

export interface Consumed {
  /** Sequence numbers of the first record of each device whose state could not be written. */
  readonly failed: readonly string[];
  readonly counts: { readonly readings: number; readonly quarantined: number; readonly duplicates: number; readonly writes: number };
}

export interface Consumer {
  readonly types: ReadonlyMap<string, CompiledType>;
  readonly store: Pick<DeviceStore, 'read' | 'write'>;
  readonly quarantine: (records: readonly Quarantined[]) => Promise<void>;
  /** Devices as last written by this container; a stale one costs a refused write, never a wrong state. */
  readonly cache: Map<string, Device>;
  readonly warn: (message: string, details: Record<string, unknown>) => void;
}

/** Some 2 KB each: 40 MB of a function's memory. */
const CACHED_DEVICES = 20_000;

/** Writers of one device race only while a shard is split or a batch is handled twice; more than a few rounds is a fault. */
const ROUNDS = 5;

const bytesOf = (base64: string): number => (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

/** atob leaves non-ASCII bytes mangled, which only an invalid message has, and costs two thirds of Buffer. */
const decode = (record: StreamRecord, type: CompiledType): Reading | Fault => {
  if (bytesOf(record.data) > MAX_PAYLOAD_BYTES) return { reason: 'too-large', detail: `more than ${MAX_PAYLOAD_BYTES} bytes` };
  return type.decode(atob(record.data), record.approximateArrivalTimestamp * 1000);
};

const byDevice = (records: readonly StreamRecord[]): Map<string, StreamRecord[]> => {
  const groups = new Map<string, StreamRecord[]>();
  for (const record of records) {
    const group = groups.get(record.partitionKey);
    if (group) group.push(record);
    else groups.set(record.partitionKey, [record]);
  }
  return groups;
};

const remember = (cache: Map<string, Device>, device: Device): void => {
  const id = device.registration.deviceId;
  cache.delete(id);
  cache.set(id, device);
  if (cache.size > CACHED_DEVICES) cache.delete(cache.keys().next().value as string);
};

const load = async ({ cache, store }: Consumer, ids: readonly string[]): Promise<Map<string, Device>> => {
  const devices = new Map(ids.flatMap((id) => (cache.has(id) ? [[id, cache.get(id) as Device] as const] : [])));
  const unknown = ids.filter((id) => !devices.has(id));
  if (unknown.length > 0) for (const device of await store.read(unknown)) devices.set(device.registration.deviceId, device);
  return devices;
};

const refuse = (record: StreamRecord, fault: Fault): Quarantined => ({
  id: record.sequenceNumber,
  deviceId: record.partitionKey,
  arrivedAt: Math.round(record.approximateArrivalTimestamp * 1000),
  fault,
  data: record.data,
});

const UNKNOWN: Fault = { reason: 'unknown-device', detail: 'not registered, or of a type that is not configured' };

/** Decodes each group; what cannot be used is put aside. */
const sort = (consumer: Consumer, groups: Map<string, StreamRecord[]>, devices: Map<string, Device>) => {
  const readings = new Map<string, Reading[]>();
  const poison: Quarantined[] = [];
  for (const [id, group] of groups) {
    const device = devices.get(id);
    const type = device && consumer.types.get(device.registration.deviceType);
    if (!type) {
      for (const record of group) poison.push(refuse(record, UNKNOWN));
      continue;
    }
    const good: Reading[] = [];
    for (const record of group) {
      const decoded = decode(record, type);
      if (isFault(decoded)) poison.push(refuse(record, decoded));
      else good.push(decoded);
    }
    if (good.length > 0) readings.set(id, good);
  }
  return { readings, poison };
};

export const consume = async (consumer: Consumer, records: readonly StreamRecord[], now: number): Promise<Consumed> => {
  const { cache, store, types, warn } = consumer;
  const groups = byDevice(records);
  const devices = await load(consumer, [...groups.keys()]);
  const { readings, poison } = sort(consumer, groups, devices);
  if (poison.length > 0) await consumer.quarantine(poison);

  let duplicates = 0;
  let writes = 0;
  const failed = new Set<string>();
  let pending = [...readings.keys()];
  for (let round = 0; pending.length > 0 && round < ROUNDS; round++) {
    const folds = pending.map((id): Write => {
      const device = devices.get(id) as Device;
      const type = types.get(device.registration.deviceType) as CompiledType;
      return { device, folded: fold(device.registration, type, device.state, readings.get(id) as Reading[]) };
    });
    for (const { folded } of folds) duplicates += folded.duplicates;
    const needed = folds.filter(({ device, folded }) => folded.state !== device.state || folded.late.length > 0);
    const written = await store.write(needed, now);
    writes += needed.length;
    pending = [];
    needed.forEach(({ device, folded }, i) => {
      const id = device.registration.deviceId;
      const result = written[i];
      cache.delete(id);
      if (result?.outcome === 'written') {
        remember(cache, { ...device, state: folded.state, version: device.version + 1 });
      } else if (result?.outcome === 'refused' && result.device) {
        devices.set(id, result.device);
        pending.push(id);
      } else {
        failed.add(id);
        warn('state not written', { deviceId: id, outcome: result });
      }
    });
  }
  for (const id of pending) {
    failed.add(id);
    warn('state not written', { deviceId: id, outcome: `refused ${ROUNDS} times` });
  }
  return {
    failed: [...failed].map((id) => (groups.get(id) as StreamRecord[])[0]?.sequenceNumber as string),
    counts: { readings: records.length - poison.length, quarantined: poison.length, duplicates, writes },
  };
};
