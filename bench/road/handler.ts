import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { compileConfig } from '#functions/devices/config.ts';
import { type Consumer, consume } from '#functions/devices/consume.ts';
import { DeviceStore } from '#functions/devices/store.ts';
import { median, type Part, percent, thousands } from '../part.ts';
import { batch, devicesConfig, parseAll, RECORDS } from './support/readings.ts';

const WARM = 40;
const MEASURED = 60;

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly url: string; readonly functionName: string } }[];
  readonly samples?: readonly number[];
}

const bucketOf = (url: string, name: string): string => {
  if (name === '(idle)') return '';
  if (name === '(garbage collector)') return 'garbage collection';
  if (url.includes('/functions/')) return 'own code';
  if (url.includes('@smithy') || url.includes('@aws-sdk')) return 'AWS SDK';
  if (url.startsWith('node:') || url === '') return 'Node (http, streams, native)';
  return 'other';
};

/** Share of CPU by whose code it is, by self time. */
const sharesOf = ({ nodes, samples = [] }: Profile): string => {
  const bucketById = new Map(nodes.map(({ id, callFrame }) => [id, bucketOf(callFrame.url, callFrame.functionName)]));
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const bucket = bucketById.get(sample);
    if (bucket) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([bucket, count]) => `${bucket} ${percent(count / all)}`)
    .join(', ');
};

export const part: Part = {
  name: 'handler',
  run: async () => {
    const standIn = fork(join(import.meta.dirname, 'support/dynamodb-stand-in.ts'));
    try {
      const [port] = (await once(standIn, 'message')) as [number];
      const endpoint = `http://127.0.0.1:${port}`;
      const types = compileConfig(devicesConfig());
      const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
      const store = new DeviceStore(client, { devices: 't', readings: 'r', readingDays: 30 }, types);
      const consumer: Consumer = {
        types,
        store,
        quarantine: async () => undefined,
        cache: new Map(),
        warn: (message, details) => console.error(message, details),
      };
      const counts = async () =>
        (await (await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': 'x.Counts' } })).json()) as {
          writes: number;
          calls: number;
        };
      const start = Date.now();
      const ratios: number[] = [];
      const cpu: number[] = [];
      const session = new Session();
      session.connect();
      let before = await counts();
      for (let i = 0; i < WARM + MEASURED; i++) {
        if (i === WARM) {
          before = await counts();
          await session.post('Profiler.enable');
          await session.post('Profiler.start');
        }
        const one = batch(start, i);
        const parsing = process.cpuUsage();
        for (let times = 0; times < 20; times++) parseAll(one.texts);
        const parsed = process.cpuUsage(parsing);
        const handling = process.cpuUsage();
        const { failed } = await consume(consumer, one.records, start + i * 5_000 + 5_000);
        const handled = process.cpuUsage(handling);
        if (failed.length > 0) throw new Error(`${failed.length} failed`);
        if (i < WARM) continue;
        cpu.push((handled.user + handled.system) / 1000);
        ratios.push((parsed.user + parsed.system) / 20 / (handled.user + handled.system));
      }
      const { profile } = await session.post('Profiler.stop');
      const after = await counts();
      const perReading = (after.writes - before.writes) / (MEASURED * RECORDS);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      const mean = sum(cpu) / cpu.length;
      return [
        {
          what: 'the whole handler with SDK and wire, 500 records of 100 devices, against JSON.parse of the same bytes (CPU)',
          reach: '≥ 5 %',
          measured: `${thousands((RECORDS / mean) * 1000)} readings/s/core, median ${percent(median(ratios))}`,
          met: median(ratios) >= 0.05,
        },
        { what: 'where its CPU goes', reach: '', measured: sharesOf(profile as Profile) },
        {
          what: 'DynamoDB write units per reading (transactions count double)',
          reach: '≤ 0.25',
          measured: `${perReading.toFixed(3)} in ${((after.calls - before.calls - 1) / MEASURED).toFixed(1)} calls a batch`,
          met: perReading <= 0.25,
        },
      ];
    } finally {
      standIn.disconnect();
    }
  },
};
