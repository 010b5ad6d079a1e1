/** The road under a steady load: sent over mTLS, written as it comes in, counted afterwards by the API. */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Point } from '#functions/devices/api.ts';
import { inParallel } from '#infra/local/in-parallel.ts';
import { cpuOf } from '../cpu.ts';
import { type DeviceCount, load } from '../load.ts';
import { type Part, thousands } from '../part.ts';
import { type BenchDistrict, withDistrict } from './support/district.ts';

const RATE = Number(process.env.BENCH_RATE ?? 2_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 300);
const DEVICES = 150;
/** The most that the API gives of one device at once. */
const POINTS = 5_000;
const DRAIN_MS = 120_000;

/** Seconds until the state of each device holds its last reading. */
const drain = async (district: BenchDistrict, devices: readonly DeviceCount[]): Promise<number> => {
  const began = performance.now();
  const ids = devices.map(({ deviceId }) => deviceId);
  while (performance.now() - began < DRAIN_MS) {
    const upTo = await district.writtenUpTo(ids);
    if (devices.every(({ deviceId, lastSeq }) => upTo.get(deviceId) === lastSeq)) return (performance.now() - began) / 1000;
    await sleep(200);
  }
  return Number.POSITIVE_INFINITY;
};

/** How many of the readings that were sent the API can show. */
const countKept = async (district: BenchDistrict, devices: readonly DeviceCount[]): Promise<number> => {
  const token = await district.token('commander');
  const kept = await inParallel(2, devices, async ({ deviceId }) => {
    const { points } = await district.call<{ points: Point[] }>(token, 'GET', `/v1/devices/${deviceId}/readings?limit=${POINTS}`);
    return points.length;
  });
  return kept.reduce((sum, count) => sum + count, 0);
};

export const part: Part = {
  name: 'load',
  run: (report) =>
    withDistrict(report, async (district) => {
      if ((RATE * SECONDS) / DEVICES > POINTS) throw new Error(`More than ${POINTS} readings of one device cannot be counted`);
      const names = Array.from({ length: DEVICES }, (_, i) => ({ id: `water-main-load-${i}`, town: 'wanan' }));
      const devices = await district.install('water-main', names);
      const before = cpuOf(district.emulatorPid);
      const began = performance.now();
      const result = await load({ devices, folder: district.folder, rate: RATE, seconds: SECONDS, report });
      const late = await drain(district, result.devices);
      const after = cpuOf(district.emulatorPid);
      const seconds = (performance.now() - began) / 1000;
      const kept = await countKept(district, result.devices);
      const cores = (used: number) => (used / seconds).toFixed(2);
      return [
        {
          what: `sustained over mTLS on the local cloud, ${DEVICES} devices, ${SECONDS} s, of ${thousands(RATE)}/s asked for`,
          reach: '≥ 1,500 msg/s on 4 cores',
          measured: `${thousands(result.rate)} msg/s on ${cpus().length} cores, PUBACK p50 ${result.latency.p50.toFixed(0)} ms, p99 ${result.latency.p99.toFixed(0)} ms`,
          met: result.rate >= 1_500,
        },
        {
          what: 'state written as fast as it comes in: after the last publish, until the last state is written',
          reach: '≤ 2 s',
          measured: `${late.toFixed(1)} s`,
          met: late <= 2,
        },
        {
          what: 'readings kept, of those sent',
          reach: 'all',
          measured: `${thousands(kept)} of ${thousands(result.sent)}; ${result.failed} refused`,
          met: kept === result.sent && result.failed === 0,
        },
        {
          what: 'what limits it: cores in use',
          reach: '',
          measured: `emulator (one Python process) ${cores(after.own - before.own)}, functions ${cores(after.children - before.children)}, clients ${result.clientCores.toFixed(2)}`,
        },
      ];
    }),
};
