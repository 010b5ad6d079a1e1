import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Level } from '#events/envelope.ts';
import { conflicting, Dynamo } from '#runtime/dynamo.fixture.ts';
import { idFor } from '#runtime/ids.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { acknowledged, alert, alertId, calling, INCIDENT_ID, iso, membersOf, NOW, opened, resolved } from './emergency.fixture.ts';
import { type Decided, type Incident, joins } from './incident.ts';
import { IncidentStore, type Membership, type StoredIncident } from './store.ts';

const CAUSE = { actor: 'person:li-na', trace: 'request-9', now: NOW };
const CONFLICT = { kind: 'conflict', code: 'changed-meanwhile' };

let table: Dynamo;
let store: IncidentStore;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new IncidentStore(table.client, 'incidents');
});

const decided = (incident: Incident, ...alertIds: string[]): Decided => ({
  incident,
  occurrences: alertIds.map((id) => joins(incident, id)),
});
const member = (n: number, level: Level = 'orange', incidentId = INCIDENT_ID): Membership => ({ alertId: alertId(n), level, incidentId });
const joining = (n: number, incident = opened()) => ({ ...member(n), occurrence: joins(incident, alertId(n)) });

/** Opened by alert 1, as intake does it. */
const isOpen = async (incident = opened()): Promise<StoredIncident> => {
  await store.put({ before: undefined, decided: decided(incident), joined: [member(1)] }, CAUSE);
  return (await store.get(incident.incidentId)) as StoredIncident;
};
const becomes = async (before: StoredIncident, incident: Incident, more = {}): Promise<StoredIncident> => {
  await store.put({ before, decided: decided(incident), ...more }, CAUSE);
  return (await store.get(incident.incidentId)) as StoredIncident;
};

describe('an incident that is opened', () => {
  test('is written in one transaction with its pointer, its members and their pointers', async () => {
    await store.put({ before: undefined, decided: decided(opened(), alertId(1)), joined: [member(1), member(2)] }, CAUSE);
    expect(table.sent.map(({ name }) => name)).toEqual(['TransactWriteItems']);
    const [{ outbox, ...incident }, ...others] = table.all;
    expect(incident).toEqual({
      id: INCIDENT_ID,
      part: 'incident',
      version: 1,
      incident: opened(),
      alerts: 1,
      updatedAt: NOW,
      listKey: 'open#wanan',
      listAt: `${iso(0)}#${INCIDENT_ID}`,
    });
    expect(fromOutbox(outbox)).toMatchObject([
      { name: 'AlertJoined', metadata: { actor: 'person:li-na', trace: 'request-9', time: iso(0) } },
    ]);
    expect(others).toEqual([
      { id: 'open#flood#wanan', part: 'pointer', incidentId: INCIDENT_ID },
      { ...member(1), id: INCIDENT_ID, part: `alert#${alertId(1)}` },
      { ...member(1), id: `alert#${alertId(1)}`, part: 'pointer' },
      { ...member(2), id: INCIDENT_ID, part: `alert#${alertId(2)}` },
      { ...member(2), id: `alert#${alertId(2)}`, part: 'pointer' },
    ]);
  });

  test('is found by its id, and by plan and town', async () => {
    const stored = await isOpen();
    expect(stored).toEqual({ incident: opened(), version: 1, updatedAt: NOW });
    expect(await store.getOpen('flood', 'wanan')).toEqual(stored);
    expect(await store.getOpen('flood', 'jinshan')).toBeUndefined();
    expect(await store.getOpen('water-watch', 'wanan')).toBeUndefined();
    expect(await store.get('inc_other')).toBeUndefined();
  });

  test('is the only one of its plan and town: whoever comes second is refused whole', async () => {
    await isOpen();
    const second = { ...opened(), incidentId: 'inc_second' };
    await expect(store.put({ before: undefined, decided: decided(second), joined: [member(5)] }, CAUSE)).rejects.toMatchObject(CONFLICT);
    expect(table.find('inc_second', 'incident')).toBeUndefined();
    expect(table.find(`alert#${alertId(5)}`, 'pointer')).toBeUndefined();
  });

  test('doesn’t write over one of its id, even where the pointer is free', async () => {
    await becomes(await isOpen(), resolved());
    await expect(isOpen()).rejects.toMatchObject(CONFLICT);
  });

  test('is read without delay: what was just written counts', async () => {
    await isOpen();
    await store.getOpen('flood', 'wanan');
    await store.memberships([alertId(1)]);
    await membersOf(store, INCIDENT_ID);
    const consistent = table.sent.slice(1).map(({ input }) => input.ConsistentRead ?? input.RequestItems.incidents.ConsistentRead);
    expect(consistent).toEqual(Array(5).fill(true));
  });
});

