/** Carries the outbox of a table's written items from its stream to the event bus. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Event, Occurrence } from '#events/envelope.ts';
import { clientOptions } from './clients.ts';
import { defineEnv } from './env.ts';
import { logger } from './logger.ts';
import { fromOutbox, toOutbox } from './outbox.ts';
import { fromItem, type Item } from './table.ts';

export const relayEnv = defineEnv({ EVENT_BUS: 'Name of the bus that the events go to' });

/** PutEvents takes ten entries and 256 KB a call. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const ENTRIES = 10;
const BYTES = 256 * 1024;

interface Outgoing {
  readonly sequenceNumber: string;
  readonly event: Event;
  readonly detail: string;
  readonly bytes: number;
}

/** What is told of an item that is gone, by its key: nothing else of it comes along. */
export type Farewell = (key: Readonly<Record<string, string>>) => readonly Occurrence[];

const lastWords = ({ dynamodb }: DynamoDBRecord, farewell: Farewell): string | undefined => {
  const key = fromItem<Record<string, string>>((dynamodb?.Keys ?? {}) as Item);
  // The record's own moment: told again it is the same event.
  const now = Math.floor((dynamodb?.ApproximateCreationDateTime ?? 0) * 1000);
  return toOutbox(farewell(key), { actor: 'system:time', trace: key.id ?? '', now });
};

const outgoing = (input: DynamoDBStreamEvent, farewell: Farewell): Outgoing[] =>
  input.Records.flatMap((record) => {
    const outbox = record.eventName === 'REMOVE' ? lastWords(record, farewell) : record.dynamodb?.NewImage?.outbox?.S;
    const sequenceNumber = record.dynamodb?.SequenceNumber;
    if (!outbox || !sequenceNumber) return [];
    return fromOutbox(outbox).map((event) => {
      const detail = JSON.stringify({ metadata: event.metadata, data: event.data });
      return { sequenceNumber, event, detail, bytes: Buffer.byteLength(event.source + event.name + detail) };
    });
  });

const calls = (all: readonly Outgoing[]): Outgoing[][] => {
  const filled: Outgoing[][] = [];
  let size = 0;
  for (const one of all) {
    const last = filled.at(-1);
    if (last && last.length < ENTRIES && size + one.bytes <= BYTES) {
      last.push(one);
      size += one.bytes;
    } else {
      filled.push([one]);
      size = one.bytes;
    }
  }
  return filled;
};

/** The sequence numbers of those that the bus did not take. */
const put = async (bus: EventBridgeClient, busName: string, batch: readonly Outgoing[]): Promise<string[]> => {
  const { Entries: results = [] } = await bus.send(
    new PutEventsCommand({
      Entries: batch.map(({ event, detail }) => ({
        EventBusName: busName,
        Source: event.source,
        DetailType: event.name,
        Detail: detail,
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

export interface Options {
  readonly bus?: EventBridgeClient;
  readonly farewell?: Farewell;
}

/** Lambda retries from the first failed record on; what was published already goes out twice, which consumers recognise by its id. */
export const relay =
  (busName: string, { bus = new EventBridgeClient(clientOptions), farewell = () => [] }: Options = {}) =>
  async (input: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const batch of calls(outgoing(input, farewell))) {
      const [failed] = await put(bus, busName, batch);
      if (failed) return { batchItemFailures: [{ itemIdentifier: failed }] };
    }
    return { batchItemFailures: [] };
  };
