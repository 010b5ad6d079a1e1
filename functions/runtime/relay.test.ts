import { EventBridgeClient, type PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AlertRaised } from '#events/alerts.ts';
import { CaseLapsed } from '#events/casework.ts';
import { IncidentResolved } from '#events/emergency.ts';
import { occurred } from '#events/envelope.ts';
import { logger } from './logger.ts';
import { toOutbox } from './outbox.ts';
import { type Farewell, relay } from './relay.ts';

const warn = vi.spyOn(logger, 'warn').mockReturnValue(undefined);
beforeEach(() => warn.mockClear());

/** A written item whose outbox tells of so many events, `<item>.0`, `<item>.1`, … by their traces. */
const wrote = (sequenceNumber: string, events = 1) => {
  const entries = Array.from({ length: events }, (_, i) => {
    const cause = { actor: 'device:a', trace: `${sequenceNumber}.${i}`, now: Date.UTC(2026, 6, 1, 3) };
    return JSON.parse(toOutbox([occurred(AlertRaised, [sequenceNumber, i], AlertRaised.sample)], cause) as string)[0];
  });
  return { dynamodb: { SequenceNumber: sequenceNumber, NewImage: { id: { S: 'alt_1' }, outbox: { S: JSON.stringify(entries) } } } };
};

type Answer = (trace: string) => PutEventsResultEntry;
const taken: Answer = (trace) => ({ EventId: trace });

/** The bus: what it was given, call by call, and what it answers to each entry. */
const bus = (answer: Answer = taken, farewell?: Farewell) => {
  const calls: string[][] = [];
  const client = new EventBridgeClient({ region: 'cn-north-1' });
  const entries: NonNullable<PutEventsCommand['input']['Entries']> = [];
  client.send = vi.fn(async ({ input }: PutEventsCommand) => {
    const traces = (input.Entries ?? []).map(({ Detail }) => JSON.parse(Detail as string).metadata.trace as string);
    entries.push(...(input.Entries ?? []));
    calls.push(traces);
    const Entries = traces.map(answer);
    return { Entries, FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode).length };
  }) as never;
  const carry = async (...Records: object[]) => {
    const { batchItemFailures } = await relay('luojiang', { bus: client, ...(farewell && { farewell }) })({
      Records,
    } as DynamoDBStreamEvent);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { calls, entries, carry };
};

const refuses =
  (...traces: string[]): Answer =>
  (trace) =>
    traces.includes(trace) ? { ErrorCode: 'ThrottlingException' } : taken(trace);

test('an event goes out under its capability’s name, with its metadata and data', async () => {
  const { carry, entries } = bus();
  expect(await carry(wrote('100'))).toEqual([]);
  expect(entries.map(({ Detail, ...entry }) => ({ ...entry, detail: JSON.parse(Detail as string) }))).toEqual([
    {
      EventBusName: 'luojiang',
      Source: 'alerts',
      DetailType: 'AlertRaised',
      detail: {
        metadata: {
          id: expect.stringMatching(/^evt_/),
          version: 1,
          time: '2026-07-01T03:00:00.000Z',
          actor: 'device:a',
          trace: '100.0',
        },
        data: AlertRaised.sample,
      },
    },
  ]);
});

test('all events of all items go out in their order, ten a call', async () => {
  const { carry, calls } = bus();
  expect(await carry(wrote('100', 7), wrote('101', 7), wrote('102', 7))).toEqual([]);
  expect(calls.map(({ length }) => length)).toEqual([10, 10, 1]);
  expect(calls.flat()).toEqual(['100', '101', '102'].flatMap((item) => [0, 1, 2, 3, 4, 5, 6].map((i) => `${item}.${i}`)));
});

test('a batch of exactly ten is one call', async () => {
  const { carry, calls } = bus();
  await carry(wrote('100', 10));
  expect(calls).toHaveLength(1);
});

test('an item that tells of nothing, or was deleted, costs no call', async () => {
  const { carry, calls } = bus();
  const quiet = { dynamodb: { SequenceNumber: '100', NewImage: { id: { S: 'alt_1' } } } };
  const deleted = { eventName: 'REMOVE', dynamodb: { SequenceNumber: '101', Keys: { id: { S: 'alt_1' } } } };
  expect(await carry(quiet, deleted)).toEqual([]);
  expect(calls).toEqual([]);
});