describe('a change', () => {
  test('moves the version on and takes the last occurrences out of the outbox', async () => {
    await store.put({ before: undefined, decided: decided(opened(), alertId(1)) }, CAUSE);
    const before = await store.get(INCIDENT_ID);
    expect(await becomes(before as StoredIncident, calling())).toEqual({ incident: calling(), version: 2, updatedAt: NOW });
    expect(table.find(INCIDENT_ID, 'incident')).not.toHaveProperty('outbox');
  });

  test('over a version that is no longer there is a conflict, and nothing of it is written', async () => {
    const before = await isOpen();
    await becomes(before, calling());
    await expect(becomes(before, acknowledged(), { joined: [member(4)] })).rejects.toMatchObject(CONFLICT);
    expect((await store.get(INCIDENT_ID))?.incident.phase).toBe('calling');
    expect(await membersOf(store, INCIDENT_ID)).toEqual([alertId(1)]);
  });

  test('that collides with another transaction is a conflict, any other failure is itself', async () => {
    const before = await isOpen();
    table.before = () => {
      throw conflicting();
    };
    await expect(becomes(before, calling())).rejects.toMatchObject(CONFLICT);
    const throttled = new TransactionCanceledException({
      message: '',
      $metadata: {},
      CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
    });
    table.before = () => {
      throw throttled;
    };
    await expect(becomes(before, calling())).rejects.toBe(throttled);
  });

  test('keeps the token of the step that waits until there is another', async () => {
    const called = await becomes(await isOpen(), calling(), { taskToken: 'token-1' });
    expect(called.taskToken).toBe('token-1');
    const answered = await becomes(called, acknowledged());
    expect(answered.taskToken).toBe('token-1');
    expect((await becomes(answered, calling(1), { taskToken: 'token-2' })).taskToken).toBe('token-2');
  });

  test('leaves the pointer alone while the incident is open, and takes it away when it is resolved', async () => {
    const called = await becomes(await isOpen(), calling());
    expect(await store.getOpen('flood', 'wanan')).toEqual(called);
    await becomes(called, resolved());
    expect(await store.getOpen('flood', 'wanan')).toBeUndefined();
    expect(table.find(INCIDENT_ID, 'incident').listKey).toBe('resolved#wanan');
  });

  test('to one that is resolved already leaves its successor’s pointer alone', async () => {
    const over = await becomes(await isOpen(), resolved());
    const next = await isOpen({ ...opened(), incidentId: 'inc_next' });
    await becomes(over, resolved(), { left: [member(1)] });
    expect(await store.getOpen('flood', 'wanan')).toEqual(next);
  });

  test('lets a member leave, whose pointer is another’s by then', async () => {
    const before = await isOpen();
    await becomes(before, opened(), { left: [member(1)] });
    expect(await membersOf(store, INCIDENT_ID)).toEqual([]);
    expect((await store.memberships([alertId(1)])).get(alertId(1))).toMatchObject({ incidentId: INCIDENT_ID });
  });
});

describe('alerts that add themselves', () => {
  test('are members, counted, announced and found by their pointers, while the incident isn’t rewritten', async () => {
    await isOpen();
    expect(await store.addMembers(opened(), [joining(2), joining(3)], CAUSE)).toBe(true);
    expect(await store.get(INCIDENT_ID)).toEqual({ incident: { ...opened(), alerts: 3 }, version: 2, updatedAt: NOW });
    expect(await membersOf(store, INCIDENT_ID)).toEqual([alertId(1), alertId(2), alertId(3)]);
    const [said] = fromOutbox(table.find(INCIDENT_ID, `alert#${alertId(3)}`).outbox);
    expect(said).toMatchObject({ name: 'AlertJoined', data: { alertId: alertId(3) }, metadata: { actor: 'person:li-na' } });
    expect(said?.metadata.id).toBe(idFor('evt', NOW, 'AlertJoined', INCIDENT_ID, alertId(3)));
    expect(await store.memberships([alertId(3)])).toEqual(
      new Map([[alertId(3), expect.objectContaining({ incidentId: INCIDENT_ID, level: 'orange' })]]),
    );
    expect(table.find(`alert#${alertId(3)}`, 'pointer')).not.toHaveProperty('outbox');
  });

  test('say only of themselves: what the incident said isn’t said again', async () => {
    await store.put({ before: undefined, decided: decided(opened(), alertId(1)) }, CAUSE);
    await store.addMembers(opened(), [joining(2)], CAUSE);
    expect(table.find(INCIDENT_ID, 'incident')).not.toHaveProperty('outbox');
  });

  test('come too late for an incident that is resolved, which stays as it is; they point nowhere', async () => {
    const over = await becomes(await isOpen(), resolved());
    expect(await store.addMembers(opened(), [joining(2)], CAUSE)).toBe(false);
    expect(await store.get(INCIDENT_ID)).toEqual(over);
    expect(await store.memberships([alertId(2)])).toEqual(new Map());
  });

  test('make a resolution that hasn’t seen them look again', async () => {
    const before = await isOpen();
    await store.addMembers(opened(), [joining(2)], CAUSE);
    await expect(becomes(before, resolved())).rejects.toMatchObject(CONFLICT);
  });

  test('are written however many they are', async () => {
    await isOpen();
    table.batch = 20;
    await store.addMembers(
      opened(),
      Array.from({ length: 60 }, (_, i) => joining(i + 2)),
      CAUSE,
    );
    expect(await membersOf(store, INCIDENT_ID)).toHaveLength(61);
    const ids = Array.from({ length: 60 }, (_, i) => alertId(i + 2));
    expect((await store.memberships(ids)).size).toBe(60);
  });

  test('that couldn’t be counted are a failure, not a resolution', async () => {
    await isOpen();
    const broken = new Error('throttled');
    table.before = ({ name }) => {
      if (name === 'UpdateItem') throw broken;
    };
    await expect(store.addMembers(opened(), [joining(2)], CAUSE)).rejects.toBe(broken);
  });
});

