/** One thread of the load: its share of the devices, each connected by its own certificate, speaking in turn at an even pace. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Connection } from '#infra/local/device-files.ts';
import { inParallel } from '#infra/local/in-parallel.ts';
import { connectDevice, keepConnected, whenConnected } from '#infra/local/simulator/client.ts';
import type { DeviceCount, ReadingValues, WorkerMessage, WorkerOptions } from './load.ts';
import { dueNow } from './pace.ts';

const { devices: connections, folder, perSecond, seconds, values } = workerData as WorkerOptions;
const port = parentPort;
if (port === null) throw new Error('Runs as a worker of load.ts');
const tell = (message: WorkerMessage): void => port.postMessage(message);

const TICK_MS = 4;
const HANDSHAKES_AT_ONCE = 8;
/** What the broker hasn't acknowledged by then it won't. */
const LAST_ACKS_MS = 15_000;
/** An overloaded broker would otherwise fill this process's memory. */
const MAX_UNACKNOWLEDGED = Math.max(1_000, perSecond * 5);

interface Sender {
  readonly count: { -readonly [K in keyof DeviceCount]: DeviceCount[K] };
  readonly publish: (payload: string, done: (error?: Error) => void) => void;
  readonly texts: readonly string[];
  readonly end: () => Promise<void>;
}

const textsOf = (own: readonly ReadingValues[] | undefined, { payload }: Connection): string[] =>
  (own ?? [payload.values]).map((one) => JSON.stringify(one));

const connect = async (connection: Connection): Promise<Sender> => {
  const client = connectDevice(connection, folder);
  await whenConnected(client);
  keepConnected(client);
  return {
    count: { deviceId: connection.clientId, firstSeq: 0, lastSeq: -1, sent: 0, acknowledged: 0 },
    publish: (payload, done) => client.publish(connection.topic, payload, { qos: 1 }, done),
    texts: textsOf(values?.[connection.clientId], connection),
    end: () => client.endAsync(true),
  };
};

const senders = await inParallel(HANDSHAKES_AT_ONCE, connections, async (connection) => {
  const sender = await connect(connection);
  tell({ type: 'connected' });
  return sender;
});
tell({ type: 'ready' });
await new Promise((resolve) => port.once('message', resolve));

const latencies: number[] = [];
let failed = 0;
let sent = 0;
/** Sequence numbers run without a gap, so that first, last and count prove that none is missing; a device sends less than one a millisecond, so the next run begins above. */
const firstSeq = Date.now();
for (const { count } of senders) Object.assign(count, { firstSeq, lastSeq: firstSeq - 1 });

const send = ({ count, publish, texts }: Sender): void => {
  const at = performance.now();
  const text = texts[count.sent % texts.length] as string;
  count.sent++;
  count.lastSeq++;
  publish(`{"seq":${count.lastSeq},"at":"${new Date().toISOString()}","values":${text}}`, (error) => {
    if (error) {
      failed++;
      return;
    }
    count.acknowledged++;
    latencies.push(performance.now() - at);
  });
};

const cpuBefore = process.threadCpuUsage();
const startedAt = performance.now();
for (let elapsed = 0; elapsed < seconds * 1000; await sleep(TICK_MS), elapsed = performance.now() - startedAt) {
  const room = MAX_UNACKNOWLEDGED - (sent - latencies.length - failed);
  for (let i = Math.min(room, dueNow(elapsed, perSecond, sent)); i > 0; i--) send(senders[sent++ % senders.length] as Sender);
}
const elapsedSeconds = (performance.now() - startedAt) / 1000;
for (const until = performance.now() + LAST_ACKS_MS; latencies.length + failed < sent && performance.now() < until; ) await sleep(10);
const { user, system } = process.threadCpuUsage(cpuBefore);

await Promise.all(senders.map(({ end }) => end()));
tell({
  type: 'done',
  seconds: elapsedSeconds,
  cpuSeconds: (user + system) / 1e6,
  failed,
  latencies: Float64Array.from(latencies),
  devices: senders.map(({ count }) => count),
});
port.close();
