/** A load of readings over mTLS, as a fleet of devices would send them: QoS 1, evenly, by stock clients in threads of their own. */
import { Worker } from 'node:worker_threads';
import type { Connection } from '#infra/local/device-files.ts';
import type { Report } from '#infra/local/processes.ts';
import { percentile, shares } from './pace.ts';

export type ReadingValues = Readonly<Record<string, number>>;

export interface LoadOptions {
  readonly devices: readonly Connection[];
  /** Where the devices' folders lie. */
  readonly folder: string;
  /** Messages a second of all devices together. */
  readonly rate: number;
  readonly seconds: number;
  /** By device id, what it sends in turn and then again; without it the harmless values of its connection. */
  readonly values?: Readonly<Record<string, readonly ReadingValues[]>> | undefined;
  readonly workers?: number | undefined;
  readonly report?: Report | undefined;
}

/** Its sequence numbers are firstSeq, firstSeq + 1, … lastSeq: `sent` of them. */
export interface DeviceCount {
  readonly deviceId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly sent: number;
  readonly acknowledged: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Of sending; the wait for the last acknowledgements is not in it. */
  readonly seconds: number;
  /** Messages a second. */
  readonly rate: number;
  /** Milliseconds from publish to PUBACK. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Of one core, 1 = all of it. */
  readonly clientCores: number;
  readonly devices: readonly DeviceCount[];
}

export interface WorkerOptions extends Pick<LoadOptions, 'folder' | 'seconds' | 'values'> {
  readonly devices: readonly Connection[];
  readonly perSecond: number;
}

interface Done {
  readonly type: 'done';
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly failed: number;
  readonly latencies: Float64Array;
  readonly devices: readonly DeviceCount[];
}

export type WorkerMessage = { readonly type: 'connected' } | { readonly type: 'ready' } | Done;

/** One sends some 5,000 a second; a second one is for more. */
const DEFAULT_WORKERS = 1;

interface Running {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly done: Promise<Done>;
}

const startWorker = (options: WorkerOptions, connected: () => void): Running => {
  const worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: options });
  const ready = Promise.withResolvers<void>();
  const done = Promise.withResolvers<Done>();
  const fail = (error: Error) => {
    ready.reject(error);
    done.reject(error);
  };
  // Both are heard of once awaited; until then a failure must not end the process.
  ready.promise.catch(() => undefined);
  done.promise.catch(() => undefined);
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'connected') connected();
    else if (message.type === 'ready') ready.resolve();
    else done.resolve(message);
  });
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`A thread of the load ended with code ${code}`)));
  return { worker, ready: ready.promise, done: done.promise };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export const resultOf = (parts: readonly Omit<Done, 'type'>[]): LoadResult => {
  const devices = parts.flatMap((part) => part.devices);
  const latencies = Float64Array.from(parts.flatMap((part) => [...part.latencies])).sort();
  const seconds = Math.max(...parts.map((part) => part.seconds));
  const sent = sum(devices.map((device) => device.sent));
  return {
    sent,
    acknowledged: sum(devices.map((device) => device.acknowledged)),
    failed: sum(parts.map((part) => part.failed)),
    seconds,
    rate: sent / seconds,
    latency: { p50: percentile(latencies, 50), p99: percentile(latencies, 99), max: percentile(latencies, 100) },
    clientCores: sum(parts.map((part) => part.cpuSeconds)) / seconds,
    devices,
  };
};

export const load = async ({
  devices,
  folder,
  rate,
  seconds,
  values,
  workers = DEFAULT_WORKERS,
  report = () => undefined,
}: LoadOptions): Promise<LoadResult> => {
  let connected = 0;
  const running = shares(devices, workers).map((share) =>
    startWorker({ devices: share, folder, seconds, values, perSecond: (rate * share.length) / devices.length }, () =>
      report(`${++connected}/${devices.length} 台设备已连接 devices connected`),
    ),
  );
  try {
    await Promise.all(running.map(({ ready }) => ready));
    report(`${rate} 条/秒，${seconds} 秒 messages a second for ${seconds} s`);
    for (const { worker } of running) worker.postMessage('go');
    return resultOf(await Promise.all(running.map(({ done }) => done)));
  } finally {
    await Promise.all(running.map(({ worker }) => worker.terminate()));
  }
};
