/** What the system tests know of the running district, and how they act in it: as people by token, as devices by certificate, as DevOps by command. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { MqttClient } from 'mqtt';
import { loadConfig } from '#infra/config/load.ts';
import type { Config } from '#infra/config/schema.ts';

export const root = join(import.meta.dirname, '..', '..');
export const directory = join(root, '.local', 'test-district');

/** A minute of an escalation is a second here. */
export const HURRY = 100;

export const environment = {
  LOCAL_DIR: directory,
  LOCAL_PORT_BASE: process.env.TEST_PORT_BASE ?? '7560',
  HURRY: String(HURRY),
  AUTOSAVE_SECONDS: '1',
  TTL_SWEEP_SECONDS: '2',
};

// Before anything is imported that reads it.
process.env.LOCAL_DIR = directory;
const { readOutputs, environmentOf, stackOutput } = await import('#infra/local/outputs.ts');
const { mintToken } = await import('#infra/local/oidc/mint.ts');
const { personas } = await import('#infra/local/personas.ts');
const { deviceFiles, readConnection, registerDevice, registryContext, revokeDevice } = await import('#infra/local/registry.ts');
const { connectDevice } = await import('#infra/local/simulator/simulate.ts');

export const config: Config = loadConfig(root);
export const outputs = () => readOutputs();
export const output = (key: string): string => stackOutput(outputs(), key);
export const aws = () => {
  const { endpointUrl, region } = outputs();
  return {
    endpoint: endpointUrl as string,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    useQueueUrlAsEndpoint: false,
  };
};

/** Asks until the answer is there; what it last was goes into the error. */
export const eventually = async <T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 20): Promise<T> => {
  let last: unknown;
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await sleep(100)) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`Not within ${seconds} s: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`);
};

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export const tokenOf = async (id: string, expiresIn?: number): Promise<string> => {
  const persona = personas(config, Date.now()).find((one) => one.id === id);
  if (!persona) throw new Error(`No persona ${id}`);
  return mintToken({ config, keysFile: join(directory, 'oidc-keys.json'), issuer: outputs().oidcIssuer, persona, expiresIn });
};

export const request = async <T = unknown>(
  method: string,
  path: string,
  token: string | undefined,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> => {
  const response = await fetch(`${outputs().apiUrl}${path}`, {
    method,
    headers: { 'accept-language': 'en', ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
};

/** Somebody with a token. */
export const as = (id: string) => ({
  get: async <T>(path: string) => request<T>('GET', path, await tokenOf(id)),
  post: async <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
    request<T>('POST', path, await tokenOf(id), body, headers),
  put: async <T>(path: string, body: unknown, ifMatch: string) => request<T>('PUT', path, await tokenOf(id), body, { 'if-match': ifMatch }),
  delete: async <T>(path: string) => request<T>('DELETE', path, await tokenOf(id)),
});

/** Nothing is open any more, whichever file ran before: incidents of one town and plan are one. */
export const resolveAll = async (): Promise<void> => {
  const { body } = await as('commander').get<{ items: { incidentId: string }[] }>('/v1/incidents?limit=200');
  for (const { incidentId } of body.items) await as('commander').post(`/v1/incidents/${incidentId}/resolution`, { reason: '测试前清理' });
};

const folder = join(directory, 'devices');

export interface TestDevice {
  readonly id: string;
  readonly client: MqttClient;
  /** Sends one reading as the device would and waits until the broker has it. */
  readonly send: (values: Record<string, number>, options?: { seq?: number; at?: Date }) => Promise<number>;
  /** Bytes as they are. */
  readonly sendRaw: (payload: string | Buffer, topic?: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

let lastSeq = 0;

export const connect = async (id: string): Promise<TestDevice> => {
  const connection = readConnection(folder, id);
  if (!connection) throw new Error(`No device ${id}`);
  const client = connectDevice(connection, folder);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('connection refused')));
  });
  const sendRaw = async (payload: string | Buffer, topic = connection.topic) => {
    await client.publishAsync(topic, payload, { qos: 1 });
  };
  return {
    id,
    client,
    sendRaw,
    send: async (values, { seq, at = new Date() } = {}) => {
      lastSeq = seq ?? Math.max(lastSeq + 1, Date.now());
      await sendRaw(JSON.stringify({ seq: lastSeq, at: at.toISOString(), values }));
      return lastSeq;
    },
    close: () => client.endAsync(true),
  };
};

/** Registers a device as an installer would and connects it. */
export const install = async (deviceType: string, town: string, name: string): Promise<TestDevice> => {
  const deviceId = `${deviceType}-${town}-${name}`;
  const place = config.district.towns.find(({ id }) => id === town)?.place ?? { lon: 0, lat: 0 };
  await registerDevice(
    { deviceId, deviceType, town, place, name: { zh: deviceId, en: deviceId } },
    registryContext(outputs(), config, folder),
  );
  return connect(deviceId);
};

export const revoke = (id: string): Promise<number> => revokeDevice(id, registryContext(outputs(), config, folder));
export const filesOf = (id: string) => deviceFiles(folder, id);

const run = promisify(execFile);

/** A command as DevOps types it. */
export const command = async (script: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const env = { ...process.env, ...environment, ...environmentOf(outputs()) };
  try {
    const { stdout, stderr } = await run(process.execPath, [join(root, 'infra/local', script), ...args], { cwd: root, env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
};
