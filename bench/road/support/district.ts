/** The district that the parts on the local cloud measure: its own folder and ports, from an empty state, waits as the plans say. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { compileConfig } from '#functions/devices/config.ts';
import { DeviceStore } from '#functions/devices/store.ts';
import { loadConfig } from '#infra/config/load.ts';
import type { Config } from '#infra/config/schema.ts';
import { startInBackground } from '#infra/local/background.ts';
import { inParallel } from '#infra/local/in-parallel.ts';
import { mintToken } from '#infra/local/oidc/mint.ts';
import { type Outputs, stackOutput } from '#infra/local/outputs.ts';
import { personas } from '#infra/local/personas.ts';
import { type Report, type RunRecord, root } from '#infra/local/processes.ts';
import { type Connection, registerDevice, registryContext } from '#infra/local/registry.ts';
import { devicesConfig } from './readings.ts';

const directory = join(root, '.local', 'bench-district');
const PORT_BASE = '8560';
const REGISTERED_AT_ONCE = 4;

const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(directory, name), 'utf8')) as T;

export class BenchDistrict {
  readonly outputs: Outputs = readJson('outputs.json');
  readonly config: Config = loadConfig(root);
  readonly emulatorPid = readJson<RunRecord>('run.json').cloudPid;
  readonly folder = join(directory, 'devices');
  readonly #store: DeviceStore;

  constructor() {
    const client = new DynamoDBClient({
      endpoint: this.outputs.endpointUrl as string,
      region: this.outputs.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const tables = { devices: stackOutput(this.outputs, 'DevicesTableName'), readings: '', readingDays: 0 };
    this.#store = new DeviceStore(client, tables, compileConfig(devicesConfig()));
  }

  /** Registers them as an installer would. */
  async install(deviceType: string, names: readonly { readonly id: string; readonly town: string }[]): Promise<Connection[]> {
    const context = registryContext(this.outputs, this.config, this.folder);
    return inParallel(REGISTERED_AT_ONCE, names, ({ id, town }) => {
      const place = this.config.district.towns.find((one) => one.id === town)?.place ?? { lon: 0, lat: 0 };
      return registerDevice({ deviceId: id, deviceType, town, place, name: { zh: id, en: id } }, context);
    });
  }

  /** The sequence number up to which each device's state is written. */
  async writtenUpTo(ids: readonly string[]): Promise<Map<string, number>> {
    const devices = await this.#store.read(ids);
    return new Map(devices.map(({ registration, state }) => [registration.deviceId, state.seq]));
  }

  async token(id: string): Promise<string> {
    const persona = personas(this.config, Date.now()).find((one) => one.id === id);
    if (!persona) throw new Error(`No persona ${id}`);
    return mintToken({ config: this.config, keysFile: join(directory, 'oidc-keys.json'), issuer: this.outputs.oidcIssuer, persona });
  }

  /** Calls the API as somebody. */
  async call<T>(
    token: string,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const response = await fetch(`${this.outputs.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

/** `environment`: what it is started with beside, such as HURRY. */
export const withDistrict = async <T>(
  report: Report,
  work: (district: BenchDistrict) => Promise<T>,
  environment: Readonly<Record<string, string>> = {},
): Promise<T> => {
  rmSync(directory, { recursive: true, force: true });
  report('启动本地云 starting a district');
  const running = await startInBackground({ directory, environment: { LOCAL_PORT_BASE: PORT_BASE, ...environment } });
  try {
    return await work(new BenchDistrict());
  } finally {
    await running.stop();
  }
};
