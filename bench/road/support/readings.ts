/** The batch that all offline parts measure: 500 readings of 100 water mains, as Lambda hands them over. */
import { join } from 'node:path';
import { compileConfig } from '#functions/devices/config.ts';
import type { StreamRecord } from '#functions/devices/consume.ts';
import type { Registration } from '#functions/devices/device.ts';
import { loadConfig } from '#infra/config/load.ts';

export const RECORDS = 500;
export const DEVICES = 100;
const TYPE = 'water-main';

export const devicesConfig = () => {
  const { domains } = loadConfig(join(import.meta.dirname, '..', '..', '..'));
  return {
    deviceTypes: domains.flatMap((domain) => domain.deviceTypes),
    rules: domains.flatMap((domain) => domain.rules.map((rule) => ({ domain: domain.id, rule }))),
  };
};

export const compiledType = () => {
  const type = compileConfig(devicesConfig()).get(TYPE);
  if (!type) throw new Error(`No device type ${TYPE}`);
  return type;
};

export const registration = (deviceId: string): Registration => ({
  deviceId,
  deviceType: TYPE,
  name: { zh: deviceId, en: deviceId },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
});

export interface Batch {
  readonly texts: readonly string[];
  readonly records: readonly StreamRecord[];
}

/** The `number`th batch from `start` (ms) on: each device's readings follow those of the batch before. */
export const batch = (start: number, number = 0): Batch => {
  const texts = Array.from({ length: RECORDS }, (_, i) => {
    const at = start + number * 5_000 + i * 10;
    return JSON.stringify({ seq: at, at: new Date(at).toISOString(), values: { flow: 102 + Math.round(Math.sin(i) * 300) / 100 } });
  });
  const records = texts.map((text, i) => ({
    sequenceNumber: String(1e15 + number * RECORDS + i),
    partitionKey: `${TYPE}-${i % DEVICES}`,
    data: Buffer.from(text).toString('base64'),
    approximateArrivalTimestamp: (start + number * 5_000 + i * 10) / 1000,
  }));
  return { texts, records };
};

export const parseAll = (texts: readonly string[]): number => {
  let sum = 0;
  for (const text of texts) sum += (JSON.parse(text) as { seq: number }).seq;
  return sum;
};
