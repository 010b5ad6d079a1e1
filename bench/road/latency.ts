/** From a dangerous reading's publish to what a person sees and to the first call, while the whole fleet goes on sending. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertView } from '#functions/alerts/api.ts';
import type { PhoneMessage } from '#functions/emergency/api.ts';
import type { Connection } from '#infra/local/registry.ts';
import { connectDevice, whenConnected } from '#infra/local/simulator/client.ts';
import { load } from '../load.ts';
import { percentile } from '../pace.ts';
import type { Part } from '../part.ts';
import { type BenchDistrict, withDistrict } from './support/district.ts';

const RATE = 500;
const FLEET = 50;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 90);
const WARM_UP_MS = 10_000;
const POLL_MS = 50;
const REACH_MS = 1_500;

interface Pushed {
  readonly name: string;
  readonly data: { readonly deviceId?: string; readonly incidentId?: string };
}

/** What the console's stream tells and what lies on the phones, each with the moment at which it was first seen. */
class Watch {
  readonly alerts = new Map<string, { at: number; alertId: string }>();
  /** By the incident: when its first call was seen on a phone. */
  readonly calls = new Map<string, number>();
  #ended = false;

  async start(district: BenchDistrict): Promise<void> {
    const { liveUrl } = (await (await fetch(`${district.outputs.consoleUrl}/config.json`)).json()) as { liveUrl: string };
    const socket = new WebSocket(liveUrl, ['luojiang.v1', `bearer.${await district.token('commander')}`]);
    socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    void this.#poll(district, await district.token('devops'));
  }

  #hear(text: string): void {
    const events: unknown = JSON.parse(text);
    if (!Array.isArray(events)) return;
    for (const { name, data } of events as (Pushed & { data: { alertId: string } })[]) {
      if (name === 'AlertRaised' && data.deviceId) this.alerts.set(data.deviceId, { at: performance.now(), alertId: data.alertId });
    }
  }

  async #poll(district: BenchDistrict, token: string): Promise<void> {
    while (!this.#ended) {
      const { items } = await district.call<{ items: PhoneMessage[] }>(token, 'GET', '/v1/phones?limit=20');
      const now = performance.now();
      for (const { incidentId } of items) if (!this.calls.has(incidentId)) this.calls.set(incidentId, now);
      await sleep(POLL_MS);
    }
  }

  end(): void {
    this.#ended = true;
  }
}

const until = async <T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (const late = performance.now() + 30_000; performance.now() < late; await sleep(20)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`Not within 30 s: ${what}`);
};

interface Sample {
  readonly alert: number;
  readonly call: number;
}

/** One town's river rises, is called for, and is resolved; again and again until `ends` (performance.now()). */
const rounds = async (district: BenchDistrict, watch: Watch, connection: Connection, ends: number): Promise<Sample[]> => {
  const client = connectDevice(connection, district.folder);
  await whenConnected(client);
  const token = await district.token('commander');
  const send = (level: number) => client.publishAsync(connection.topic, reading(level), { qos: 1 });
  const samples: Sample[] = [];
  while (performance.now() < ends) {
    watch.alerts.delete(connection.clientId);
    // The rule wants two readings in a row; the second is the one that matters.
    await send(5.6);
    const sent = performance.now();
    await send(5.7);
    const { at, alertId } = await until('the alert', () => watch.alerts.get(connection.clientId));
    const { incidentId } = await until('the incident', async () => {
      const alert = await district.call<AlertView>(token, 'GET', `/v1/alerts/${alertId}`);
      return alert.incidentId === undefined ? undefined : { incidentId: alert.incidentId };
    });
    const called = await until('the call', () => watch.calls.get(incidentId));
    samples.push({ alert: at - sent, call: called - sent });
    await send(1);
    await send(1);
    await district.call(token, 'POST', `/v1/incidents/${incidentId}/resolution`, { reason: '测量 bench' });
    await sleep(200);
  }
  await client.endAsync(true);
  return samples;
};

let seq = Date.now();
const reading = (level: number): string => JSON.stringify({ seq: ++seq, at: new Date().toISOString(), values: { level } });

const told = (values: readonly number[]): string => {
  const ascending = values.toSorted((a, b) => a - b);
  return [50, 99, 100].map((rank) => percentile(ascending, rank).toFixed(0)).join(' / ');
};

export const part: Part = {
  name: 'latency',
  run: (report) =>
    withDistrict(report, async (district) => {
      const fleet = await district.install(
        'water-main',
        Array.from({ length: FLEET }, (_, i) => ({ id: `water-main-fleet-${i}`, town: 'wanan' })),
      );
      const rivers = await district.install(
        'river-level',
        district.config.district.towns.map(({ id }) => ({ id: `river-level-${id}-bench`, town: id })),
      );
      const watch = new Watch();
      await watch.start(district);
      const sending = load({ devices: fleet, folder: district.folder, rate: RATE, seconds: SECONDS, report });
      await sleep(WARM_UP_MS);
      const ends = performance.now() + SECONDS * 1000 - WARM_UP_MS - 5_000;
      const samples = (await Promise.all(rivers.map((river) => rounds(district, watch, river, ends)))).flat();
      const { rate } = await sending;
      watch.end();
      const calls = samples.map(({ call }) => call);
      const alerts = samples.map(({ alert }) => alert);
      const p99 = percentile(
        calls.toSorted((a, b) => a - b),
        99,
      );
      return [
        {
          what: `publish → alert in the console’s stream, at ${rate.toFixed(0)} msg/s: p50 / p99 / max of ${samples.length}, ms`,
          reach: `≤ ${REACH_MS} ms`,
          measured: told(alerts),
          met:
            percentile(
              alerts.toSorted((a, b) => a - b),
              99,
            ) <= REACH_MS,
        },
        {
          what: `publish → first call seen on the phone (asked for every ${POLL_MS} ms, which is in it)`,
          reach: `p99 ≤ ${REACH_MS} ms`,
          measured: told(calls),
          met: p99 <= REACH_MS,
        },
      ];
    }),
};
