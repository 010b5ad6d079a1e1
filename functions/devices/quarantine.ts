/** Records that cannot be used, kept with their reason and original bytes until a person looks: nothing is dropped silently. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Fault } from './reading.ts';

export interface Quarantined {
  /** The record's sequence number in the stream: a record quarantined twice is recognised by it. */
  readonly id: string;
  readonly deviceId: string;
  /** ms since the epoch, when the stream took it */
  readonly arrivedAt: number;
  readonly fault: Fault;
  /** The original bytes, base64. */
  readonly data: string;
}

/** A queue takes ten messages and 1 MiB a call, and 1 MiB a message. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MESSAGES = 10;
const BYTES = 1_000_000;

const batches = (bodies: readonly string[]): string[][] => {
  const all: string[][] = [];
  let size = 0;
  for (const body of bodies) {
    const last = all.at(-1);
    if (!last || last.length === MESSAGES || size + body.length > BYTES) {
      all.push([body]);
      size = body.length;
    } else {
      last.push(body);
      size += body.length;
    }
  }
  return all;
};

/** A queue takes every character that XML 1.0 does; of those that JSON leaves unescaped two are not among them. */
const toBody = (record: Quarantined): string =>
  JSON.stringify(record).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

/** Throws when the queue does not take them all: the batch then comes again rather than lose one. */
export const quarantine = async (queue: SQSClient, queueUrl: string, records: readonly Quarantined[]): Promise<void> => {
  await Promise.all(
    batches(records.map(toBody)).map(async (bodies) => {
      const Entries = bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
      const { Failed = [] } = await queue.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`Quarantine refused ${Failed.length} records: ${Failed[0]?.Message}`);
    }),
  );
};
