import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlertsReleased, IncidentResolved } from '#events/emergency.ts';
import type { Event, EventOf } from '#events/envelope.ts';
import { Dynamo, type Sent } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import { fromOutbox, toOutbox } from '#runtime/outbox.ts';
import type { Received } from '#runtime/queue.ts';
import { toItem } from '#runtime/table.ts';
import { after, alert, alertId, CONFIG, INCIDENT_ID, iso, LI_NA, membersOf, NOW, opened, raised, updated } from './emergency.fixture.ts';
import { type Decided, type Incident, joins, resolve } from './incident.ts';
import { takeIn } from './intake.ts';
import { type Resolved, release } from './release.ts';
import { IncidentStore, type Membership } from './store.ts';

const REASON = '闸门已开 gate opened';
const KB = 1024;

let table: Dynamo;
let store: IncidentStore;
let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new IncidentStore(table.client, 'incidents');
  warn = vi.spyOn(logger, 'warn').mockReturnValue();
  vi.spyOn(logger, 'info').mockReturnValue();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

const put = (item: { id: string; part: string } & Partial<Membership> & { outbox?: string | undefined }) =>
  table.items.set(`${item.id}|${item.part}`, toItem(item));
const member = (n: number): Membership => ({ alertId: alertId(n), incidentId: INCIDENT_ID, level: 'orange' });
/** As addMembers writes them: the row with what it says, and where the alert belongs. */
const row = (n: number) =>
  put({
    ...member(n),
    id: INCIDENT_ID,
    part: `alert#${alertId(n)}`,
    outbox: toOutbox([joins(opened(), alertId(n))], { actor: 'x', trace: 'x', now: NOW }),
  });
const pointer = (n: number, incidentId = INCIDENT_ID) => put({ ...member(n), incidentId, id: `alert#${alertId(n)}`, part: 'pointer' });
const gathers = (size: number) => {
  for (let n = 1; n <= size; n++) {
    row(n);
    pointer(n);
  }
};

const resolution = (incident: Incident = opened(), messageId = 'm1'): Received<Resolved> => {
  const { occurrences } = resolve(incident, LI_NA, REASON, after(500)) as Decided;
  return {
    messageId,
    event: {
      source: 'emergency',
      name: 'IncidentResolved',
      metadata: { id: 'evt_00000000000000000000000000', version: 1, time: iso(500), actor: 'person:li-na', trace: 'request-7' },
      data: occurrences[0]?.data as Resolved['data'],
    },
  };
};
/** The seconds are since the incident opened; it was resolved after 500. */
const releases = (message = resolution(), seconds = 501) => release(store, [message], after(seconds));

type Released = EventOf<typeof AlertsReleased>;
const items = (): { id: string; part: string; outbox: string; expires: number }[] =>
  table.all.filter(({ part }) => part.startsWith('released#'));
const said = (): Released[] => items().flatMap(({ outbox }) => fromOutbox(outbox) as Released[]);
const released = (): string[] => said().flatMap(({ data }) => data.alertIds);
const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => alertId(from + i));
const puts = () => table.sent.filter(({ name }) => name === 'PutItem');

/** Fails at the n-th command of a name, once. */
const dies = (name: string, nth: number) => {
  let seen = 0;
  table.before = (sent: Sent) => {
    if (sent.name !== name || ++seen !== nth) return;
    table.before = () => undefined;
    throw new Error('killed');
  };
};

test('the alerts of a resolved incident are released in its words, by the person who resolved it', async () => {
  gathers(2);
  expect(await releases(resolution({ ...opened(), alerts: 2 }))).toEqual([]);
  const { planId, planName, town, level } = opened();
  expect(said()).toEqual([
    {
      source: 'emergency',
      name: 'AlertsReleased',
      metadata: { id: expect.stringMatching(/^evt_/), version: 1, time: iso(500), actor: 'person:li-na', trace: 'request-7' },
      data: {
        ...{ incidentId: INCIDENT_ID, planId, planName, town, level },
        ...{ personId: 'li-na', personName: LI_NA.name, reason: REASON, resolvedAt: iso(500) },
        alertIds: ids(1, 2),
      },
    },
  ]);
  expect([...Compile(AlertsReleased.data).Errors(said()[0]?.data)]).toEqual([]);
});

