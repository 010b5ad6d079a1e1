/** What happens twice, late, or at the same moment as something else: one outcome, and nobody left uncalled. */

import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AlertsEvent } from '#events/alerts.ts';
import { LevelCalled } from '#events/emergency.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import type { Received } from '#runtime/queue.ts';
import {
  acknowledged,
  after,
  alert,
  CONFIG,
  calling,
  chenJing,
  heMei,
  LI_NA,
  liNa,
  MESSAGE,
  NOW,
  opened,
  position,
  raised,
  SUBJECT,
  updated,
} from './emergency.fixture.ts';
import { acknowledge, callStep, type Decided, exhaust, type Incident, join, resolve } from './incident.ts';
import { type Intake, takeIn } from './intake.ts';
import { notify } from './notify.ts';
import { Phones } from './phones.ts';
import { IncidentStore, type StoredIncident } from './store.ts';
import { toView } from './view.ts';

let table: Dynamo;
let store: IncidentStore;
let intake: Intake;
let started: Set<string>;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new IncidentStore(table.client, 'incidents');
  started = new Set();
  intake = { config: CONFIG, store, start: async ({ incidentId, attempt }) => void started.add(`${incidentId}-${attempt}`) };
  vi.spyOn(logger, 'warn').mockReturnValue();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());
const takes = (...batch: Received<AlertsEvent>[]) => takeIn(intake, batch, NOW);
const incidents = (): Incident[] =>
  table.all.filter(({ part }) => part === 'incident').map(({ incident, alerts }) => ({ ...incident, alerts }));
const inTown = async (town = 'wanan', plan = 'flood') => (await store.getOpen(plan, town)) as StoredIncident;
const does = async (command: (incident: Incident) => object) => {
  const before = await inTown();
  await store.put({ before, decided: command(before.incident) as Decided }, { actor: 'person:x', trace: 'x', now: after(60) });
};

test('an alert raised and updated within one batch is taken in', async () => {
  expect(await takes(raised(alert(1)), updated(alert(1, { level: 'red' })), raised(alert(2)))).toEqual([]);
  expect(incidents()).toMatchObject([{ level: 'red', alerts: 2 }]);
});

test('a graver alert that comes in the moment of a resolution belongs to the next incident, which calls', async () => {
  await takes(raised(alert(1)));
  started.clear();
  let reads = 0;
  table.before = async ({ name }) => {
    // getOpen reads the pointer, then the incident: the resolution comes in between.
    if (name !== 'GetItem' || ++reads !== 2) return;
    table.before = () => undefined;
    await does((incident) => resolve(incident, LI_NA, 'dry', after(60)));
  };
  expect(await takes(raised(alert(2, { level: 'red' })))).toEqual([]);
  expect(incidents()).toMatchObject([{ phase: 'resolved' }, { phase: 'opened', level: 'red' }]);
  expect(started.size).toBe(1);
});

test('an alert that got graver before it was handled is a member of the graver plan’s incident only', async () => {
  expect(await takes(raised(alert(1, { level: 'yellow' })), updated(alert(1)))).toEqual([]);
  expect(incidents().filter(({ phase }) => phase !== 'resolved')).toMatchObject([{ planId: 'flood', alerts: 1 }]);
});

test('a member that got graver, but no graver than its incident, is counted and announced once', async () => {
  await takes(raised(alert(1, { level: 'red' })), raised(alert(2)));
  await takes(updated(alert(2, { level: 'red' })));
  expect(incidents()).toMatchObject([{ alerts: 2 }]);
});

test('whoever dies between joining the graver incident and leaving the other leaves it when the message comes again', async () => {
  await takes(raised(alert(1, { level: 'yellow' })));
  table.before = ({ name, input }) => {
    if (name === 'TransactWriteItems' && JSON.stringify(input).includes('"Delete"')) throw new Error('killed');
  };
  expect(await takes(updated(alert(1)))).toHaveLength(1);
  table.before = () => undefined;
  await takes(updated(alert(1)));
  expect(await inTown('wanan', 'water-watch')).toBeUndefined();
});

