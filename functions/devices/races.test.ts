/** What comes twice, late or to a container that remembers an older device: kept once, and told from where the device stands now. */
import { expect, test, vi } from 'vitest';
import { type Consumer, consume } from './consume.ts';
import { DEVICES, MemoryDynamo, MINUTE, quiet, READINGS, reading, record, T0, TABLES, TYPES } from './devices.fixture.ts';
import { readCurve } from './history.ts';
import type { Reading } from './reading.ts';
import { type Device, DeviceStore } from './store.ts';

const NOW = T0 + 90 * MINUTE;
const consumerOf = (memory: MemoryDynamo): Consumer => ({
  types: TYPES,
  store: new DeviceStore(memory.client, TABLES, TYPES),
  quarantine: async () => undefined,
  cache: new Map(),
  warn: vi.fn(),
});
const ALL = { from: 0, to: T0 + 100_000 * MINUTE, limit: 5000 };
const seqsOf = async (memory: MemoryDynamo, range: Partial<typeof ALL> = {}) => {
  const [device] = (await new DeviceStore(memory.client, TABLES, TYPES).read(['gauge-1'])) as [Device];
  return (await readCurve(memory.client, READINGS, device, ['level', 'rain'], { ...ALL, ...range })).map(
    ({ at }) => (Date.parse(at) - T0) / MINUTE,
  );
};
const send = (memory: MemoryDynamo, readings: readonly Reading[]) =>
  consume(
    consumerOf(memory),
    readings.map((one, i) => record(100 + i, 'gauge-1', one)),
    NOW,
  );

test('the first reading of a moved chunk, sent once more, leaves the other 29 in the history', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  await send(memory, quiet(1, 31));
  await send(memory, quiet(1, 1));
  expect(await seqsOf(memory)).toEqual(quiet(1, 31).map(({ seq }) => seq));
});

test('a late reading twice in one batch is written once', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  await send(memory, quiet(10, 12));
  const { failed } = await send(memory, [...quiet(3, 3), ...quiet(3, 3), ...quiet(13, 13)]);
  expect(failed).toEqual([]);
});

test('the first reading of a chunk again in the batch that moves it', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  const { failed } = await send(memory, [...quiet(1, 31), ...quiet(1, 1)]);
  expect(failed).toEqual([]);
  expect(await seqsOf(memory)).toEqual(quiet(1, 31).map(({ seq }) => seq));
});

test('limit counts only what lies in the range', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  await send(memory, quiet(1000, 1000));
  await send(memory, quiet(1, 250));
  expect(await seqsOf(memory, { limit: 101, to: T0 + 999 * MINUTE })).toHaveLength(101);
});

test('a chunk that reaches into the range lies behind a page of late readings', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  // 1..: a chunk from minute 0 to 290 every ten minutes, moved.
  const slow = Array.from({ length: 31 }, (_, i) => ({ seq: 10_000 + i * 10, at: T0 + i * 10 * MINUTE, values: [2, Number.NaN] }));
  await send(memory, slow);
  // the device's memory card: 100 old readings of minutes 1 to 100, with lower numbers
  await send(memory, quiet(1, 100));
  const seqs = await seqsOf(memory, { from: T0 + 200 * MINUTE });
  expect(seqs).toEqual([200, 210, 220, 230, 240, 250, 260, 270, 280, 290, 300]);
});

test('the last instant counts whatever the number', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  await send(memory, quiet(200, 200));
  await send(memory, quiet(95, 95));
  expect(await seqsOf(memory, { to: T0 + 95 * MINUTE })).toEqual([95]);
});

test('a renamed or moved device speaks from its new town, also from a warm container', async () => {
  const memory = new MemoryDynamo().register('gauge-1');
  const warm = consumerOf(memory);
  await consume(warm, [record(1, 'gauge-1', reading(1, 2))], NOW);
  memory.items.set(`${DEVICES}/gauge-1`, { ...memory.device('gauge-1'), town: { S: 'jinshan' }, version: { N: '2' } });
  await consume(warm, [record(2, 'gauge-1', reading(2, 4))], NOW);
  expect(memory.outboxes.join()).toContain('jinshan');
});