test('what was said is forgotten after two weeks, as long as a queue keeps a message', async () => {
  gathers(1);
  await releases();
  const [item] = items();
  expect(item).toMatchObject({ id: INCIDENT_ID, expires: after(500) / 1000 + 14 * 86_400 });
  expect(Object.keys(item ?? {}).sort()).toEqual(['expires', 'id', 'outbox', 'part']);
});

test('what was released is neither a member nor listed', async () => {
  gathers(3);
  await releases();
  expect(await membersOf(store, INCIDENT_ID)).toEqual(ids(1, 3));
  expect(items()[0]).not.toHaveProperty('listKey');
});

describe('many alerts', () => {
  test.each([
    [499, [499]],
    [500, [500]],
    [501, [500, 1]],
    [1000, [500, 500]],
    [1201, [500, 500, 201]],
  ])('%i go out in events of five hundred', async (size, pages) => {
    gathers(size);
    expect(await releases()).toEqual([]);
    expect(said().map(({ data }) => data.alertIds.length)).toEqual(pages);
    expect(released()).toEqual(ids(1, size));
  });

  test('go out as well where DynamoDB ends a page earlier than it was asked to', async () => {
    gathers(30);
    table.page = 7;
    await releases();
    expect(released()).toEqual(ids(1, 30));
  });

  test('are asked for without delay: who was counted in a moment before is among them', async () => {
    gathers(2);
    await releases();
    const reads = table.sent
      .filter(({ name }) => name !== 'PutItem')
      .map(({ input }) => input.ConsistentRead ?? input.RequestItems.incidents.ConsistentRead);
    expect(reads).toEqual([true, true]);
  });

  test('of twelve thousand no event and no item is too large, and each page is seven calls', async () => {
    gathers(12_000);
    await releases(resolution({ ...opened(), alerts: 12_000 }));
    const calls = Map.groupBy(table.sent, ({ name }) => name);
    expect(Object.fromEntries([...calls].map(([name, all]) => [name, all.length]))).toEqual({
      // The last page is full: one more query learns that it was the last.
      ...{ Query: 25, BatchGetItem: 120, PutItem: 24 },
    });
    expect(released()).toEqual(ids(1, 12_000));
    for (const { outbox } of items()) {
      const [event] = fromOutbox(outbox) as [Event];
      // The schema bounds what people write: 500 characters of a reason are 1,500 bytes more.
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(20 * KB);
      expect(Buffer.byteLength(outbox)).toBeLessThan(20 * KB);
    }
  });

  test('do not make the resolution itself any larger', async () => {
    const incident = { ...opened(), alerts: 12_000 };
    await store.put({ before: undefined, decided: { incident, occurrences: [] } }, { actor: 'x', trace: 'x', now: NOW });
    gathers(12_000);
    const before = await store.get(INCIDENT_ID);
    table.sent.length = 0;
    await store.put(
      { before, decided: resolve(before?.incident as Incident, LI_NA, REASON, after(500)) as Decided },
      { actor: 'x', trace: 'x', now: after(500) },
    );
    expect(table.sent.map(({ name }) => name)).toEqual(['TransactWriteItems']);
    expect(JSON.stringify(table.find(INCIDENT_ID, 'incident')).length).toBeLessThan(4 * KB);
    expect([...Compile(IncidentResolved.data).Errors(fromOutbox(table.find(INCIDENT_ID, 'incident').outbox)[0]?.data)]).toEqual([]);
  });
});

describe('an alert whose row is with the incident', () => {
  test('and that belongs to another one stays open', async () => {
    gathers(5);
    pointer(2, 'inc_next');
    pointer(4, 'inc_graver');
    expect(await releases()).toEqual([]);
    expect(released()).toEqual([alertId(1), alertId(3), alertId(5)]);
  });

  test('but that nobody pointed anywhere yet is waited for, while the others go', async () => {
    gathers(3);
    row(4);
    expect(await releases()).toEqual(['m1']);
    expect(released()).toEqual(ids(1, 3));
    // It had been counted in before the resolution; its pointer was on its way.
    pointer(4);
    expect(await releases(resolution(), 860)).toEqual([]);
    expect(new Set(released())).toEqual(new Set(ids(1, 4)));
  });

  test('and that came too late for it is left to the next incident, which it opened meanwhile', async () => {
    gathers(3);
    row(4);
    await releases();
    pointer(4, 'inc_next');
    expect(await releases(resolution(), 860)).toEqual([]);
    expect(released()).toEqual(ids(1, 3));
  });

  test('and that is pointed nowhere even later is nobody’s: its own message brings it to the next incident', async () => {
    gathers(1);
    row(2);
    expect(await releases(resolution(), 559)).toEqual(['m1']);
    expect(await releases(resolution(), 560)).toEqual([]);
    expect(released()).toEqual([alertId(1)]);
  });
});

