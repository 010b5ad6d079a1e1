import { describe, expect, test } from 'vitest';
import { base64, T0 } from './devices.fixture.ts';
import { readHeld } from './held.ts';
import type { Quarantined } from './quarantine.ts';

const ID = '5f3c1c1e-0b1a-4a54-9d7b-6c1d5c9f2f11';
const read = (body: unknown) => readHeld(ID, typeof body === 'string' ? body : JSON.stringify(body));

describe('a record in quarantine is read,', () => {
  test('put there by the consumer: reason, detail, device, arrival and bytes', () => {
    const record: Quarantined = {
      id: '49607',
      deviceId: 'gauge-1',
      arrivedAt: T0 + 7,
      fault: { reason: 'out-of-range', detail: 'values.level: 99 not within -1 to 12 m' },
      data: base64('{"seq":7}'),
    };
    expect(read(record)).toEqual({
      id: ID,
      arrivedAt: T0 + 7,
      deviceId: 'gauge-1',
      reason: 'out-of-range',
      detail: 'values.level: 99 not within -1 to 12 m',
      data: 'eyJzZXEiOjd9',
    });
  });

  test('put there by the IoT rule: each failed action with its error', () => {
    const body = {
      ruleName: 'readings',
      topic: '$aws/rules/readings/d/gauge-2',
      cloudwatchTraceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
      clientId: 'gauge-2',
      base64OriginalPayload: base64('{"seq":8}'),
      failures: [
        { failedAction: 'KinesisAction', failedResource: 'readings', errorMessage: 'throttled' },
        { failedAction: 'S3Action', failedResource: 'copies', errorMessage: 'no such bucket' },
      ],
    };
    expect(read(body)).toEqual({
      id: ID,
      arrivedAt: 0,
      deviceId: 'gauge-2',
      reason: 'rule-action-failed',
      detail: 'KinesisAction: throttled; S3Action: no such bucket',
      data: 'eyJzZXEiOjh9',
    });
  });

  test('put there by the event source: where in the stream the batch lies', () => {
    const batch = { shardId: 'shardId-000000000001', startSequenceNumber: '49609', endSequenceNumber: '49611', batchSize: 2 };
    const body = {
      requestContext: {
        requestId: 'c9b8fa9f',
        functionArn: 'arn:aws-cn:lambda:…',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 6,
      },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-07-01T03:00:09.000Z',
      KinesisBatchInfo: batch,
    };
    expect(read(body)).toEqual({ id: ID, arrivedAt: T0 + 9000, reason: 'batch-given-up', detail: 'RetryAttemptsExhausted', batch });
  });

  test.each([
    ['no JSON', 'a plain text, 纯文本'],
    ['another object', '{"seq":9}'],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"fault"'],
    ['nothing', ''],
  ])('put there by nobody we know, as unreadable and with its bytes: %s', (_, body) => {
    const { data, ...rest } = read(body);
    expect(rest).toEqual({ id: ID, arrivedAt: 0, reason: 'unreadable', detail: 'not one of the known forms' });
    expect(Buffer.from(data as string, 'base64').toString('utf8')).toBe(body);
  });
});
