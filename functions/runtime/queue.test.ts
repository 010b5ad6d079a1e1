import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AlertRaised } from '#events/alerts.ts';
import { logger } from './logger.ts';
import { eventQueue, type Received } from './queue.ts';

const error = vi.spyOn(logger, 'error').mockReturnValue(undefined);
beforeEach(() => error.mockClear());

const metadata = { id: 'evt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N', version: 1, time: '2026-07-01T03:00:00Z', actor: 'device:a', trace: 't' };

/** As EventBridge writes it. */
const envelope = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'AlertRaised',
  source: 'alerts',
  account: '000000000000',
  time: '2026-07-01T03:00:00Z',
  region: 'cn-north-1',
  resources: [],
  detail: { metadata, data: AlertRaised.sample },
};
const good = JSON.stringify(envelope);

const receive = async (
  bodies: Readonly<Record<string, string>>,
  handle = vi.fn(async (_: readonly Received[]): Promise<string[]> => []),
) => {
  const Records = Object.entries(bodies).map(([messageId, body]) => ({ messageId, body }));
  const answer = await eventQueue(handle)({ Records } as SQSEvent);
  return { handle, again: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
};

test('EventBridge’s envelope is taken off: the handler sees the event as it was published', async () => {
  const { handle, again } = await receive({ a: good });
  expect(handle).toHaveBeenCalledExactlyOnceWith([
    { messageId: 'a', event: { source: 'alerts', name: 'AlertRaised', metadata, data: AlertRaised.sample } },
  ]);
  expect(again).toEqual([]);
});

test('a batch is handled at once and in its order', async () => {
  const { handle } = await receive({ b: good, a: good, c: good });
  expect(handle.mock.calls.map(([batch]) => batch.map(({ messageId }) => messageId))).toEqual([['b', 'a', 'c']]);
});

describe('a message that cannot be read', () => {
  test.each([
    ['no JSON', 'Hello'],
    ['empty', ''],
    ['null', 'null'],
    ['without detail', JSON.stringify({ ...envelope, detail: undefined })],
    ['with null as detail', JSON.stringify({ ...envelope, detail: null })],
  ])('%s comes again, and the rest is handled', async (_, body) => {
    const { handle, again } = await receive({ a: good, bad: body, c: good });
    expect(handle.mock.calls[0]?.[0].map(({ messageId }) => messageId)).toEqual(['a', 'c']);
    expect(again).toEqual(['bad']);
  });

  test('is logged by its id, not with what it holds', async () => {
    await receive({ bad: '{"phone":"+86 138' });
    expect(error).toHaveBeenCalledExactlyOnceWith('event unreadable', { messageId: 'bad', error: expect.any(SyntaxError) });
  });

  test('alone calls no handler', async () => {
    const { handle, again } = await receive({ bad: '' });
    expect(handle).not.toHaveBeenCalled();
    expect(again).toEqual(['bad']);
  });
});

test('what the handler could not do comes again, beside what could not be read', async () => {
  const { again } = await receive(
    { a: good, bad: '', c: good },
    vi.fn(async () => ['c']),
  );
  expect(again.sort()).toEqual(['bad', 'c']);
});

test('a handler that throws sends the whole batch again', async () => {
  const broken = vi.fn(async () => {
    throw new Error('table away');
  });
  await expect(receive({ a: good, b: good }, broken)).rejects.toThrow('table away');
});

test('an event without metadata or data comes again by itself: it does not take the others with it', async () => {
  const handle = eventQueue(async (batch) => {
    for (const { event } of batch) void (event.data as { town: string }).town;
    return [];
  });
  const body = (detail: object) => JSON.stringify({ source: 'alerts', 'detail-type': 'AlertRaised', detail });
  const Records = [
    { messageId: 'good', body: body({ metadata: { id: 'evt_1' }, data: { town: 'wanan' } }) },
    { messageId: 'bad', body: body({}) },
    { messageId: 'empty', body: body({ metadata: { id: 'evt_2' }, data: null }) },
  ];
  expect(await handle({ Records } as never)).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }, { itemIdentifier: 'empty' }] });
});
