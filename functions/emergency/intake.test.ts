import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlertsEvent } from '#events/alerts.ts';
import { conflicting, Dynamo, type Sent } from '#runtime/dynamo.fixture.ts';
import { idFor } from '#runtime/ids.ts';
import { logger } from '#runtime/logger.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import type { Received } from '#runtime/queue.ts';
import {
  after,
  alert,
  alertId,
  CONFIG,
  FLOOD,
  iso,
  LI_NA,
  liNa,
  MESSAGE,
  membersOf,
  NOW,
  position,
  raised,
  updated,
} from './emergency.fixture.ts';
import { acknowledge, callStep, type Decided, type Incident, resolve } from './incident.ts';
import { type Intake, takeIn } from './intake.ts';
import { IncidentStore, type StoredIncident } from './store.ts';
import { watch } from './watchdog.ts';

let table: Dynamo;
let store: IncidentStore;
let intake: Intake;
/** Executions that were started, by name: a second start of the same attempt is none (escalation.ts). */
let started: Set<string>;

beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new IncidentStore(table.client, 'incidents');
  started = new Set();
  intake = { config: CONFIG, store, start: async ({ incidentId, attempt }) => void started.add(`${incidentId}-${attempt}`) };
  vi.spyOn(logger, 'warn').mockReturnValue();
  // Whoever lost a race tries again at once.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

const takes = (...batch: Received<AlertsEvent>[]) => takeIn(intake, batch, NOW);
const incidents = (): (Incident & { alerts: number })[] =>
  table.all.filter(({ part }) => part === 'incident').map(({ incident, alerts }) => ({ ...incident, alerts }));
const inTown = async (town = 'wanan', plan = 'flood') => (await store.getOpen(plan, town)) as StoredIncident;
const storm = (size: number, from = 1) => Array.from({ length: size }, (_, i) => raised(alert(from + i)));

/** What somebody does to the open incident meanwhile. */
const does = async (command: (incident: Incident) => object, town = 'wanan', plan = 'flood') => {
  const before = await inTown(town, plan);
  const decided = command(before.incident) as Decided;
  await store.put({ before, decided }, { actor: 'person:x', trace: 'request-x', now: after(60) });
  return decided.incident;
};
const calls = (incident: Incident) => callStep(incident, position(0), [liNa], MESSAGE, after(1));
const answers = (incident: Incident) => acknowledge(incident, 'li-na', after(50));
const resolves = (incident: Incident) => resolve(incident, LI_NA, 'dry again', after(70));

/** Fails or acts once, at the first command that it is about. */
const once = (matches: (sent: Sent) => boolean, act: () => unknown) => {
  table.before = (sent) => {
    if (!matches(sent)) return;
    table.before = () => undefined;
    return act();
  };
};

