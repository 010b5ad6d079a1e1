import { ConditionalCheckFailedException, type DynamoDBClient, type UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { logger } from './logger.ts';
import { blockOf, type Lease, leaseFrom, RateLimits, rateHeaders, type Standing, tooMany, WINDOW_MS } from './rate.ts';
import { toItem } from './table.ts';

const MINUTE = 29_000_000;
const NOW = MINUTE * WINDOW_MS;
const jiang = { kind: 'person', id: 'jiang-he' } as const;
const machine = { kind: 'service', id: 'education-service' } as const;

/** The table, as `leaseFrom` leaves it. */
const ledger = () => {
  const taken = new Map<string, number>();
  const calls: number[] = [];
  const lease: Lease = async (caller, window, wanted, limit) => {
    calls.push(wanted);
    const before = taken.get(`${caller}#${window}`) ?? 0;
    if (before >= limit) return { granted: 0, left: 0 };
    taken.set(`${caller}#${window}`, before + wanted);
    return { granted: Math.min(wanted, limit - before), left: Math.max(0, limit - before - wanted) };
  };
  return { lease, calls, taken };
};

const container = (lease: Lease, person = 600, service = 1200) => new RateLimits({ person, service }, lease);
const warn = vi.spyOn(logger, 'warn').mockReturnValue(undefined);
beforeEach(() => vi.clearAllMocks());
afterEach(() => vi.useRealTimers());

const times = async (limits: RateLimits, count: number, now = NOW, who: Parameters<RateLimits['take']>[0] = jiang) => {
  let allowed = 0;
  for (let i = 0; i < count; i++) if ((await limits.take(who, now))?.allowed) allowed++;
  return allowed;
};

describe('a caller', () => {
  test('has so many requests a minute, and as many again in the next', async () => {
    const limits = container(ledger().lease);
    expect(await times(limits, 700)).toBe(600);
    expect(await times(limits, 700, NOW + WINDOW_MS)).toBe(600);
  });

  test('has the limit of its kind', async () => {
    expect(await times(container(ledger().lease), 1500, NOW, machine)).toBe(1200);
  });

  test('takes nothing from another', async () => {
    const limits = container(ledger().lease);
    expect(await times(limits, 700)).toBe(600);
    expect(await times(limits, 10, NOW, { kind: 'person', id: 'qin-yu' })).toBe(10);
  });

  test('costs a write for a block, and none once its minute is used up', async () => {
    const { lease, calls } = ledger();
    const limits = container(lease);
    await times(limits, 600);
    expect(calls).toEqual([5, 10, 20, 40, ...Array(11).fill(50)]);
    await times(limits, 100);
    // The last block was cut short at the limit: one more asks, and that is remembered.
    expect(calls).toHaveLength(15);
    expect(calls.reduce((sum, wanted) => sum + wanted)).toBeGreaterThanOrEqual(600);
  });

  test('keeps what was paid for beyond the minute: who asks once in a while costs a write for five', async () => {
    const { lease, calls } = ledger();
    const limits = container(lease);
    for (let i = 0; i < 10; i++) expect(await limits.take(jiang, NOW + i * WINDOW_MS)).toMatchObject({ allowed: true });
    expect(calls).toEqual([5, 5]);
  });

  test('is told where it stands', async () => {
    const limits = container(ledger().lease);
    expect(await limits.take(jiang, NOW + 12_345)).toEqual({ allowed: true, kind: 'person', limit: 600, remaining: 599, reset: 48 });
    expect(await limits.take(jiang, NOW + 59_999)).toMatchObject({ remaining: 598, reset: 1 });
    await times(limits, 598);
    expect(await limits.take(jiang, NOW)).toEqual({ allowed: false, kind: 'person', limit: 600, remaining: 0, reset: 60 });
  });
});

test('a block is a twelfth of a minute’s requests, and never more than fifty', () => {
  expect([60, 600, 1200].map(blockOf)).toEqual([5, 50, 50]);
});

describe('spread over containers', () => {
  const requests = (most: number) =>
    fc.array(fc.record({ container: fc.nat(23), wait: fc.nat(2_000), count: fc.integer({ min: 1, max: most }) }), {
      maxLength: 120,
      size: 'max',
    });
  const limit = fc.integer({ min: 60, max: 1200 });

  /** Every request in turn, and what became of it. */
  const play = async (perMinute: number, history: readonly { container: number; wait: number; count: number }[]) => {
    const { lease, calls } = ledger();
    const containers = Array.from({ length: 24 }, () => container(lease, perMinute));
    const asked: { window: number; container: number; allowed: boolean }[] = [];
    let now = NOW;
    for (const { container: index, wait, count } of history) {
      now += wait;
      for (let i = 0; i < count; i++) {
        const standing = await (containers[index] as RateLimits).take(jiang, now);
        asked.push({ window: Math.floor(now / WINDOW_MS), container: index, allowed: standing?.allowed === true });
      }
    }
    return { asked, calls };
  };
  const byWindow = <T extends { window: number }>(asked: readonly T[]) => [...Map.groupBy(asked, ({ window }) => window).values()];

  test('never more pass in a minute than the limit and a block for each container', async () => {
    await fc.assert(
      fc.asyncProperty(limit, requests(30), async (perMinute, history) => {
        const { asked } = await play(perMinute, history);
        for (const minute of byWindow(asked)) {
          const used = new Set(minute.map((one) => one.container)).size;
          expect(minute.filter(({ allowed }) => allowed).length).toBeLessThanOrEqual(perMinute + used * blockOf(perMinute));
        }
      }),
    );
  });

  test('nobody is refused who asked for less than half, whatever lies unused elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(limit, requests(5), async (perMinute, history) => {
        const { asked } = await play(perMinute, history);
        for (const minute of byWindow(asked)) {
          const used = new Set(minute.map((one) => one.container)).size;
          const refused = minute.findIndex(({ allowed }) => !allowed);
          if (refused >= 0) expect(refused).toBeGreaterThanOrEqual((perMinute - 5 * used) / 2);
        }
      }),
    );
  });

  test('a steady stream of requests costs few writes', async () => {
    const history = Array.from({ length: 60 }, (_, second) => ({ container: second % 4, wait: 1_000, count: 8 }));
    const { asked, calls } = await play(600, history);
    expect(asked.every(({ allowed }) => allowed)).toBe(true);
    expect(asked.length / calls.length).toBeGreaterThan(10);
  });
});

