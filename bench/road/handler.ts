import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { compileConfig } from '#functions/devices/config.ts';
import { type Consumer, consume } from '#functions/devices/consume.ts';
import { DeviceStore } from '#functions/devices/store.ts';
import { dynamo } from '#runtime/clients.ts';
import { median, type Part, percent, thousands } from '../part.ts';
import { costOf } from './support/cost.ts';
import { type Batch, batch, devicesConfig, parseAll, RECORDS } from './support/readings.ts';

const WARM = 120;
const MEASURED = 120;

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

interface Counts {
  readonly writes: number;
  readonly history: number;
  readonly calls: number;
}

const consumerOf = (endpoint: string): Consumer => {
  const types = compileConfig(devicesConfig());
  const client = dynamo({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  return {
    types,
    store: new DeviceStore(client, { devices: 't', readings: 'r', readingDays: 30 }, types),
    quarantine: async () => undefined,
    cache: new Map(),
    warn: (message, details) => console.error(message, details),
  };
};

const cpuMs = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const profiled = async (work: () => Promise<void>): Promise<Profile> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile as Profile;
};

const PARSES = 20;

const measure = async (endpoint: string) => {
  const consumer = consumerOf(endpoint);
  const counted = async () => (await (await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': 'x.Counts' } })).json()) as Counts;
  const start = Date.now();
  let number = 0;
  const next = () => batch(start, number++);
  const handle = async ({ records }: Batch) => {
    const { failed } = await consume(consumer, records, start + number * 5_000);
    if (failed.length > 0) throw new Error(`${failed.length} failed`);
  };
  for (let i = 0; i < WARM; i++) await handle(next());
  const before = await counted();
  const rounds: { readonly parse: number; readonly handler: number }[] = [];
  for (let i = 0; i < MEASURED; i++) {
    const one = next();
    const parse = await cpuMs(() => {
      for (let times = 0; times < PARSES; times++) parseAll(one.texts);
    });
    rounds.push({ parse: parse / PARSES, handler: await cpuMs(() => handle(one)) });
  }
  const after = await counted();
  // Apart from the measurement, which the profiler would slow down.
  const batches = Array.from({ length: MEASURED }, next);
  const profile = await profiled(async () => {
    for (const one of batches) await handle(one);
  });
  const per = (of: keyof Counts) => (after[of] - before[of]) / MEASURED;
  // The last count is a call itself.
  return { rounds, profile, writes: per('writes') / RECORDS, history: per('history') / RECORDS, calls: per('calls') - 1 / MEASURED };
};

export const part: Part = {
  name: 'handler',
  run: async () => {
    const standIn = fork(join(import.meta.dirname, 'support/dynamodb-stand-in.ts'));
    try {
      const [port] = (await once(standIn, 'message')) as [number];
      const { rounds, profile, writes, history, calls } = await measure(`http://127.0.0.1:${port}`);
      const handler = median(rounds.map((round) => round.handler));
      const parse = median(rounds.map((round) => round.parse));
      return [
        {
          what: 'the whole handler with SDK and wire, 500 records of 100 devices, against JSON.parse of the same bytes (CPU of all threads)',
          reach: '≥ 5 %',
          measured: `${thousands((RECORDS / handler) * 1000)}/s, JSON.parse ${thousands((RECORDS / parse) * 1000)}/s: ${percent(parse / handler)}`,
          met: parse / handler >= 0.05,
        },
        { what: 'where its CPU goes', reach: '', measured: sharesOf(profile) },
        {
          what: 'DynamoDB write units per reading: states and history',
          reach: '≤ 0.25',
          measured: `${(writes + history).toFixed(3)} (${writes.toFixed(3)} + ${history.toFixed(3)}) in ${calls.toFixed(1)} calls a batch`,
          met: writes + history <= 0.25,
        },
        ...costOf({ writeUnits: writes + history, cpuMsPerBatch: handler, readingsPerBatch: RECORDS }),
      ];
    } finally {
      standIn.disconnect();
    }
  },
};
