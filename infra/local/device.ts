/** `npm run device`: a device of one's own, registered as an installer would register it. What each command does stands in USAGE. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Text } from '#events/envelope.ts';
import type { DeviceType } from '#functions/devices/device-type.ts';
import { Failure } from '#runtime/failure.ts';
import { loadConfig } from '../config/load.ts';
import { nearest } from '../config/names.ts';
import type { Config } from '../config/schema.ts';
import { deviceFiles, readConnection } from './device-files.ts';
import { inParallel } from './in-parallel.ts';
import { readOutputs } from './outputs.ts';
import { localDir, root } from './processes.ts';
import { describeDevice, registerDevice, registryContext, revokeDevice } from './registry.ts';
import { runScript } from './script.ts';
import { connectDevice, whenConnected } from './simulator/client.ts';
import { deviceOf } from './simulator/fleet.ts';
import { findDeviceType } from './simulator/ranges.ts';

const USAGE = `npm run device -- add <type> <town>                    登记一台新设备 registers one more device
npm run device -- list                                 本机的设备 the devices whose files are here
npm run device -- publish <id> [<measure>=<value> …]   以该设备发送一次读数 sends one reading as the device
npm run device -- revoke <id>                          吊销其证书 its certificates work no more`;

const folder = join(localDir, 'devices');

const known = (): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((id) => readConnection(folder, id))
        .sort()
    : [];

/** So many names a message lists; `list` shows all devices. */
const NAMES_SHOWN = 12;

const unknown = (what: Text, given: string | undefined, valid: readonly string[]): Failure => {
  const near = given === undefined ? undefined : nearest(given, valid);
  const hint = near ? { zh: `是否指 ${near}？`, en: `Did you mean ${near}? ` } : { zh: '', en: '' };
  const found =
    given === undefined
      ? { zh: `缺少${what.zh}。`, en: `No ${what.en} is given. ` }
      : { zh: `没有${what.zh}“${given}”。`, en: `There is no ${what.en} "${given}". ` };
  const names = valid.length > NAMES_SHOWN ? [...valid.slice(0, NAMES_SHOWN), '…'] : valid;
  return new Failure('invalid', 'unknown-name', {
    zh: `${found.zh}${hint.zh}可用：${names.join('、') || '无'}`,
    en: `${found.en}${hint.en}Use one of: ${names.join(', ') || '(none)'}`,
  });
};

const knownDevice = (id: string | undefined): string => {
  const ids = known();
  if (id !== undefined && ids.includes(id)) return id;
  throw unknown({ zh: '设备', en: 'device' }, id, ids);
};

const nextNumber = (prefix: string): number => {
  const numbers = known().flatMap((id) => (id.startsWith(prefix) ? [Number(id.slice(prefix.length))] : []));
  return Math.max(0, ...numbers.filter(Number.isInteger)) + 1;
};

const add = async (config: Config, typeId: string | undefined, townId: string | undefined): Promise<void> => {
  const types = config.domains.flatMap((domain) => domain.deviceTypes);
  const { towns } = config.district;
  const type = types.find(({ id }) => id === typeId);
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
  if (!type) throw unknown({ zh: '设备类型', en: 'device type' }, typeId, ids(types));
  const town = towns.find(({ id }) => id === townId);
  if (!town) throw unknown({ zh: '镇', en: 'town' }, townId, ids(towns));
  const outputs = readOutputs();
  const device = deviceOf(type, town, nextNumber(`${type.id}-${town.id}-`), types.indexOf(type));
  const { mosquitto } = await registerDevice(device, registryContext(outputs, config, folder));
  console.log(`${device.deviceId}
  ${device.name.zh} ${device.name.en}

文件 Files
  ${deviceFiles(folder, device.deviceId).folder}

发送 Send
  ${mosquitto}

查看 Look
  curl -H "Authorization: Bearer $(npm run -s token -- duty-officer-${town.id})" ${outputs.apiUrl}/v1/devices/${device.deviceId}/readings`);
};

const list = async (config: Config): Promise<void> => {
  const context = registryContext(readOutputs(), config, folder);
  const lines = await inParallel(8, known(), async (id) => {
    const status = await describeDevice(id, context);
    const certificates = status?.certificates.map((one) => one.status).join(', ') ?? '未登记 not registered';
    return `${id.padEnd(32)} ${(status?.town ?? '').padEnd(12)} ${certificates}`;
  });
  for (const line of lines) console.log(line);
  console.error(`${lines.length} 台 devices`);
};

/** `level=5.2`, with a measure that the type has and a number; what is out of range goes, for the platform to judge. */
const measured = (pair: string, { measures }: DeviceType): [string, number] => {
  const [measure = '', text = ''] = pair.split('=');
  const ids = measures.map(({ id }) => id);
  if (!ids.includes(measure)) throw unknown({ zh: '测量项', en: 'measure' }, measure, ids);
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return [measure, value];
  throw new Failure('invalid', 'not-a-number', { zh: `“${pair}”应为 ${measure}=数值`, en: `"${pair}" should be ${measure}=<number>` });
};

const publish = async (config: Config, id: string | undefined, pairs: readonly string[]): Promise<void> => {
  readOutputs();
  const connection = readConnection(folder, knownDevice(id));
  const type = connection && findDeviceType(config, connection.deviceType);
  if (!connection || !type)
    throw unknown(
      { zh: '设备类型', en: 'device type' },
      connection?.deviceType,
      config.domains.flatMap(({ deviceTypes }) => deviceTypes.map((one) => one.id)),
    );
  const values = { ...connection.payload.values, ...Object.fromEntries(pairs.map((pair) => measured(pair, type))) };
  const client = connectDevice(connection, folder);
  await whenConnected(client);
  const now = Date.now();
  const payload = JSON.stringify({ seq: now, at: new Date(now).toISOString(), values });
  // Resolves with the broker's PUBACK.
  await client.publishAsync(connection.topic, payload, { qos: 1 });
  await client.endAsync();
  console.log(`✓ ${connection.topic}\n  ${payload}`);
};

const revoke = async (config: Config, id: string | undefined): Promise<void> => {
  const outputs = readOutputs();
  const count = await revokeDevice(knownDevice(id), registryContext(outputs, config, folder));
  console.log(`${id}: ${count} 张证书已吊销 certificates revoked`);
};

await runScript(async () => {
  const [command, first, second, ...rest] = parseArgs({ allowPositionals: true }).positionals;
  const config = loadConfig(root, process.env.DISTRICT);
  switch (command) {
    case 'add':
      return add(config, first, second);
    case 'list':
      return list(config);
    case 'publish':
      return publish(config, first, second === undefined ? [] : [second, ...rest]);
    case 'revoke':
      return revoke(config, first);
    case undefined:
      console.log(USAGE);
      return;
    default:
      throw unknown({ zh: '命令', en: 'command' }, command, ['add', 'list', 'publish', 'revoke']);
  }
});