describe('an alert', () => {
  test('opens an incident of the plan that matches, in its town, and starts the calling', async () => {
    expect(await takes(raised(alert(1)))).toEqual([]);
    const id = idFor('inc', Date.parse(iso(-10)), 'flood', alertId(1), 'orange');
    expect(incidents()).toMatchObject([{ incidentId: id, planId: 'flood', town: 'wanan', phase: 'opened', openedAt: iso(0), alerts: 1 }]);
    expect([...started]).toEqual([`${id}-1`]);
    expect(fromOutbox(table.find(id, 'incident').outbox)).toMatchObject([
      { name: 'IncidentOpened', metadata: { actor: 'device:gauge-1', trace: 'trace AlertRaised' }, data: { alertId: alertId(1) } },
    ]);
  });

  test('delivered twice is one incident and one call, and writes nothing the second time', async () => {
    await takes(raised(alert(1)));
    const written = table.writes.length;
    expect(await takes(raised(alert(1)))).toEqual([]);
    expect(table.writes).toHaveLength(written);
    expect(incidents()).toHaveLength(1);
    expect(started.size).toBe(1);
  });

  test('delivered twice at once is one incident and one call', async () => {
    expect(await Promise.all([takes(raised(alert(1))), takes(raised(alert(1)))])).toEqual([[], []]);
    expect(incidents()).toMatchObject([{ alerts: 1 }]);
    expect(started.size).toBe(1);
  });

  test('delivered again when people have answered, or closed it, pages nobody', async () => {
    await takes(raised(alert(1)));
    await does(calls);
    await does(answers);
    started.clear();
    expect(await takes(raised(alert(1)))).toEqual([]);
    await does(resolves);
    expect(await takes(raised(alert(1)))).toEqual([]);
    expect(started.size).toBe(0);
    expect(incidents()).toMatchObject([{ phase: 'resolved', alerts: 1 }]);
  });

  test('that no plan matches is logged, for a deploy lets none in', async () => {
    const error = vi.spyOn(logger, 'error').mockReturnValue();
    expect(await takes(raised(alert(1, { domain: 'fire' })), raised(alert(2)))).toEqual([]);
    expect(error).toHaveBeenCalledExactlyOnceWith('no plan matches', {
      alertId: alertId(1),
      ruleId: 'river-level-high',
      level: 'orange',
    });
    expect(incidents()).toHaveLength(1);
  });

  test('that is over, or was closed, opens nothing', async () => {
    const event = raised(alert(1));
    for (const name of ['AlertCleared', 'AlertResolved'] as const) {
      expect(await takes({ ...event, event: { ...event.event, name } })).toEqual([]);
    }
    expect(table.sent).toEqual([]);
  });
});

describe('a storm of a thousand alerts in one town', () => {
  const LOTS = Array.from({ length: 10 }, (_, i) => storm(100, 1 + i * 100));

  const isOneIncident = async () => {
    expect(incidents()).toMatchObject([{ phase: 'opened', alerts: 1000 }]);
    const { incident } = await inTown();
    expect((await membersOf(store, incident.incidentId)).length).toBe(1000);
    expect(table.all.filter(({ id, part }) => part === 'pointer' && id.startsWith('alert#')).length).toBe(1000);
    expect(started.size).toBe(1);
  };

  test('is one incident and one call, with few writes', async () => {
    for (const batch of LOTS) expect(await takes(...batch)).toEqual([]);
    await isOneIncident();
    // A hundred alerts: six batches of members, six of pointers, three changes of their number.
    expect(table.writes.length).toBeLessThanOrEqual(10 * 15);
    expect((await inTown()).version).toBeLessThanOrEqual(10 * 3);
  });

  test('is the same when all batches come at once', async () => {
    const failed = await Promise.all(LOTS.map((batch) => takes(...batch)));
    expect(failed.flat()).toEqual([]);
    await isOneIncident();
    // Only the batches that meant to open it have to try again.
    expect(table.writes.filter((name) => name === 'TransactWriteItems').length).toBeLessThanOrEqual(10);
  });

  test('announces each alert once', async () => {
    for (const batch of LOTS) await takes(...batch);
    const later = table.all.filter(({ id, part, outbox }) => id.startsWith('inc_') && part.startsWith('alert#') && outbox);
    const opening = table.sent.find(({ name }) => name === 'TransactWriteItems')?.input.TransactItems[0].Put.Item.outbox.S as string;
    const said = [...fromOutbox(opening), ...later.flatMap(({ outbox }) => fromOutbox(outbox))];
    expect(said.map(({ data }) => (data as { alertId: string }).alertId).sort()).toEqual(
      LOTS.flat().map(({ event }) => event.data.alertId),
    );
  });
});

test('an incident is as grave as its gravest alert, and tells of that one', async () => {
  await takes(raised(alert(1)), raised(alert(2, { level: 'red', value: 5.1 })), raised(alert(3)));
  expect(incidents()).toMatchObject([{ level: 'red', alerts: 3, subject: { en: 'Kaijiang 2: River level above limit (5.1 m)' } }]);
});

