import { type Action, may } from '#functions/identity/access.ts';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { fromCursor, toCursor } from '#runtime/cursor.ts';
import { readEnv } from '#runtime/env.ts';
import { Failure } from '#runtime/failure.ts';
import { type Call, httpApi, serve } from '#runtime/http.ts';
import { getDevice, listDevices, listReadings } from '../api.ts';
import { compileConfig, type DevicesConfig } from '../config.ts';
import { devicesApiEnv } from '../environment.ts';
import { listTown, readCurve, toView } from '../history.ts';
import { parseInstant } from '../reading.ts';
import { DeviceStore } from '../store.ts';
import * as validators from '../validators.generated.ts';

const env = readEnv(devicesApiEnv);
const client = dynamo();
const types = compileConfig(readConfig<DevicesConfig>());
const store = new DeviceStore(client, { devices: env.DEVICES_TABLE, readings: env.READINGS_TABLE, readingDays: 0 }, types);

const measuresOf = (deviceType: string) => types.get(deviceType)?.type.measures ?? [];
const idsOf = (deviceType: string) => measuresOf(deviceType).map((measure) => measure.id);

/** A device of a town that is not the caller's is as unknown as one that does not exist. */
const visible = async ({ principal }: Pick<Call<never>, 'principal'>, action: Action, deviceId: string) => {
  const [device] = await store.read([deviceId]);
  if (device && may(principal, action, device.registration.town)) return device;
  throw new Failure('notFound', 'unknown-device', { zh: '没有这台设备', en: 'No such device' });
};

const DAY_MS = 86_400_000;

/** The schema lets the 31st of June through. */
const instant = (text: string): number => {
  const at = parseInstant(text);
  if (Number.isNaN(at)) throw new Failure('invalid', 'invalid-input', { zh: `没有这个时间：${text}`, en: `No such time: ${text}` });
  return at;
};

export const handler = httpApi(
  [
    serve(listDevices, async (call) => {
      const { town, limit = 200, cursor } = call.query;
      if (!may(call.principal, 'devices:read', town)) return { items: [] };
      const { ids, next } = await listTown(client, env.DEVICES_TABLE, town, limit, fromCursor(cursor, { town }));
      const devices = await store.read(ids);
      const items = devices.map((device) => toView(device, idsOf(device.registration.deviceType)));
      return { items: items.sort((a, b) => a.deviceId.localeCompare(b.deviceId)), ...toCursor(next) };
    }),
    serve(getDevice, async (call) => {
      const device = await visible(call, 'devices:read', call.params.deviceId);
      const { deviceType } = device.registration;
      const rules = types.get(deviceType)?.rules.map(({ rule }) => rule) ?? [];
      return { device: toView(device, idsOf(deviceType)), measures: [...measuresOf(deviceType)], rules };
    }),
    serve(listReadings, async (call) => {
      const device = await visible(call, 'devices:read', call.params.deviceId);
      const to = call.query.to === undefined ? call.now : instant(call.query.to);
      const from = call.query.from === undefined ? to - DAY_MS : instant(call.query.from);
      const range = { from, to, limit: call.query.limit ?? 1000 };
      const points = await readCurve(client, env.READINGS_TABLE, device, idsOf(device.registration.deviceType), range);
      return { deviceId: device.registration.deviceId, points };
    }),
  ],
  validators,
);
