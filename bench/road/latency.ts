/** From a dangerous reading's publish to what a person sees and to the first call, while the whole fleet goes on sending. */
import { setTimeout as sleep } from 'node:timers/promises';
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
  readonly data: { readonly deviceId: string; readonly alertId: string; readonly incidentId: string };
}

/** What the console's stream tells and what lies on the phones, each with the moment at which it was first seen. */
class Watch {
  readonly alerts = new Map<string, { at: number; alertId: string }>();
  /** By the alert that opened it. */
  readonly incidents = new Map<string, string>();
  /** By the incident: when its first call was seen on a phone. */
  readonly calls = new Map<string, number>();
  #ended = false;
  #polling: Promise<void> = Promise.resolve();

  async start(district: BenchDistrict): Promise<void> {
    const { liveUrl } = (await (await fetch(`${district.outputs.consoleUrl}/config.json`)).json()) as { liveUrl: string };
    const socket = new WebSocket(new URL(liveUrl, district.outputs.consoleUrl.replace(/^http/, 'ws')), [
      'luojiang.v1',
      `bearer.${await district.token('commander')}`,
    ]);
    socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    this.#polling = this.#poll(district, await district.token('devops'));
  }

  #hear(text: string): void {
    const events: unknown = JSON.parse(text);
    if (!Array.isArray(events)) return;
    for (const { name, data } of events as Pushed[]) {
      if (name === 'AlertRaised' && data.deviceId) this.alerts.set(data.deviceId, { at: performance.now(), alertId: data.alertId });
      if (name === 'IncidentOpened') this.incidents.set(data.alertId, data.incidentId);
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

  async end(): Promise<void> {
    this.#ended = true;
    await this.#polling;
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

interface River {
  readonly id: string;
  readonly send: (level: number) => Promise<unknown>;
  readonly end: () => Promise<void>;
}

const connectRiver = async (connection: Connection, folder: string): Promise<River> => {
  const client = connectDevice(connection, folder);
  await whenConnected(client);
  return {
    id: connection.clientId,
    send: (level) => client.publishAsync(connection.topic, reading(level), { qos: 1 }),
    end: () => client.endAsync(true),
  };
};

/** A river rises, somebody is called; then it falls and the incident is resolved. */
const rise = async (district: BenchDistrict, watch: Watch, token: string, { id, send }: River): Promise<Sample> => {
  watch.alerts.delete(id);
  // The rule wants two readings in a row; the second is the one that matters.
  await send(5.6);
  const sent = performance.now();
  await send(5.7);
  const { at, alertId } = await until('the alert', () => watch.alerts.get(id));
  const incidentId = await until('the incident', () => watch.incidents.get(alertId));
  const called = await until('the call', () => watch.calls.get(incidentId));
  await send(1);
  await send(1);
  await district.call(token, 'POST', `/v1/incidents/${incidentId}/resolution`, { reason: '测量 bench' });
  return { alert: at - sent, call: called - sent };
};

/** One danger after the other, town by town, until `ends` (performance.now()). */
const rounds = async (district: BenchDistrict, watch: Watch, connections: readonly Connection[], ends: number): Promise<Sample[]> => {
  const rivers = await Promise.all(connections.map((connection) => connectRiver(connection, district.folder)));
  const token = await district.token('commander');
  const samples: Sample[] = [];
  for (let i = 0; performance.now() < ends; i++) samples.push(await rise(district, watch, token, rivers[i % rivers.length] as River));
  await Promise.all(rivers.map(({ end }) => end()));
  // The first of each town met functions that had just started.
  return samples.slice(rivers.length);
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
      const samples = await rounds(district, watch, rivers, ends);
      const { rate } = await sending;
      await watch.end();
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
