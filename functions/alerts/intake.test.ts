import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import type { Received } from '#runtime/queue.ts';
import {
  ALERT_ID,
  after,
  alertJoined,
  alertsReleased,
  breached,
  changed,
  cleared,
  INCIDENT_ID,
  incidentOpened,
  iso,
  NOW,
} from './alerts.fixture.ts';
import { type Consumed, intake } from './intake.ts';
import { AlertStore } from './store.ts';

let table: Dynamo;
let store: AlertStore;
let warnings: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  table = new Dynamo('id');
  store = new AlertStore(table.client, 'alerts');
  warnings = vi.spyOn(logger, 'warn').mockReturnValue();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

const takes = (...events: Consumed[]) =>
  intake(
    store,
    events.map((event, i): Received<Consumed> => ({ messageId: `m${i}`, event })),
    NOW,
  );
const alert = async () => (await store.get(ALERT_ID))?.alert;
const said = () => fromOutbox(table.find(ALERT_ID).outbox ?? '[]');
const gauge = (n: number) => breached(100 + n, 'orange', { deviceId: `gauge-${n}`, value: n });
const puts = () => table.sent.filter(({ name }) => name === 'PutItem');

describe('a batch', () => {
  test('is folded: each alert is read once and written once, with all that happened to it', async () => {
    expect(await takes(breached(100, 'orange'), changed(110, 'red'), cleared(120, 'red'))).toEqual([]);
    expect(table.sent.map(({ name }) => name)).toEqual(['BatchGetItem', 'PutItem']);
    expect(said().map(({ name }) => name)).toEqual(['AlertRaised', 'AlertUpdated', 'AlertCleared']);
    expect(await alert()).toMatchObject({ phase: 'open', seq: 120, clearedAt: iso(20), facts: { level: 'red', raisedAt: iso(0) } });
  });

  test('leaves with the actor and the trace of the last event', async () => {
    await takes(breached(100, 'orange'), changed(110, 'red'));
    expect(said()[0]?.metadata).toMatchObject({ actor: 'device:gauge-1', trace: 'trace 110', time: iso(0) });
  });

  test('of an alert known already goes on from there, in the next version', async () => {
    await takes(breached(100, 'orange'));
    await takes(changed(110, 'red'));
    expect(await store.get(ALERT_ID)).toMatchObject({ version: 2, alert: { seq: 110, facts: { raisedAt: iso(0) } } });
    expect(said().map(({ name }) => name)).toEqual(['AlertUpdated']);
  });

  test('delivered twice, or late, writes nothing', async () => {
    await takes(breached(100, 'orange'), changed(110, 'red'));
    expect(await takes(breached(100, 'orange'), changed(110, 'red'))).toEqual([]);
    expect(await takes(breached(100, 'orange'))).toEqual([]);
    expect(puts()).toHaveLength(1);
  });

  test('in the wrong order is the same alert', async () => {
    await takes(changed(110, 'red'), breached(100, 'orange'));
    expect(said()).toMatchObject([{ name: 'AlertRaised', data: { level: 'red' } }]);
  });

  test('of episodes, rules and devices is of as many alerts', async () => {
    await takes(
      breached(100, 'orange'),
      breached(100, 'orange', { episode: 4 }),
      breached(100, 'orange', { ruleId: 'river-level-low' }),
      breached(100, 'orange', { deviceId: 'gauge-2' }),
      breached(100, 'orange', { startedAt: iso(-31) }),
    );
    expect(table.all).toHaveLength(5);
  });

  test('of other events is nobody’s business here', async () => {
    const called = { ...incidentOpened(), name: 'LevelCalled' } as unknown as Consumed;
    expect(await takes(called)).toEqual([]);
    expect(table.sent).toEqual([]);
  });
});

describe('a storm', () => {
  test('of a thousand devices is a thousand alerts, never more than 25 written at once', async () => {
    let going = 0;
    let most = 0;
    table.before = async ({ name }) => {
      if (name !== 'PutItem') return;
      most = Math.max(most, ++going);
      await new Promise(setImmediate);
      going--;
    };
    expect(await takes(...Array.from({ length: 1000 }, (_, i) => gauge(i)))).toEqual([]);
    expect(table.all).toHaveLength(1000);
    expect(most).toBe(25);
  });

  test('that is over closes five hundred of its alerts by each event', async () => {
    await takes(...Array.from({ length: 700 }, (_, i) => gauge(i)));
    const ids = table.all.map(({ id }) => id);
    expect(await takes(alertsReleased(ids.slice(0, 500)), alertsReleased(ids.slice(500)))).toEqual([]);
    expect(table.all.filter(({ alert: { phase } }) => phase === 'resolved')).toHaveLength(700);
    expect(table.all.flatMap(({ outbox }) => fromOutbox(outbox).map(({ name }) => name))).toEqual(Array(700).fill('AlertResolved'));
  });
});

