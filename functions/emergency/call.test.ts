import { beforeEach, describe, expect, test } from 'vitest';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { type Caller, call, exhaustRound } from './call.ts';
import { acknowledged, after, CONFIG, calling, exhausted, INCIDENT_ID, iso, NOW, opened, position, resolved } from './emergency.fixture.ts';
import type { Incident } from './incident.ts';
import { IncidentStore } from './store.ts';

let table: Dynamo;
let store: IncidentStore;
let woken: string[];
let caller: Caller;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new IncidentStore(table.client, 'incidents');
  woken = [];
  caller = {
    config: CONFIG,
    store,
    end: async (token) => void woken.push(`end ${token}`),
    skip: async (token) => void woken.push(`skip ${token}`),
  };
});

const stands = (incident: Incident) =>
  store.put({ before: undefined, decided: { incident, occurrences: [] } }, { actor: 'test', trace: 'test', now: NOW });
const stored = () => store.get(INCIDENT_ID);
const said = () => fromOutbox(table.find(INCIDENT_ID, 'incident').outbox ?? '[]');
const step = (n: number, change = {}) => ({
  kind: 'call' as const,
  incidentId: INCIDENT_ID,
  taskToken: `token-${n}`,
  ...position(n),
  ...change,
});
const nobodyAt = (role: string): Caller => ({ ...caller, config: { ...CONFIG, posts: CONFIG.posts.filter((post) => post.role !== role) } });

describe('calling a step', () => {
  test('calls who is on duty in the incident’s town, says it, and keeps the token in the same write', async () => {
    await stands(opened());
    expect(await call(caller, step(0), after(3))).toEqual({ outcome: 'called' });
    expect(await stored()).toMatchObject({
      taskToken: 'token-0',
      updatedAt: after(3),
      incident: { phase: 'calling', called: [{ people: [{ personId: 'li-na' }] }] },
    });
    expect(table.writes).toEqual(['TransactWriteItems', 'TransactWriteItems']);
    expect(said()).toMatchObject([
      {
        name: 'LevelCalled',
        metadata: { actor: 'system:emergency', trace: INCIDENT_ID, time: iso(3) },
        data: { message: { zh: expect.stringContaining('万安镇：中subject'), en: expect.stringContaining('Wan’an: subject') } },
      },
    ]);
    expect(woken).toEqual([]);
  });

  test('names a town by its id when the configuration doesn’t know it any more', async () => {
    await stands(calling());
    const towns = CONFIG.towns.filter(({ id }) => id !== 'wanan');
    await call({ ...caller, config: { ...CONFIG, towns } }, step(1), NOW);
    expect(said()).toMatchObject([
      { data: { message: { zh: expect.stringContaining('wanan：'), en: expect.stringContaining(' wanan: ') } } },
    ]);
  });

  test('at which nobody is on duty is recorded, and the next step called', async () => {
    await stands(opened());
    expect(await call(nobodyAt('duty-officer'), step(0), NOW)).toEqual({ outcome: 'nobody' });
    expect(await stored()).toMatchObject({ incident: { called: [{ step: 0, people: [] }] } });
    expect(woken).toEqual(['skip token-0']);
  });

  test('whose skipping failed skips again when it is tried again', async () => {
    await stands(opened());
    const broken = { ...nobodyAt('duty-officer'), skip: () => Promise.reject(new Error('Step Functions is away')) };
    await expect(call(broken, step(0), NOW)).rejects.toThrow('away');
    expect(await call(nobodyAt('duty-officer'), step(0), after(2))).toEqual({ outcome: 'nobody' });
    expect(woken).toEqual(['skip token-0']);
  });

  test('again, with another token, calls nobody anew but waits by the new token', async () => {
    await stands(opened());
    await call(caller, step(0), NOW);
    expect(await call(caller, step(0, { taskToken: 'token-new' }), after(5))).toEqual({ outcome: 'called' });
    expect(said()).toEqual([]);
    expect((await stored())?.taskToken).toBe('token-new');
    expect((await stored())?.incident).toMatchObject({ called: [{ calledAt: iso(0) }] });
  });

  test.each([
    ['acknowledged', acknowledged(), step(1)],
    ['resolved', resolved(), step(1)],
    ['called for by a newer execution', { ...calling(), attempt: 2 }, step(1)],
    ['at the end of its plan', calling(2), step(3)],
  ])('of an incident that is %s ends the execution and changes nothing', async (_, incident, command) => {
    await stands(incident);
    const before = table.all;
    expect(await call(caller, command, NOW)).toEqual({ outcome: 'stop' });
    expect(woken).toEqual([`end ${command.taskToken}`]);
    expect(table.all).toEqual(before);
  });

  test('of an incident that doesn’t exist ends the execution', async () => {
    expect(await call(caller, step(0), NOW)).toEqual({ outcome: 'stop' });
    expect(woken).toEqual(['end token-0']);
  });

  test('that an answer overtakes is a conflict: nobody is called, and the item is looked at again', async () => {
    await stands(calling());
    table.before = async ({ name }) => {
      if (name !== 'TransactWriteItems') return;
      table.before = () => undefined;
      const before = await stored();
      if (before)
        await store.put({ before, decided: { incident: acknowledged(), occurrences: [] } }, { actor: 'li-na', trace: 'r', now: NOW });
    };
    await expect(call(caller, step(1), NOW)).rejects.toMatchObject({ kind: 'conflict' });
    expect((await stored())?.incident.phase).toBe('acknowledged');
    expect(await call(caller, step(1), NOW)).toEqual({ outcome: 'stop' });
  });
});

describe('the end of a round', () => {
  const ends = { kind: 'exhaust' as const, incidentId: INCIDENT_ID, attempt: 1, round: 1 };

  test('is said, and the next round announced', async () => {
    await stands(calling(2));
    expect(await exhaustRound(caller, ends, after(1800))).toEqual({ outcome: 'repeat' });
    expect((await stored())?.incident.repeatAt).toBe(iso(3000));
    expect(said()).toMatchObject([{ name: 'EscalationExhausted', metadata: { actor: 'system:emergency', trace: INCIDENT_ID } }]);
  });

  test('said again keeps the time of the next round', async () => {
    await stands(exhausted(0));
    expect(await exhaustRound(caller, ends, after(60))).toEqual({ outcome: 'repeat' });
    expect((await stored())?.incident.repeatAt).toBe(iso(1200));
    expect(said()).toEqual([]);
  });

  test('is none for an incident that was answered or is not there', async () => {
    expect(await exhaustRound(caller, ends, NOW)).toEqual({ outcome: 'stop' });
    await stands(acknowledged());
    expect(await exhaustRound(caller, ends, NOW)).toEqual({ outcome: 'stop' });
    expect((await stored())?.version).toBe(1);
  });
});