test('memberships are asked for however many they are', async () => {
  const incident = opened();
  await isOpen();
  for (let i = 0; i < 4; i++) {
    await store.addMembers(
      incident,
      Array.from({ length: 60 }, (_, k) => joining(2 + i * 60 + k)),
      CAUSE,
    );
  }
  table.sent.length = 0;
  const found = await store.memberships(Array.from({ length: 250 }, (_, i) => alertId(i + 1)));
  expect(found.size).toBe(241);
  expect(table.sent.map(({ input }) => input.RequestItems.incidents.Keys.length)).toEqual([100, 100, 50]);
  expect(table.sent.every(({ input }) => input.RequestItems.incidents.ConsistentRead)).toBe(true);
});

test('no alerts are no question', async () => {
  expect(await store.memberships([])).toEqual(new Map());
  expect(table.sent).toEqual([]);
});

test('members are read page by page', async () => {
  await isOpen();
  await store.addMembers(
    opened(),
    Array.from({ length: 7 }, (_, i) => joining(i + 2)),
    CAUSE,
  );
  table.page = 3;
  expect(await membersOf(store, INCIDENT_ID)).toEqual(Array.from({ length: 8 }, (_, i) => alertId(i + 1)));
});

describe('the list', () => {
  /** Incidents i0…i9, the later ones newer, in turn of wanan and jinshan, the last two resolved. */
  beforeEach(async () => {
    for (let i = 0; i < 10; i++) {
      const town = i % 2 ? 'jinshan' : 'wanan';
      const incident = { ...opened({ town }), incidentId: `i${i}`, planId: `plan-${i}`, openedAt: iso(i) };
      await store.put({ before: undefined, decided: decided(incident) }, CAUSE);
      if (i < 8) continue;
      const before = (await store.get(`i${i}`)) as StoredIncident;
      await store.put({ before, decided: decided({ ...resolved(), ...incident, phase: 'resolved' } as Incident) }, CAUSE);
    }
  });
  const ids = ({ incidents }: { incidents: readonly StoredIncident[] }) => incidents.map(({ incident }) => incident.incidentId).join(' ');

  test('is of one phase and the given towns, newest first', async () => {
    expect(ids(await store.list('open', ['wanan', 'jinshan'], 20))).toBe('i7 i6 i5 i4 i3 i2 i1 i0');
    expect(ids(await store.list('open', ['jinshan'], 20))).toBe('i7 i5 i3 i1');
    expect(ids(await store.list('resolved', ['wanan', 'jinshan'], 20))).toBe('i9 i8');
    expect(await store.list('open', [], 20)).toEqual({ incidents: [] });
  });

  test.each([
    [1, ['wanan', 'jinshan'], 'i7 i6 i5 i4 i3 i2 i1 i0'],
    [3, ['wanan', 'jinshan'], 'i7 i6 i5 i4 i3 i2 i1 i0'],
    [5, ['wanan', 'jinshan'], 'i7 i6 i5 i4 i3 i2 i1 i0'],
    [8, ['wanan', 'jinshan'], 'i7 i6 i5 i4 i3 i2 i1 i0'],
    [2, ['jinshan'], 'i7 i5 i3 i1'],
    [3, ['wanan'], 'i6 i4 i2 i0'],
  ])('%i at a time of %j leaves none out and shows none twice', async (limit, towns, all) => {
    // DynamoDB may end a page earlier than it was asked to.
    table.page = 2;
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await store.list('open', towns, limit, before);
      expect(page.incidents.length).toBeLessThanOrEqual(limit);
      seen.push(ids(page));
      before = page.next;
    } while (before);
    expect(seen.join(' ')).toBe(all);
    expect(seen).toHaveLength(Math.ceil(all.split(' ').length / limit));
  });

  test('shows the alerts that were counted beside the incident', async () => {
    const incident = { ...opened({ town: 'wanan' }), incidentId: 'i6' };
    await store.addMembers(incident, [joining(20), joining(21)], CAUSE);
    expect((await store.list('open', ['wanan'], 1)).incidents[0]?.incident.alerts).toBe(3);
  });
});

test('an alert’s facts never travel with its membership', async () => {
  const { level, alertId: id } = alert(1);
  await isOpen();
  expect(table.find(`alert#${id}`, 'pointer')).toEqual({ id: `alert#${id}`, part: 'pointer', alertId: id, incidentId: INCIDENT_ID, level });
});
