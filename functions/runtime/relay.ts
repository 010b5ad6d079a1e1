/** Carries the outbox of a table's written items from its stream to the event bus. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Event } from '#events/envelope.ts';
import { clientOptions } from './clients.ts';
import { defineEnv } from './env.ts';
import { logger } from './logger.ts';
import { fromOutbox } from './outbox.ts';

export const relayEnv = defineEnv({ EVENT_BUS: 'Name of the bus that the events go to' });

/** PutEvents takes ten entries a call. */
const ENTRIES = 10;

interface Outgoing {
  readonly sequenceNumber: string;
  readonly event: Event;
}

const outgoing = (input: DynamoDBStreamEvent): Outgoing[] =>
  input.Records.flatMap((record) => {
    const outbox = record.dynamodb?.NewImage?.outbox?.S;
    const sequenceNumber = record.dynamodb?.SequenceNumber;
    return outbox && sequenceNumber ? fromOutbox(outbox).map((event) => ({ sequenceNumber, event })) : [];
  });

/** The sequence numbers of those that the bus did not take. */
const put = async (bus: EventBridgeClient, busName: string, batch: readonly Outgoing[]): Promise<string[]> => {
  const { Entries: results = [] } = await bus.send(
    new PutEventsCommand({
      Entries: batch.map(({ event }) => ({
        EventBusName: busName,
        Source: event.source,
        DetailType: event.name,
        Detail: JSON.stringify({ metadata: event.metadata, data: event.data }),
      })),
    }),
  );
  return batch.flatMap(({ sequenceNumber, event }, i) => {
    const code = results[i]?.ErrorCode;
    if (!code) return [];
    logger.warn('bus refused event', { id: event.metadata.id, name: event.name, code });
    return [sequenceNumber];
  });
};

/** Lambda retries from the first failed record on; what was published already goes out twice, which consumers recognise by its id. */
export const relay =
  (busName: string, bus = new EventBridgeClient(clientOptions)) =>
  async (input: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const all = outgoing(input);
    for (let i = 0; i < all.length; i += ENTRIES) {
      const [failed] = await put(bus, busName, all.slice(i, i + ENTRIES));
      if (failed) return { batchItemFailures: [{ itemIdentifier: failed }] };
    }
    return { batchItemFailures: [] };
  };
