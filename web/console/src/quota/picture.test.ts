import { expect, test } from 'vitest';
import { barsOf, daysUntil, poolOptions, usageLines, usageOptions } from './picture.ts';
import { CLOUD_WORDS } from './words.ts';

const kinds = [
  { id: 'vcpu', name: { zh: '虚拟处理器', en: 'vCPU' }, unit: { zh: '核', en: 'cores' }, price: 4500 },
  { id: 'memoryGiB', name: { zh: '内存', en: 'Memory' }, unit: { zh: 'GiB', en: 'GiB' }, price: 1800 },
  { id: 'objectGiB', name: { zh: '对象存储', en: 'Object storage' }, unit: { zh: 'GiB', en: 'GiB' }, price: 12 },
];
const pool = {
  kinds: [
    { kind: 'memoryGiB', capacity: 800, reserved: 200, free: 600 },
    { kind: 'vcpu', capacity: 200, reserved: 100, free: 100, used: 40, forecast: { trend: 1, expected: 150, days: 30 } },
    { kind: 'objectGiB', capacity: 0, reserved: 0, free: 0 },
  ],
};
interface Series {
  readonly name: string;
  readonly type: string;
  readonly data: readonly { readonly value: number | readonly number[]; readonly told: string }[];
}
const series = (options: unknown) => (options as { series: Series[] }).series;

test('the bars stand in the catalogue’s order, without what the pool has nothing of', () => {
  expect(barsOf(pool, kinds, 'zh').map(({ name }) => name)).toEqual(['虚拟处理器', '内存']);
});

test('used, reserved and free make up the whole, and the forecast is marked where there is one', () => {
  const found = series(poolOptions(barsOf(pool, kinds, 'zh'), 'zh', CLOUD_WORDS.zh.pool, false));
  expect(found.map(({ name, data }) => [name, ...data.map(({ value }) => value)])).toEqual([
    ['在用', 20, 0],
    ['已分配未用', 30, 25],
    ['空闲', 50, 75],
    ['预测值', [75, 0]],
  ]);
  expect(found[0]?.data[0]?.told).toBe('40 核');
  const stacked = found.filter(({ type }) => type === 'bar');
  for (const index of [0, 1]) expect(stacked.reduce((sum, { data }) => sum + (data[index]?.value as number), 0)).toBe(100);
});

test('more in use than reserved does not make the bar longer than the pool', () => {
  const over = { kinds: [{ kind: 'vcpu', capacity: 200, reserved: 100, free: 100, used: 130 }] };
  const found = series(poolOptions(barsOf(over, kinds, 'en'), 'en', CLOUD_WORDS.en.pool, true));
  expect(found.map(({ data }) => data[0]?.value)).toEqual([50, 0, 50]);
});

test('use is told as a share of the quota, over it too', () => {
  const allocation = {
    amounts: { vcpu: 8, memoryGiB: 0 },
    usage: [
      { day: '2026-11-01', used: { vcpu: 2, memoryGiB: 9 } },
      { day: '2026-11-02', used: { vcpu: 12 } },
      { day: '2026-11-03', used: {} },
    ],
  };
  const lines = usageLines(allocation, kinds, 'zh');
  expect(lines).toEqual([
    {
      kind: 'vcpu',
      name: '虚拟处理器',
      points: [
        ['2026-11-01', 25],
        ['2026-11-02', 150],
      ],
    },
  ]);
  expect((usageOptions(lines, CLOUD_WORDS.zh.one, false) as { yAxis: { max: number } }).yAxis.max).toBe(160);
});

test('days until it expires are whole', () => {
  const now = Date.parse('2026-11-25T10:00:00Z');
  expect(daysUntil('2026-11-25T18:00:00Z', now)).toBe(0);
  expect(daysUntil('2026-12-02T10:00:00Z', now)).toBe(7);
  expect(daysUntil('2026-11-25T09:00:00Z', now)).toBe(-1);
});