test('an answer to the call before a graver alert doesn’t answer for the graver one', () => {
  const two = (callStep(opened(), position(0), [liNa, heMei], MESSAGE, NOW) as Decided).incident;
  const answered = (acknowledge(two, 'li-na', after(60)) as Decided).incident;
  const reopened = join(answered, alert(2, { level: 'red' }), false, SUBJECT).incident;
  const { incident, occurrences } = acknowledge(reopened, 'he-mei', after(61)) as Decided;
  expect(occurrences.map(({ definition }) => definition.name)).toEqual(['AcknowledgementCounted']);
  expect(incident).toMatchObject({ phase: 'calling', startAt: { round: 2, step: 0 } });
});

test('an event that lies twice in one batch calls once', async () => {
  const made: string[] = [];
  const phones = new Phones(table.client, 'incidents');
  const event = {
    source: 'emergency',
    name: 'LevelCalled',
    metadata: { id: 'evt_1', version: 1, time: '', actor: '', trace: '' },
    data: LevelCalled.sample,
  } as const;
  await notify(
    { channels: { phone: async ({ callId }) => void made.push(callId) }, sent: phones },
    [
      { messageId: 'a', event },
      { messageId: 'b', event },
    ],
    NOW,
  );
  expect(made).toHaveLength(1);
});

test('a call that was overtaken by the next step doesn’t make its own step the current one again', () => {
  // Step 0's function was slow to start; its time passed and step 1 was called first.
  const ahead = (callStep(opened(), position(1), [chenJing], MESSAGE, after(1)) as Decided).incident;
  expect(callStep(ahead, position(0), [liNa], MESSAGE, after(2))).toEqual({ outcome: 'stop' });
  // The same when step 0 was recorded: its token would take the place of the one that waits.
  expect(callStep(calling(1), position(0), [liNa], MESSAGE, after(2))).toEqual({ outcome: 'stop' });
});

test('the end of a round told again when the next round is being called says nothing', () => {
  const ended = exhaust(calling(2), { attempt: 1, round: 1 }, after(900)) as Decided;
  const second = (callStep(ended.incident, position(1, 2), [chenJing], MESSAGE, after(2100)) as Decided).incident;
  expect(exhaust(second, { attempt: 1, round: 1 }, after(2101))).toMatchObject({ incident: second, occurrences: [] });
});

test('the view of a reopened incident doesn’t promise a step in the past', () => {
  const reopened = join(acknowledged(), alert(2, { level: 'red' }), false, SUBJECT).incident;
  expect(toView(reopened, 3).next).toBeUndefined();
});

test('somebody with two numbers of one channel is called at both under different call ids', () => {
  const twice = {
    ...liNa,
    channels: [
      { type: 'sms' as const, address: '+861' },
      { type: 'sms' as const, address: '+862' },
    ],
  };
  const { occurrences } = callStep(opened(), position(0), [twice], MESSAGE, NOW) as Decided;
  const ids = (occurrences as unknown as [{ data: { calls: { callId: string }[] } }])[0].data.calls.map(({ callId }) => callId);
  expect(new Set(ids).size).toBe(2);
});

test('joining an incident that a transaction writes at that moment is tried again', async () => {
  await takes(raised(alert(1)));
  table.before = ({ name }) => {
    if (name !== 'UpdateItem') return;
    table.before = () => undefined;
    throw new TransactionConflictException({ message: 'Transaction is ongoing for the item', $metadata: {} });
  };
  expect(await takes(raised(alert(2)))).toEqual([]);
});

test('an exhausted plan’s pause doesn’t hold back a graver alert', () => {
  const pausing = (exhaust(calling(2), { attempt: 1, round: 1 }, after(900)) as Decided).incident;
  const { incident } = join(pausing, alert(2, { level: 'red' }), false, SUBJECT);
  expect(incident).toMatchObject({ attempt: 2, startAt: { round: 2, step: 0 } });
});

test('what somebody has answered stays answered when the message comes again after the next step was called', () => {
  const half = (acknowledge(calling(1), 'chen-jing', after(330)) as Decided).incident;
  const next = (callStep(half, position(2), [heMei], MESSAGE, after(900)) as Decided).incident;
  expect(acknowledge(next, 'chen-jing', after(901))).toMatchObject({ occurrences: [] });
});
