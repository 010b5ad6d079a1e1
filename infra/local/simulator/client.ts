/** The MQTT client that any device could be: 3.1.1 over TLS, with its own key and certificate. */
import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { Failure } from '#runtime/failure.ts';
import { type Connection, deviceFiles } from '../device-files.ts';

export const connectDevice = ({ host, port, clientId }: Connection, folder: string): MqttClient => {
  const files = deviceFiles(folder, clientId);
  return mqtt.connect({
    protocol: 'mqtts',
    host,
    port,
    clientId,
    clean: true,
    key: readFileSync(files.key),
    cert: readFileSync(files.certificate),
    ca: readFileSync(files.ca),
    protocolVersion: 4,
    reconnectPeriod: FIRST_WAIT_MS,
    connectTimeout: 10_000,
  });
};

/** Once the broker has accepted it; a device that is refused is ended, or it would knock for ever and keep the process alive. */
export const whenConnected = (client: MqttClient): Promise<void> =>
  new Promise((resolve, reject) => {
    const refused = (error?: Error) => {
      client.end(true);
      const id = client.options.clientId ?? '';
      const text = { zh: `设备 ${id} 的连接被拒绝`, en: `The connection of device ${id} was refused` };
      reject(new Failure('refused', 'connection-refused', text, { deviceId: id }, error));
    };
    client.once('error', refused);
    client.once('close', refused);
    client.once('connect', () => {
      client.off('error', refused).off('close', refused);
      resolve();
    });
  });

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Twice as long after each failure. `chance`, 0 to 1, takes up to half of it off: a fleet cut off at once must not come back at once. */
export const backOffMs = (failures: number, chance: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (1 - chance / 2);

/** Comes back by itself after whatever happened, also when refused: a certificate may be put right. */
export const keepConnected = (client: MqttClient): MqttClient => {
  let failures = 0;
  client.options.reconnectOnConnackError = true;
  client.on('connect', () => {
    failures = 0;
    client.options.reconnectPeriod = FIRST_WAIT_MS;
  });
  // The client's own listener came first, so this wait is the one after the next failure.
  client.on('close', () => {
    client.options.reconnectPeriod = backOffMs(++failures, Math.random());
  });
  // Unheard, it would end the process.
  client.on('error', () => undefined);
  return client;
};