test('towns and plans are incidents of their own, and one that fails keeps none of the others waiting', async () => {
  table.before = ({ name, input }) => {
    if (name === 'TransactWriteItems' && JSON.stringify(input).includes('open#flood#jinshan')) throw new Error('throttled');
  };
  const batch = [
    raised(alert(1), 'm1'),
    raised(alert(2, { town: 'jinshan' }), 'm2'),
    raised(alert(3, { level: 'yellow' }), 'm3'),
    raised(alert(4, { town: 'jinshan' }), 'm4'),
  ];
  expect(await takes(...batch)).toEqual(['m2', 'm4']);
  expect(incidents().map(({ planId, town }) => `${planId} ${town}`)).toEqual(['flood wanan', 'water-watch wanan']);
  expect(started.size).toBe(2);
  table.before = () => undefined;
  expect(await takes(...batch)).toEqual([]);
  expect(incidents().map(({ alerts }) => alerts)).toEqual([1, 1, 2]);
});

describe('an alert that joins', () => {
  beforeEach(async () => {
    await takes(raised(alert(1)));
    await does(calls);
    started.clear();
  });

  test('calls nobody anew while the incident is called for, or was answered', async () => {
    await takes(raised(alert(2)));
    await does(answers);
    await takes(raised(alert(3)));
    expect(started.size).toBe(0);
    expect(incidents()).toMatchObject([{ phase: 'acknowledged', alerts: 3 }]);
  });

  test('with a graver level calls again what was answered', async () => {
    await does(answers);
    await takes(raised(alert(2, { level: 'red' })), raised(alert(3)));
    const { incident } = await inTown();
    expect(incident).toMatchObject({ phase: 'calling', level: 'red', alerts: 3, attempt: 2, startAt: { round: 2, step: 0 } });
    expect([...started]).toEqual([`${incident.incidentId}-2`]);
    expect(await store.memberships([alertId(2), alertId(3)])).toMatchObject(
      new Map([
        [alertId(2), { level: 'red' }],
        [alertId(3), { level: 'orange' }],
      ]),
    );
  });

  test('as a member that got graver calls again, and is counted once', async () => {
    await does(answers);
    await takes(updated(alert(1, { level: 'red' })));
    expect((await inTown()).incident).toMatchObject({ phase: 'calling', level: 'red', alerts: 1, attempt: 2 });
    await takes(updated(alert(1, { level: 'red' })));
    expect((await inTown()).incident).toMatchObject({ attempt: 2, alerts: 1 });
  });

  test('and got less grave says nothing new', async () => {
    await takes(raised(alert(2, { level: 'red' })));
    const before = await inTown();
    await takes(updated(alert(2)));
    expect(await inTown()).toEqual(before);
  });

  test('in the very moment in which the incident is resolved belongs to the next one, which calls', async () => {
    once(
      ({ name }) => name === 'UpdateItem',
      () => does(resolves),
    );
    expect(await takes(raised(alert(2)))).toEqual([]);
    expect(incidents()).toMatchObject([
      { phase: 'resolved', alerts: 1 },
      { phase: 'opened', alerts: 1 },
    ]);
    expect(started.size).toBe(1);
    expect((await store.memberships([alertId(2)])).get(alertId(2))?.incidentId).toBe((await inTown()).incident.incidentId);
  });
});