describe('a table that does not answer', () => {
  const broken = () => vi.fn<Lease>().mockRejectedValue(new Error('no route'));

  test('refuses nobody, and says so in the log', async () => {
    const limits = container(broken());
    expect(await limits.take(jiang, NOW)).toBeUndefined();
    expect(warn).toHaveBeenCalledExactlyOnceWith('rate limits not checked', { error: expect.any(Error) });
  });

  test('is left alone for a while: nobody waits for it twice', async () => {
    const lease = broken();
    const limits = container(lease);
    for (let second = 0; second < 10; second++) await limits.take(jiang, NOW + second * 1000);
    expect(lease).toHaveBeenCalledOnce();
    await limits.take(machine, NOW + 10_000);
    expect(lease).toHaveBeenCalledTimes(2);
  });

  test('is asked again, and then counts', async () => {
    const { lease } = ledger();
    const failing = vi.fn(lease).mockRejectedValueOnce(new Error('busy'));
    const limits = container(failing);
    await limits.take(jiang, NOW);
    expect(await limits.take(jiang, NOW + 10_000)).toMatchObject({ allowed: true, remaining: 599 });
  });

  test('spends what was leased before it went away', async () => {
    const { lease } = ledger();
    const failing = vi.fn(lease);
    const limits = container(failing);
    await limits.take(jiang, NOW);
    failing.mockRejectedValue(new Error('busy'));
    for (let i = 0; i < 4; i++) expect(await limits.take(jiang, NOW)).toMatchObject({ allowed: true });
    expect(await limits.take(jiang, NOW)).toBeUndefined();
  });
});

describe('a lease', () => {
  const sending = (answer: () => Promise<object>) => {
    const send = vi.fn(async (_command: UpdateItemCommand, _options: { abortSignal: AbortSignal }) => answer());
    return { lease: leaseFrom({ send } as unknown as DynamoDBClient, 'rates'), send };
  };
  const having = (taken: number) => sending(async () => ({ Attributes: toItem({ taken }) }));

  test('adds to the caller’s item of that minute, which is forgotten soon after it', async () => {
    const { lease, send } = having(15);
    expect(await lease('jiang-he', MINUTE, 10, 600)).toEqual({ granted: 10, left: 585 });
    expect(send.mock.calls[0]?.[0].input).toEqual({
      TableName: 'rates',
      Key: { id: { S: `jiang-he#${MINUTE}` } },
      UpdateExpression: 'SET expires = :expires ADD taken :wanted',
      ConditionExpression: 'attribute_not_exists(taken) OR taken < :limit',
      ExpressionAttributeValues: { ':wanted': { N: '10' }, ':limit': { N: '600' }, ':expires': { N: String((MINUTE + 2) * 60) } },
      ReturnValues: 'UPDATED_NEW',
    });
  });

  test('gives what is left, at most', async () => {
    expect(await having(620).lease('jiang-he', MINUTE, 50, 600)).toEqual({ granted: 30, left: 0 });
    expect(await having(600).lease('jiang-he', MINUTE, 50, 600)).toEqual({ granted: 50, left: 0 });
  });

  test('gives nothing once the minute is used up', async () => {
    const { lease } = sending(() => Promise.reject(new ConditionalCheckFailedException({ message: '', $metadata: {} })));
    expect(await lease('jiang-he', MINUTE, 5, 600)).toEqual({ granted: 0, left: 0 });
  });

  test('is given up when the table takes a second, and fails with whatever else goes wrong', async () => {
    const patience = vi.spyOn(AbortSignal, 'timeout');
    const { lease, send } = sending(() => Promise.reject(new Error('throttled')));
    await expect(lease('jiang-he', MINUTE, 5, 600)).rejects.toThrow('throttled');
    expect(patience).toHaveBeenCalledExactlyOnceWith(1_000);
    expect(send.mock.calls[0]?.[1].abortSignal).toBe(patience.mock.results[0]?.value);
  });
});

test('limits are told as the drafts have it, and when to come back only to those who were refused', () => {
  const standing: Standing = { allowed: true, kind: 'service', limit: 1200, remaining: 7, reset: 30 };
  expect(rateHeaders(standing)).toEqual({ 'ratelimit-policy': '"service";q=1200;w=60', ratelimit: '"service";r=7;t=30' });
  expect(rateHeaders({ ...standing, allowed: false })).toMatchObject({ 'retry-after': '30' });
  expect(tooMany(standing)).toMatchObject({ kind: 'tooMany', code: 'too-many-requests', details: { limit: 1200, retryAfter: 30 } });
});
