import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { base64, type Command, RIVER, T0 } from './devices.fixture.ts';
import { type Quarantined, quarantine } from './quarantine.ts';
import { compileDecoder } from './reading.ts';

/** What a queue takes a call. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const CALL_BYTES = 1_048_576;

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

/** A queue that keeps SQS's rules; `refuses` says which messages fail by themselves. */
const queueThat = (refuses: (body: string) => boolean = () => false) => {
  const calls: { url: string; entries: Entry[] }[] = [];
  const send = async ({ input }: Command) => {
    const entries = input.Entries as Entry[];
    if (entries.length === 0 || entries.length > 10) throw new Error('TooManyEntriesInBatchRequest');
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw new Error('BatchEntryIdsNotDistinct');
    if (entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0) > CALL_BYTES)
      throw new Error('BatchRequestTooLong');
    calls.push({ url: input.QueueUrl, entries });
    return { Failed: entries.filter((entry) => refuses(entry.MessageBody)).map(({ Id }) => ({ Id, Message: `number ${Id} is unlucky` })) };
  };
  return { queue: { send } as unknown as SQSClient, calls };
};

const URL = 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/quarantine';
const poison = (n: number, data = base64(`{"seq":${n}`)): Quarantined => ({
  id: `4960${n}`,
  deviceId: `gauge-${n}`,
  arrivedAt: T0 + n,
  fault: { reason: 'malformed-json', detail: `cut off at ${n}` },
  data,
});
const many = (count: number, data?: string): Quarantined[] => Array.from({ length: count }, (_, i) => poison(i, data));

describe('quarantine', () => {
  test('sends each record whole: id, device, arrival, reason, original bytes', async () => {
    const { queue, calls } = queueThat();
    await quarantine(queue, URL, [poison(3)]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.url).toBe(URL);
    expect(calls[0]?.entries.map(({ MessageBody }) => JSON.parse(MessageBody))).toEqual([
      {
        id: '49603',
        deviceId: 'gauge-3',
        arrivedAt: T0 + 3,
        fault: { reason: 'malformed-json', detail: 'cut off at 3' },
        data: 'eyJzZXEiOjM=',
      },
    ]);
  });

  test('sends ten a call and none twice', async () => {
    const { queue, calls } = queueThat();
    await quarantine(queue, URL, many(21));
    expect(calls.map(({ entries }) => entries.length)).toEqual([10, 10, 1]);
    expect(calls.flatMap(({ entries }) => entries.map(({ MessageBody }) => JSON.parse(MessageBody)))).toEqual(many(21));
  });

  test('keeps a call of the largest messages below what the queue takes', async () => {
    const { queue, calls } = queueThat();
    const largest = base64('x'.repeat(128 * 1024));
    await quarantine(queue, URL, many(12, largest));
    expect(calls.map(({ entries }) => entries.length)).toEqual([5, 5, 2]);
  });

  test('a large one among small ones begins a call of its own only where it must', async () => {
    const { queue, calls } = queueThat();
    const large = base64('x'.repeat(500_000));
    await quarantine(queue, URL, [poison(1), poison(2, large), poison(3), poison(4, large), poison(5)]);
    expect(calls.map(({ entries }) => entries.map(({ MessageBody }) => JSON.parse(MessageBody).id))).toEqual([
      ['49601', '49602', '49603'],
      ['49604', '49605'],
    ]);
  });

  test('throws when the queue refuses but one, so that the batch comes again', async () => {
    const { queue } = queueThat((body) => body.includes('gauge-14'));
    await expect(quarantine(queue, URL, many(20))).rejects.toThrow('Quarantine refused 1 records: number 4 is unlucky');
    await expect(quarantine(queue, URL, many(14))).resolves.toBeUndefined();
  });

  test('throws what the call throws', async () => {
    const queue = { send: async () => Promise.reject(new Error('no route to host')) } as unknown as SQSClient;
    await expect(quarantine(queue, URL, many(1))).rejects.toThrow('no route to host');
  });

  test('sends nothing when there is nothing', async () => {
    const { queue, calls } = queueThat();
    await quarantine(queue, URL, []);
    expect(calls).toEqual([]);
  });
});

test('a detail with a character that SQS refuses does not stop the stream', async () => {
  const detail = compileDecoder(RIVER)('{"seq":7,"at":"2026-07-01T11:00:00+08:00","values":{"level":1,"\\uffff":1}}', T0);
  const send = async ({ input }: { input: { Entries: { MessageBody: string }[] } }) => {
    // SQS takes #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
    for (const { MessageBody } of input.Entries)
      if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(MessageBody)) throw new Error('InvalidMessageContents');
    return {};
  };
  const one: Quarantined = { id: '1', deviceId: 'gauge-1', arrivedAt: T0, fault: detail as never, data: '' };
  await expect(quarantine({ send } as unknown as SQSClient, 'url', [one])).resolves.toBeUndefined();
});
