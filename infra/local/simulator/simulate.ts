/** Plays the recorded series over stock MQTT, each device by its own certificate, at a pace that a person can follow. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import type { Config } from '#infra/config/schema.ts';
import { type Connection, readConnection } from '../device-files.ts';
import type { Outputs } from '../outputs.ts';
import { localDir, type Report } from '../processes.ts';
import { connectDevice, keepConnected } from './client.ts';
import { fleetOf } from './fleet.ts';
import { type Score, scoreOf, valuesAt } from './player.ts';
import { recordedSeries } from './series.ts';

export { connectDevice } from './client.ts';

/** Readings per device and minute. */
export const USUAL_PACE = 6;

export interface SimulateOptions {
  readonly outputs: Outputs;
  readonly config: Config;
  readonly pace?: number | undefined;
  readonly report: Report;
  /** Ends it, as `stop` does. */
  readonly signal?: AbortSignal | undefined;
}

export interface Statistics {
  readonly devices: number;
  readonly connected: number;
  readonly sent: number;
  /** Of those sent, the ones that the broker took. */
  readonly acknowledged: number;
  /** Lost, for the device was cut off or the broker refused it. */
  readonly failed: number;
}

export interface Player {
  readonly statistics: () => Statistics;
  stop(): Promise<void>;
}

/** How many messages are due, less those begun. After a pause (a laptop asleep) what was missed is let go. */
export const dueNow = (
  elapsedMs: number,
  perMinute: number,
  begun: number,
  atOnce: number,
): { readonly skip: number; readonly send: number } => {
  const due = Math.floor((elapsedMs * perMinute) / 60_000) + 1 - begun;
  return { skip: Math.max(0, due - atOnce), send: Math.max(0, Math.min(due, atOnce)) };
};

/** Grows also where two readings fall into one millisecond or the clock goes back. */
export const nextSeq = (last: number, now: number): number => Math.max(last + 1, now);

interface Device {
  readonly connection: Connection;
  readonly client: MqttClient;
  readonly score: Score;
  seq: number;
}

const TICK_MS = 20;
/** So long the first readings wait for the connections; a device that was refused must not hold up the others. */
const WELCOME_MS = 2_000;
/** Longer than this nobody waits for a broker that is gone. */
const FAREWELL_MS = 500;

const connectFleet = (config: Config): Device[] => {
  const folder = join(localDir, 'devices');
  const recorded = recordedSeries();
  return fleetOf(config).flatMap((device): Device[] => {
    const connection = readConnection(folder, device.deviceId);
    if (connection === undefined) return [];
    return [{ connection, client: keepConnected(connectDevice(connection, folder)), score: scoreOf(recorded, config, device), seq: -1 }];
  });
};

/** Expects the fleet to be registered (`seedFleet`). */
export const simulate = async ({ config, pace = USUAL_PACE, report, signal }: SimulateOptions): Promise<Player> => {
  const devices = connectFleet(config);
  const count = { sent: 0, acknowledged: 0, failed: 0 };
  await Promise.race([
    Promise.all(devices.map(({ client }) => new Promise((done) => client.once('connect', done)))),
    sleep(WELCOME_MS, undefined, { ref: false }),
  ]);

  const speak = (device: Device, tick: number): void => {
    // What happens while a device is cut off is lost with it, as on a real one without a memory.
    if (!device.client.connected) {
      count.failed++;
      return;
    }
    const now = Date.now();
    device.seq = nextSeq(device.seq, now);
    const reading = { seq: device.seq, at: new Date(now).toISOString(), values: valuesAt(device.score, tick) };
    count.sent++;
    device.client.publish(device.connection.topic, JSON.stringify(reading), { qos: 1 }, (error) => {
      if (error) count.failed++;
      else count.acknowledged++;
    });
  };

  let begun = 0;
  const startedAt = performance.now();
  // One after another, evenly over the period: real devices don't all speak at once.
  const timer = setInterval(() => {
    const { skip, send } = dueNow(performance.now() - startedAt, pace * devices.length, begun, devices.length);
    begun += skip;
    for (let i = 0; i < send; i++, begun++) speak(devices[begun % devices.length] as Device, Math.floor(begun / devices.length));
  }, TICK_MS);

  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await Promise.race([Promise.all(devices.map(({ client }) => client.endAsync(true))), sleep(FAREWELL_MS, undefined, { ref: false })]);
  };
  if (devices.length === 0) clearInterval(timer);
  if (signal?.aborted) await stop();
  else signal?.addEventListener('abort', () => void stop(), { once: true });
  const connected = () => devices.filter(({ client }) => client.connected).length;
  report(`${connected()}/${devices.length} 台设备，每台每分钟 ${pace} 次读数 devices, ${pace} readings a minute each`);
  return {
    statistics: () => ({ devices: devices.length, connected: connected(), ...count }),
    stop,
  };
};