describe('an alert that moves to a graver plan', () => {
  const yellow = (n: number) => raised(alert(n, { level: 'yellow' }));

  test('leaves its incident, which is over when it was the last', async () => {
    await takes(yellow(1));
    await takes(updated(alert(1)));
    expect(incidents()).toMatchObject([
      { planId: 'water-watch', phase: 'resolved', resolvedBy: { personId: 'system' } },
      { planId: 'flood', phase: 'opened', alerts: 1 },
    ]);
    expect(await inTown('wanan', 'water-watch')).toBeUndefined();
    expect((await store.memberships([alertId(1)])).get(alertId(1))).toMatchObject({ level: 'orange' });
  });

  test('leaves it to the others as long as there are any', async () => {
    await takes(yellow(1), yellow(2));
    await takes(updated(alert(1)));
    const { incident } = await inTown('wanan', 'water-watch');
    expect(incident.phase).toBe('opened');
    expect(await membersOf(store, incident.incidentId)).toEqual([alertId(2)]);
    await takes(updated(alert(2)));
    expect(await inTown('wanan', 'water-watch')).toBeUndefined();
    expect((await inTown()).incident.alerts).toBe(2);
  });

  test('is one of many: forty leave a thousand by one change and few reads, and told again by none', async () => {
    for (let i = 0; i < 1000; i += 100) await takes(...Array.from({ length: 100 }, (_, k) => yellow(i + k + 1)));
    const graver = Array.from({ length: 40 }, (_, k) => updated(alert(k + 1)));
    table.sent.length = 0;
    await takes(...graver);
    const sent = (name: string) => table.sent.filter((one) => one.name === name);
    const { incident } = await inTown('wanan', 'water-watch');
    expect((await membersOf(store, incident.incidentId)).length).toBe(960);
    expect(sent('TransactWriteItems')).toHaveLength(2);
    expect(sent('Query').filter(({ input }) => !input.Limit)).toHaveLength(1);
    await takes(...graver);
    expect(sent('TransactWriteItems')).toHaveLength(2);
    expect(await store.among(incident.incidentId, [alertId(1), alertId(41)])).toEqual({ members: [alertId(41)], others: true });
  });

  test('leaves it although somebody moves it at the same moment', async () => {
    await takes(yellow(1));
    once(
      ({ name, input }) => name === 'TransactWriteItems' && JSON.stringify(input).includes('"Delete"'),
      () => does(calls, 'wanan', 'water-watch'),
    );
    await takes(updated(alert(1)));
    expect(incidents()).toMatchObject([{ phase: 'resolved', called: [{ step: 0 }] }, { phase: 'opened' }]);
  });
});

describe('a conflict', () => {
  const transacts = ({ name }: Sent) => name === 'TransactWriteItems';

  test('is read again and decided anew', async () => {
    await takes(raised(alert(1)));
    await does(calls);
    // The answer comes between reading and writing: only with it in view is there something to reopen.
    once(transacts, () => does(answers));
    expect(await takes(raised(alert(2, { level: 'red' })))).toEqual([]);
    expect((await inTown()).incident).toMatchObject({ phase: 'calling', attempt: 2, alerts: 2 });
  });

  test('that doesn’t end gives the messages back', async () => {
    table.before = (sent) => {
      if (transacts(sent)) throw conflicting();
    };
    expect(await takes(raised(alert(1), 'm1'), raised(alert(2), 'm2'))).toEqual(['m1', 'm2']);
    expect(table.writes).toHaveLength(30);
    expect(incidents()).toEqual([]);
  });
});

describe('whoever opened an incident dies before the calling starts', () => {
  beforeEach(async () => {
    const dies = { ...intake, start: () => Promise.reject(new Error('killed')) };
    expect(await takeIn(dies, [raised(alert(1), 'm1')], NOW)).toEqual(['m1']);
  });

  test('and the message that comes again starts it', async () => {
    expect(await takes(raised(alert(1), 'm1'))).toEqual([]);
    expect(incidents()).toMatchObject([{ phase: 'opened', attempt: 1 }]);
    expect(started.size).toBe(1);
  });

  test('and if it never comes, the watchdog does', async () => {
    const [{ incidentId }] = incidents() as [Incident];
    const watchdog = { towns: ['wanan'], store, state: async () => 'missing' as const, start: intake.start };
    expect(await watch(watchdog, after(60))).toBe(1);
    expect([...started]).toEqual([`${incidentId}-2`]);
  });
});

test('an incident keeps the plan with which it opened', async () => {
  await takes(raised(alert(1)));
  const plans = [{ domain: 'water', plan: { ...FLOOD, steps: FLOOD.steps.slice(0, 1) } }];
  await takeIn({ ...intake, config: { ...CONFIG, plans } }, [raised(alert(2, { level: 'red' }))], NOW);
  expect((await inTown()).incident.steps).toEqual(FLOOD.steps);
});
