/**
 * `npm run device -- add <type> <town>`               registers one more device and writes its files to .local/devices/<id>/
 * `npm run device -- list`                            the devices whose files are here
 * `npm run device -- publish <id> <measure>=<value>`  sends one reading as the device
 * `npm run device -- revoke <id>`                     its certificates work no more
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '#runtime/failure.ts';
import { loadConfig } from '../config/load.ts';
import { nearest } from '../config/names.ts';
import type { Config } from '../config/schema.ts';
import { readOutputs } from './outputs.ts';
import { localDir, root } from './processes.ts';
import { describeDevice, deviceFiles, readConnection, registerDevice, registryContext, revokeDevice } from './registry.ts';
import { runScript } from './script.ts';
import { deviceOf } from './simulator/fleet.ts';
import { connectDevice } from './simulator/simulate.ts';

const folder = join(localDir, 'devices');

const unknown = (what: { zh: string; en: string }, given: string | undefined, valid: readonly string[]): Failure => {
  const near = given === undefined ? undefined : nearest(given, valid);
  const hint = near ? { zh: `是否指 ${near}？`, en: `Did you mean ${near}? ` } : { zh: '', en: '' };
  return new Failure('invalid', 'unknown-name', {
    zh: `没有${what.zh}“${given ?? ''}”。${hint.zh}可用：${valid.join('、')}`,
    en: `No ${what.en} "${given ?? ''}". ${hint.en}Use one of: ${valid.join(', ')}`,
  });
};

const known = (): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

const add = async (config: Config, typeId: string | undefined, townId: string | undefined): Promise<void> => {
  const types = config.domains.flatMap((domain) => domain.deviceTypes);
  const type = types.find(({ id }) => id === typeId);
  if (!type) throw unknown({ zh: '设备类型', en: 'device type' }, typeId, types.map(({ id }) => id));
  const town = config.district.towns.find(({ id }) => id === townId);
  if (!town) throw unknown({ zh: '镇', en: 'town' }, townId, config.district.towns.map(({ id }) => id));
  const prefix = `${type.id}-${town.id}-`;
  const numbers = known().filter((id) => id.startsWith(prefix)).map((id) => Number(id.slice(prefix.length)));
  const device = deviceOf(type, town, Math.max(0, ...numbers) + 1, types.indexOf(type));
  const connection = await registerDevice(device, registryContext(readOutputs(), config));
  const { key, certificate, ca } = deviceFiles(folder, device.deviceId);
  console.log(`${device.deviceId}
  ${deviceFiles(folder, device.deviceId).folder}

mosquitto_pub --host localhost --port ${connection.port} --id ${connection.clientId} --qos 1 \\
  --cafile ${ca} --cert ${certificate} --key ${key} \\
  --topic '${connection.topic}' --message '${JSON.stringify(connection.payload)}'`);
};

const list = async (config: Config): Promise<void> => {
  const context = registryContext(readOutputs(), config);
  for (const id of known()) {
    const status = await describeDevice(id, context);
    const certificates = status?.certificates.map((one) => one.status).join(', ') ?? '未登记 not registered';
    console.log(`${id.padEnd(28)} ${(status?.town ?? '').padEnd(12)} ${certificates}`);
  }
};

const publish = async (id: string | undefined, pairs: readonly string[]): Promise<void> => {
  const connection = id === undefined ? undefined : readConnection(folder, id);
  if (!connection) throw unknown({ zh: '设备', en: 'device' }, id, known());
  const values = pairs.length > 0 ? Object.fromEntries(pairs.map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])])) : connection.payload.values;
  const client = connectDevice(connection, folder);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Failure('refused', 'connection-refused', { zh: `设备 ${id} 的连接被拒绝`, en: `The connection of ${id} was refused` })));
  });
  const now = Date.now();
  const payload = JSON.stringify({ seq: now, at: new Date(now).toISOString(), values });
  await client.publishAsync(connection.topic, payload, { qos: 1 });
  await client.endAsync();
  console.log(`${connection.topic}\n${payload}`);
};

await runScript(async () => {
  const [command, first, second, ...rest] = parseArgs({ allowPositionals: true, strict: false }).positionals;
  const config = loadConfig(root, process.env.DISTRICT);
  switch (command) {
    case 'add':
      return add(config, first, second);
    case 'list':
      return list(config);
    case 'publish':
      readOutputs();
      return publish(first, second === undefined ? [] : [second, ...rest]);
    case 'revoke': {
      if (first === undefined || !known().includes(first)) throw unknown({ zh: '设备', en: 'device' }, first, known());
      const count = await revokeDevice(first, registryContext(readOutputs(), config));
      console.log(`${first}: ${count} 张证书已吊销 certificates revoked`);
      return;
    }
    default:
      throw unknown({ zh: '命令', en: 'command' }, command, ['add', 'list', 'publish', 'revoke']);
  }
});