describe('an incident', () => {
  test('is remembered with its alert, and closes it', async () => {
    await takes(breached(100, 'orange'));
    await takes(incidentOpened());
    expect(await alert()).toMatchObject({ phase: 'open', incidentId: INCIDENT_ID });
    expect(said()).toEqual([]);
    await takes(alertsReleased());
    expect(await alert()).toMatchObject({ phase: 'resolved', resolvedBy: 'li-na', resolvedAt: iso(600) });
    expect(said()).toMatchObject([{ name: 'AlertResolved', metadata: { actor: 'person:li-na', trace: 'request-7' } }]);
  });

  test('in one batch with its own beginning and end is folded too', async () => {
    await takes(breached(100, 'orange'), alertJoined(), alertsReleased());
    expect(puts()).toHaveLength(1);
    expect(said().map(({ name }) => name)).toEqual(['AlertRaised', 'AlertResolved']);
  });

  test('that was resolved is nobody’s business until it releases its alerts', async () => {
    await takes(breached(100, 'orange'), alertJoined());
    const resolution = { ...alertsReleased(), name: 'IncidentResolved' } as unknown as Consumed;
    expect(await takes(resolution)).toEqual([]);
    expect(await alert()).toMatchObject({ phase: 'open' });
  });

  test('told of after it closed the alert doesn’t open it again', async () => {
    await takes(breached(100, 'orange'), alertsReleased());
    await takes(incidentOpened(), alertJoined(), cleared(120, 'orange'));
    expect(await alert()).toMatchObject({ phase: 'resolved', seq: 100 });
  });

  test('of an alert that nobody knows writes nothing', async () => {
    expect(await takes(incidentOpened(), alertsReleased())).toEqual([]);
    expect(table.all).toEqual([]);
  });
});

describe('a write that is refused', () => {
  test('is read again and decided on what is there by then', async () => {
    await takes(breached(100, 'orange'));
    table.before = async ({ name }) => {
      if (name !== 'PutItem') return;
      table.before = () => undefined;
      await takes(changed(120, 'red'));
    };
    expect(await takes(changed(110, 'yellow'), changed(130, 'blue'))).toEqual([]);
    expect(await store.get(ALERT_ID)).toMatchObject({ version: 3, alert: { seq: 130, facts: { level: 'red' } } });
    // Both are less grave than what was told meanwhile.
    expect(said()).toEqual([]);
  });

  test('because another has told it all meanwhile is done with', async () => {
    table.before = async ({ name }) => {
      if (name !== 'PutItem') return;
      table.before = () => undefined;
      await takes(breached(100, 'orange'));
    };
    expect(await takes(breached(100, 'orange'))).toEqual([]);
    expect(await store.get(ALERT_ID)).toMatchObject({ version: 1 });
  });

  test('again and again gives back its own messages only', async () => {
    table.before = ({ name, input }) => {
      if (name === 'PutItem' && input.Item.id.S === ALERT_ID) {
        throw new ConditionalCheckFailedException({ message: 'refused', $metadata: {} });
      }
    };
    expect(await takes(gauge(2), breached(100, 'orange'), gauge(3), changed(110, 'red'))).toEqual(['m1', 'm3']);
    expect(table.all).toHaveLength(2);
    expect(warnings).toHaveBeenCalledExactlyOnceWith('alert not written', { alertId: ALERT_ID, error: expect.anything() });
  });

  test('of one of an incident’s alerts gives the incident’s message back, once, and the others are closed', async () => {
    await takes(gauge(1), gauge(2), gauge(3));
    const ids = table.all.map(({ id }) => id);
    table.before = ({ name, input }) => {
      if (name === 'PutItem' && input.Item.id.S !== ids[1]) throw new Error('throttled');
    };
    expect(await takes(alertsReleased(ids))).toEqual(['m0']);
    table.before = () => undefined;
    expect(await takes(alertsReleased(ids))).toEqual([]);
    expect(puts().filter(({ input }) => input.Item.id.S === ids[1])).toHaveLength(2);
  });
});

test('an alert’s id follows from what it is about, and sorts by its beginning', () => {
  expect(ALERT_ID).toMatch(/^alt_[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(after(-30)).toBe(Date.parse(iso(-30)));
});
