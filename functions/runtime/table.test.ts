import {
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure } from './failure.ts';
import { fromItem, locked, retryConflicts, toItem, wasRefused } from './table.ts';

const about = { message: 'as AWS says it', $metadata: {} };
const refused = new ConditionalCheckFailedException(about);
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...about, CancellationReasons: codes.map((Code) => ({ Code })) });
const throttled = new ProvisionedThroughputExceededException(about);

describe('an item', () => {
  test('comes back as the plain object that it was', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abc罗'), minLength: 1 });
    const values = [
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9, max: 1e9 }),
      fc.boolean(),
      fc.constant(null),
    ];
    fc.assert(
      fc.property(fc.object({ key: name, values }), (value) => {
        expect(fromItem(toItem(value))).toEqual(value);
      }),
    );
  });

  test('has no attribute where there was nothing to say', () => {
    expect(toItem({ id: 'a', outbox: undefined })).toEqual({ id: { S: 'a' } });
  });
});

describe('a write counts as refused', () => {
  test.each<[string, boolean, unknown]>([
    ['its condition did not hold', true, refused],
    ['one condition of its transaction did not hold', true, cancelled('None', 'ConditionalCheckFailed')],
    ['another transaction was at the same item', true, cancelled('TransactionConflict', 'None')],
    ['the table was throttled', false, throttled],
    ['its transaction was throttled', false, cancelled('ThrottlingError', 'None')],
    ['its transaction was cancelled without a reason', false, new TransactionCanceledException(about)],
    ['another error goes by the name', false, Object.assign(new Error('x'), { name: 'ConditionalCheckFailedException' })],
  ])('when %s: %s', (_, expected, error) => {
    expect(wasRefused(error)).toBe(expected);
  });
});

describe('a locked write', () => {
  test('answers what it wrote', async () => {
    await expect(locked(async () => 'written')).resolves.toBe('written');
  });

  test('is a conflict when somebody else was faster, and keeps what DynamoDB said', async () => {
    const write = locked(() => Promise.reject(refused));
    await expect(write).rejects.toMatchObject({ kind: 'conflict', code: 'changed-meanwhile', cause: refused });
    await expect(write).rejects.toBeInstanceOf(Failure);
  });

  test('lets every other error through as it is', async () => {
    await expect(locked(() => Promise.reject(throttled))).rejects.toBe(throttled);
  });
});

describe('a decision that lost a race', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const conflict = () => new Failure('conflict', 'changed-meanwhile', { zh: '已被修改', en: 'Changed' });
  const losing = (times: number, error: () => unknown = conflict) => {
    let lost = 0;
    return vi.fn(async () => {
      if (lost++ < times) throw error();
      return 'won';
    });
  };
  const settled = async (deciding: Promise<unknown>) => {
    const outcome = deciding.catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    return outcome;
  };

  test('is made again until it wins', async () => {
    const attempt = losing(3);
    expect(await settled(retryConflicts(attempt))).toBe('won');
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  test('gives up after eight times with the last conflict', async () => {
    const attempt = losing(Number.POSITIVE_INFINITY);
    expect(await settled(retryConflicts(attempt))).toMatchObject({ code: 'changed-meanwhile' });
    expect(attempt).toHaveBeenCalledTimes(8);
  });

  test('is made as often as it is told', async () => {
    const attempt = losing(Number.POSITIVE_INFINITY);
    await settled(retryConflicts(attempt, 2));
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  test.each([
    ['a refusal', () => new Failure('refused', 'not-called', { zh: '未被呼叫', en: 'Not called' })],
    ['another error', () => new Error('socket hang up')],
  ])('is not made again after %s', async (_, error) => {
    const attempt = losing(1, error);
    await settled(retryConflicts(attempt));
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('pauses at random, longer each time, a fifth of a second at most', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const pauses = vi.spyOn(globalThis, 'setTimeout');
    await settled(retryConflicts(losing(Number.POSITIVE_INFINITY)));
    expect(pauses.mock.calls.map(([, pause]) => pause)).toEqual([10, 20, 40, 80, 100, 100, 100]);
  });
});
