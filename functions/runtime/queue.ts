import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Event } from '#events/envelope.ts';
import { logger } from './logger.ts';

export interface Received<E extends Event = Event> {
  readonly messageId: string;
  readonly event: E;
}

/** What EventBridge puts into the queue: its envelope around our metadata and data. */
const parse = (body: string): Event => {
  const { source, 'detail-type': name, detail } = JSON.parse(body);
  if (!detail.metadata?.id || typeof detail.data !== 'object' || detail.data === null) throw new TypeError('no metadata or data');
  return { source, name, metadata: detail.metadata, data: detail.data };
};

/**
 * A queue of events, handled as one batch so that it can be folded per key. `handle` answers the ids of the messages that must come
 * again; whatever it throws sends the whole batch again. A message that cannot be read comes again too and ends, with its reason
 * in the log, in the queue's dead-letter queue.
 */
export const eventQueue =
  <E extends Event>(handle: (batch: readonly Received<E>[]) => Promise<readonly string[]>) =>
  async (input: SQSEvent): Promise<SQSBatchResponse> => {
    const batch: Received<E>[] = [];
    const unreadable: string[] = [];
    for (const record of input.Records) {
      try {
        batch.push({ messageId: record.messageId, event: parse(record.body) as E });
      } catch (error) {
        logger.error('event unreadable', { messageId: record.messageId, error: error as Error });
        unreadable.push(record.messageId);
      }
    }
    const failed = batch.length > 0 ? await handle(batch) : [];
    return { batchItemFailures: [...unreadable, ...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