describe('a resolution that is told again', () => {
  test('says nothing again', async () => {
    gathers(1201);
    await releases();
    const first = items();
    expect(await releases(resolution(), 900)).toEqual([]);
    expect(items()).toEqual(first);
    expect(puts().every(({ input }) => input.ConditionExpression === 'attribute_not_exists(id)')).toBe(true);
  });

  test('in the same batch, or at the same moment, neither', async () => {
    gathers(501);
    expect(await release(store, [resolution(), resolution(opened(), 'm2')], after(501))).toEqual([]);
    expect(await Promise.all([releases(), releases()])).toEqual([[], []]);
    expect(said().map(({ data }) => data.alertIds.length)).toEqual([500, 1]);
  });

  test('when an alert has left for a graver plan meanwhile says the others once more, which are closed already, and forgets none', async () => {
    gathers(4);
    await releases();
    pointer(2, 'inc_graver');
    await releases();
    expect(new Set(released())).toEqual(new Set(ids(1, 4)));
  });
});

describe('whoever releases dies', () => {
  test.each([
    ['at the first read', 'Query', 1],
    ['while reading where they belong', 'BatchGetItem', 4],
    ['before the first page is said', 'PutItem', 1],
    ['between two pages', 'Query', 2],
    ['before the last page is said', 'PutItem', 3],
  ])('%s: the message comes again and the rest goes, each alert once', async (_, name, nth) => {
    gathers(1201);
    dies(name, nth);
    expect(await releases()).toEqual(['m1']);
    expect(warn).toHaveBeenCalledExactlyOnceWith('alerts not released', { incidentId: INCIDENT_ID, error: expect.any(Error) });
    const before = items();
    expect(await releases()).toEqual([]);
    expect(released().sort()).toEqual(ids(1, 1201));
    // What was said before stands as it was: the stream tells of it once.
    expect(items()).toEqual(expect.arrayContaining(before));
  });

  test('at one incident, the others of the batch go', async () => {
    gathers(2);
    dies('Query', 1);
    const other = { ...opened(), incidentId: 'inc_other' };
    expect(await release(store, [resolution(other, 'm1'), resolution(opened(), 'm2')], after(501))).toEqual(['m1']);
    expect(released()).toEqual(ids(1, 2));
  });
});

describe('an incident without members', () => {
  test('releases nothing', async () => {
    expect(await releases()).toEqual([]);
    expect(table.writes).toEqual([]);
  });

  test('because the last one moved to a graver plan, releases nothing: the graver one calls for it now', async () => {
    const intake = { config: CONFIG, store, start: async () => undefined };
    await takeIn(intake, [raised(alert(1, { level: 'yellow' }))], NOW);
    await takeIn(intake, [updated(alert(1))], NOW);
    const [over] = table.all
      .flatMap(({ part, outbox }) => (part === 'incident' && outbox ? fromOutbox(outbox) : []))
      .filter(({ name }) => name === 'IncidentResolved');
    expect(over?.data).toMatchObject({ planId: 'water-watch', personId: 'system' });
    expect(await release(store, [{ messageId: 'm1', event: over as Resolved }], after(1))).toEqual([]);
    expect(items()).toEqual([]);
  });
});

test('an alert that joined in the moment of the resolution is released with the next incident only', async () => {
  const intake = { config: CONFIG, store, start: async () => undefined };
  await takeIn(intake, [raised(alert(1))], NOW);
  table.before = async ({ name }) => {
    if (name !== 'UpdateItem') return;
    table.before = () => undefined;
    const before = await store.getOpen('flood', 'wanan');
    await store.put(
      { before, decided: resolve(before?.incident as Incident, LI_NA, REASON, after(500)) as Decided },
      { actor: 'x', trace: 'x', now: after(500) },
    );
  };
  await takeIn(intake, [raised(alert(2))], after(500));
  const [first, second] = table.all.filter(({ part }) => part === 'incident').map(({ incident }) => incident as Incident);
  expect(await membersOf(store, first?.incidentId as string)).toEqual(ids(1, 2));
  await releases(resolution({ ...(first as Incident), phase: 'opened' } as Incident));
  expect(released()).toEqual([alertId(1)]);
  await releases(resolution(second));
  expect(released()).toEqual(ids(1, 2));
});
