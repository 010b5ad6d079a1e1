/** Plays the recorded series over stock MQTT, each device by its own certificate, at a pace that a person can follow. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { Rule } from '#functions/devices/rule.ts';
import type { Config } from '#infra/config/schema.ts';
import type { Outputs } from '../outputs.ts';
import { localDir, type Report } from '../processes.ts';
import { type Connection, deviceFiles, readConnection } from '../registry.ts';
import { fleetOf } from './fleet.ts';
import { type Track, trackFor, valueAt } from './player.ts';
import { recordedSeries } from './series.ts';

/** Readings per device and minute. */
export const USUAL_PACE = 12;

export interface SimulateOptions {
  readonly outputs: Outputs;
  readonly config: Config;
  readonly pace?: number | undefined;
  readonly report: Report;
}

export interface Player {
  readonly sent: () => number;
  stop(): Promise<void>;
}

/** A client as any device would be: MQTT 3.1.1 over TLS with its own key. */
export const connectDevice = (connection: Connection, folder: string, options: { readonly keepSession?: boolean } = {}): MqttClient => {
  const files = deviceFiles(folder, connection.clientId);
  return mqtt.connect({
    protocol: 'mqtts',
    host: connection.host,
    port: connection.port,
    // The local broker's certificate names localhost.
    servername: connection.host === '127.0.0.1' ? 'localhost' : connection.host,
    clientId: connection.clientId,
    clean: !options.keepSession,
    key: readFileSync(files.key),
    cert: readFileSync(files.certificate),
    ca: readFileSync(files.ca),
    protocolVersion: 4,
    reconnectPeriod: 2_000,
    connectTimeout: 10_000,
  });
};

/** Beyond the lowest bound of any of the measure's rules. */
const isExtreme =
  (rules: readonly Rule[]) =>
  (value: number): boolean =>
    rules.some(({ when, levels }) => (when === 'above' ? value > Math.min(...Object.values(levels)) : value < Math.max(...Object.values(levels))));

interface Device {
  readonly connection: Connection;
  readonly client: MqttClient;
  readonly tracks: Readonly<Record<string, Track>>;
}

const tracksOf = (config: Config, deviceId: string, deviceType: string, leads: boolean): Device['tracks'] => {
  const series = recordedSeries();
  const type = config.domains.flatMap((domain) => domain.deviceTypes).find(({ id }) => id === deviceType);
  const rules = config.domains.flatMap((domain) => domain.rules).filter((rule) => rule.deviceType === deviceType);
  return Object.fromEntries(
    (type?.measures ?? []).flatMap(({ id }) => {
      const recorded = series[id];
      const ofMeasure = rules.filter(({ measure }) => measure === id);
      return recorded ? [[id, trackFor(deviceId, recorded, leads, isExtreme(ofMeasure))]] : [];
    }),
  );
};

const publish = ({ client, connection, tracks }: Device, tick: number): boolean => {
  // What happens while a device is cut off is lost with it, as on a real one without a buffer.
  if (!client.connected) return false;
  const now = Date.now();
  const values = Object.fromEntries(Object.entries(tracks).map(([measure, track]) => [measure, valueAt(track, tick)]));
  client.publish(connection.topic, JSON.stringify({ seq: now, at: new Date(now).toISOString(), values }), { qos: 1 }, () => undefined);
  return true;
};

export const simulate = async ({ outputs: _, config, pace = USUAL_PACE, report }: SimulateOptions): Promise<Player> => {
  const folder = join(localDir, 'devices');
  const [first] = config.district.towns;
  const devices = fleetOf(config).flatMap(({ deviceId, deviceType, town }): Device[] => {
    const connection = readConnection(folder, deviceId);
    const tracks = tracksOf(config, deviceId, deviceType, town === first?.id);
    if (!connection || Object.keys(tracks).length === 0) return [];
    const client = connectDevice(connection, folder);
    // Reconnects by itself; an unheard 'error' would end the process.
    client.on('error', () => undefined);
    return [{ connection, client, tracks }];
  });
  const period = 60_000 / pace;
  let sent = 0;
  const timers: NodeJS.Timeout[] = [];
  devices.forEach((device, i) => {
    let tick = 0;
    const send = () => {
      if (publish(device, tick)) sent++;
      tick++;
    };
    // Spread over the period: real devices don't all speak at once.
    const offset = (period * i) / devices.length;
    timers.push(
      setTimeout(() => {
        send();
        timers.push(setInterval(send, period));
      }, offset),
    );
  });
  report(`${devices.length} 台设备，每台每分钟 ${pace} 次读数 devices, ${pace} readings a minute each`);
  return {
    sent: () => sent,
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(devices.map(({ client }) => client.endAsync(true)));
    },
  };
};
