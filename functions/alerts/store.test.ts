import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, test } from 'vitest';
import { AlertRaised } from '#events/alerts.ts';
import { occurred } from '#events/envelope.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import type { Alert } from './alert.ts';
import { ALERT_ID, INCIDENT_ID, iso, NOW, open, RESOLUTION, resolved } from './alerts.fixture.ts';
import { AlertView } from './api.ts';
import { AlertStore, type StoredAlert, toView } from './store.ts';

const CAUSE = { actor: 'device:gauge-1', trace: 'trace-5', now: NOW };
const CONFLICT = { kind: 'conflict', code: 'changed-meanwhile' };

let table: Dynamo;
let store: AlertStore;
beforeEach(() => {
  table = new Dynamo('id');
  store = new AlertStore(table.client, 'alerts');
});

const quietly = (alert: Alert) => ({ alert, occurrences: [] });
const named = (id: string, change: Partial<Alert['facts']> = {}, alert = open()): Alert => ({
  ...alert,
  facts: { ...alert.facts, alertId: id, ...change },
});
const stored = async () => (await store.get(ALERT_ID)) as StoredAlert;

describe('an alert', () => {
  test('is one item, with its events, found by its id and listed by phase and town', async () => {
    await store.put(undefined, { alert: open(), occurrences: [occurred(AlertRaised, [ALERT_ID, 100], open().facts)] }, CAUSE);
    const [{ outbox, ...item }] = table.all;
    expect(item).toEqual({ id: ALERT_ID, version: 1, alert: open(), listKey: 'open#wanan', listAt: `${iso(1)}#${ALERT_ID}` });
    expect(fromOutbox(outbox)).toMatchObject([{ name: 'AlertRaised', metadata: { actor: 'device:gauge-1', trace: 'trace-5' } }]);
    expect(await stored()).toEqual({ alert: open(), version: 1 });
    expect(table.sent.at(-1)?.input.ConsistentRead).toBe(true);
    expect(await store.get('alt_other')).toBeUndefined();
  });

  test('changed moves its version on, and what was said before isn’t said again', async () => {
    await store.put(undefined, { alert: open(), occurrences: [occurred(AlertRaised, [ALERT_ID, 100], open().facts)] }, CAUSE);
    await store.put(await stored(), quietly(resolved()), CAUSE);
    expect(await stored()).toEqual({ alert: resolved(), version: 2 });
    expect(table.find(ALERT_ID)).not.toHaveProperty('outbox');
    expect(table.find(ALERT_ID).listKey).toBe('resolved#wanan');
  });

  test('raised twice at once is a conflict for the second', async () => {
    await store.put(undefined, quietly(open(100)), CAUSE);
    await expect(store.put(undefined, quietly(open(110)), CAUSE)).rejects.toMatchObject(CONFLICT);
    expect((await stored()).alert.seq).toBe(100);
  });

  test('changed over a version that is no longer there is a conflict', async () => {
    await store.put(undefined, quietly(open(100)), CAUSE);
    const before = await stored();
    await store.put(before, quietly(open(110)), CAUSE);
    await expect(store.put(before, quietly(open(120)), CAUSE)).rejects.toMatchObject(CONFLICT);
    expect((await stored()).alert.seq).toBe(110);
  });

  test('that can’t be written for another reason is that failure', async () => {
    const broken = new Error('throttled');
    table.before = () => {
      throw broken;
    };
    await expect(store.put(undefined, quietly(open()), CAUSE)).rejects.toBe(broken);
  });
});

test('many are read at once, as they are now', async () => {
  for (let i = 0; i < 240; i++) await store.put(undefined, quietly(named(`alt_${i}`)), CAUSE);
  table.sent.length = 0;
  const found = await store.getAll(Array.from({ length: 250 }, (_, i) => `alt_${i}`));
  expect(found.size).toBe(240);
  expect(found.get('alt_239')).toEqual({ alert: named('alt_239'), version: 1 });
  expect(table.sent.map(({ input }) => input.RequestItems.alerts.Keys.length)).toEqual([100, 100, 50]);
  expect(table.sent.every(({ input }) => input.RequestItems.alerts.ConsistentRead)).toBe(true);
});

describe('the list', () => {
  /** a0…a9, the later ones newer, in turn of wanan and jinshan, the last two resolved. */
  beforeEach(async () => {
    for (let i = 0; i < 10; i++) {
      const change = { town: i % 2 ? 'jinshan' : 'wanan', raisedAt: iso(i) };
      await store.put(undefined, quietly(named(`a${i}`, change, i < 8 ? open() : resolved())), CAUSE);
    }
  });
  const ids = ({ alerts }: { alerts: readonly StoredAlert[] }) => alerts.map(({ alert }) => alert.facts.alertId).join(' ');

  test('is of one phase and the given towns, newest first', async () => {
    expect(ids(await store.list('open', ['wanan', 'jinshan'], 20))).toBe('a7 a6 a5 a4 a3 a2 a1 a0');
    expect(ids(await store.list('open', ['jinshan'], 20))).toBe('a7 a5 a3 a1');
    expect(ids(await store.list('resolved', ['wanan', 'jinshan'], 20))).toBe('a9 a8');
    expect(await store.list('open', [], 20)).toEqual({ alerts: [] });
  });

  test.each([
    [1, ['wanan', 'jinshan'], 'a7 a6 a5 a4 a3 a2 a1 a0'],
    [3, ['wanan', 'jinshan'], 'a7 a6 a5 a4 a3 a2 a1 a0'],
    [5, ['wanan', 'jinshan'], 'a7 a6 a5 a4 a3 a2 a1 a0'],
    [8, ['wanan', 'jinshan'], 'a7 a6 a5 a4 a3 a2 a1 a0'],
    [2, ['jinshan'], 'a7 a5 a3 a1'],
    [3, ['wanan'], 'a6 a4 a2 a0'],
  ])('%i at a time of %j leaves none out and shows none twice', async (limit, towns, all) => {
    // DynamoDB may end a page earlier than it was asked to.
    table.page = 2;
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await store.list('open', towns, limit, before);
      expect(page.alerts.length).toBeLessThanOrEqual(limit);
      seen.push(ids(page));
      before = page.next;
    } while (before);
    expect(seen.join(' ')).toBe(all);
    expect(seen).toHaveLength(Math.ceil(all.split(' ').length / limit));
  });
});

describe('the view', () => {
  test('shows facts, phase and version, and not the sequence number', () => {
    expect(toView({ alert: { ...open(), clearedAt: iso(30), incidentId: INCIDENT_ID }, version: 4 })).toEqual({
      ...open().facts,
      phase: 'open',
      clearedAt: iso(30),
      incidentId: INCIDENT_ID,
      version: 4,
    });
  });

  test('of a closed one shows who closed it, when and why', () => {
    expect(toView({ alert: resolved(), version: 5 })).toMatchObject({ phase: 'resolved', ...RESOLUTION });
  });

  test.each([open(), resolved()])('keeps to the schema ($phase)', (alert) => {
    expect([...Compile(AlertView).Errors(toView({ alert, version: 1 }))]).toEqual([]);
  });
});