describe('when the bus refuses some', () => {
  test('the stream comes again from the first item that has one', async () => {
    const { carry } = bus(refuses('102.0', '101.1'));
    expect(await carry(wrote('100'), wrote('101', 2), wrote('102'))).toEqual(['101']);
  });

  test('nothing after that call is sent: it comes again anyway', async () => {
    const { carry, calls } = bus(refuses('100.3'));
    expect(await carry(wrote('100', 10), wrote('101', 10))).toEqual(['100']);
    expect(calls).toHaveLength(1);
  });

  test('what went out in an earlier call stays out', async () => {
    const { carry, calls } = bus(refuses('101.0'));
    expect(await carry(wrote('100', 10), wrote('101'), wrote('102'))).toEqual(['101']);
    expect(calls).toEqual([Array.from({ length: 10 }, (_, i) => `100.${i}`), ['101.0', '102.0']]);
  });

  test('each refusal is in the log by id and reason, without what the event says', async () => {
    const { carry } = bus(refuses('100.0'));
    await carry(wrote('100', 2));
    expect(warn.mock.calls).toEqual([
      ['bus refused event', { id: expect.stringMatching(/^evt_/), name: 'AlertRaised', code: 'ThrottlingException' }],
    ]);
  });
});

test('a bus that does not answer sends the whole batch again', async () => {
  const { carry } = bus(() => {
    throw new Error('socket hang up');
  });
  await expect(carry(wrote('100'))).rejects.toThrow('socket hang up');
});

test('events that are too large together go out in several calls', async () => {
  const { carry, calls, entries } = bus();
  const data = { ...IncidentResolved.sample, reason: '水'.repeat(30_000) };
  const outbox = toOutbox([occurred(IncidentResolved, ['inc_1'], data)], { actor: 'person:a', trace: 'large', now: 1 }) as string;
  const item = (sequenceNumber: string) => ({ dynamodb: { SequenceNumber: sequenceNumber, NewImage: { outbox: { S: outbox } } } });
  expect(await carry(...['100', '101', '102', '103', '104'].map(item))).toEqual([]);
  // Some 90 KB each: three would be more than 256 KB with a fourth.
  expect(calls.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(entries).toHaveLength(5);
});

describe('an item that is gone', () => {
  const CASE_ID = 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
  const gone = (sequenceNumber: string, part = 'case') => ({
    eventName: 'REMOVE',
    dynamodb: {
      SequenceNumber: sequenceNumber,
      Keys: { id: { S: CASE_ID }, part: { S: part } },
      ApproximateCreationDateTime: 1_782_873_000.25,
    },
  });
  const farewell: Farewell = ({ id, part }) => (part === 'case' ? [occurred(CaseLapsed, [id as string], { caseId: id as string })] : []);

  test('is told of as its table would have it, the same however often', async () => {
    const { carry, entries } = bus(taken, farewell);
    expect(await carry(gone('1'), gone('2', 'event#000001'), wrote('3'))).toEqual([]);
    await carry(gone('1'));
    expect(entries.map(({ DetailType }) => DetailType)).toEqual(['CaseLapsed', 'AlertRaised', 'CaseLapsed']);
    expect(entries[0]).toEqual(entries[2]);
    expect(JSON.parse(entries[0]?.Detail as string)).toEqual({
      metadata: {
        id: expect.stringMatching(/^evt_/),
        version: 1,
        time: '2026-07-01T02:30:00.250Z',
        actor: 'system:time',
        trace: CASE_ID,
      },
      data: { caseId: CASE_ID },
    });
  });

  test('comes again when the bus did not take it', async () => {
    const { carry } = bus(() => ({ ErrorCode: 'ThrottlingException' }), farewell);
    expect(await carry(gone('1'))).toEqual(['1']);
  });

  test('leaves no word without one', async () => {
    const { carry, entries } = bus();
    expect(await carry(gone('1'))).toEqual([]);
    expect(entries).toEqual([]);
  });
});
