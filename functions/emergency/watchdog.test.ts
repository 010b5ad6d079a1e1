import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { conflicting, Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import { acknowledged, after, calling, NOW, opened, resolved } from './emergency.fixture.ts';
import type { ExecutionState, Incident } from './incident.ts';
import { IncidentStore } from './store.ts';
import { type Watchdog, watch } from './watchdog.ts';

let table: Dynamo;
let store: IncidentStore;
let states: Record<string, ExecutionState | Error>;
let started: string[];
let watchdog: Watchdog;
let errors: ReturnType<typeof vi.spyOn>;

const nameOf = ({ incidentId, attempt }: Incident) => `${incidentId}-${attempt}`;

beforeEach(() => {
  errors = vi.spyOn(logger, 'error').mockReturnValue();
  vi.spyOn(logger, 'warn').mockReturnValue();
  table = new Dynamo('id', 'part');
  store = new IncidentStore(table.client, 'incidents');
  states = {};
  started = [];
  watchdog = {
    towns: ['wanan', 'jinshan'],
    store,
    state: async (incident) => {
      const state = states[nameOf(incident)] ?? 'missing';
      if (state instanceof Error) throw state;
      return state;
    },
    start: async (incident, now) => void started.push(`${nameOf(incident)} at ${(now - NOW) / 1000}`),
  };
});
afterEach(() => vi.restoreAllMocks());

/** Written at NOW, under an id of its own. */
const stands = async (incidentId: string, incident: Incident = calling(), town = 'wanan') => {
  const named: Incident = { ...incident, incidentId, town, planId: incidentId };
  await store.put({ before: undefined, decided: { incident: named, occurrences: [] } }, { actor: 'test', trace: 'test', now: NOW });
};
const looks = (seconds: number) => watch(watchdog, after(seconds));

describe('an incident whose calling', () => {
  test('runs is left alone', async () => {
    await stands('a');
    states = { 'a-1': 'running' };
    expect(await looks(3600)).toBe(0);
    expect(started).toEqual([]);
    expect((await store.get('a'))?.version).toBe(1);
  });

  test('failed or was aborted goes on by a new attempt at once', async () => {
    await stands('a', calling(1, 10));
    states = { 'a-1': 'ended' };
    expect(await looks(20)).toBe(1);
    expect(started).toEqual(['a-2 at 20']);
    expect(await store.get('a')).toMatchObject({ version: 2, updatedAt: after(20), incident: { phase: 'calling', attempt: 2 } });
    expect((await store.get('a'))?.incident.called).toEqual(calling(1, 10).called);
    expect(table.find('a', 'incident')).not.toHaveProperty('outbox');
  });

  test('was never begun, because whoever opened it died, begins after half a minute', async () => {
    await stands('a', opened());
    expect(await looks(29)).toBe(0);
    expect(await looks(31)).toBe(1);
    expect(started).toEqual(['a-2 at 31']);
  });

  test('could not be started is tried again, as an attempt of its own', async () => {
    await stands('a');
    states = { 'a-1': 'ended' };
    const broken = { ...watchdog, start: () => Promise.reject(new Error('away')) };
    expect(await watch(broken, after(60))).toBe(0);
    expect(errors).toHaveBeenCalledExactlyOnceWith('incident not looked after', { incidentId: 'a', error: new Error('away') });
    expect(await looks(80)).toBe(0);
    expect(await looks(120)).toBe(1);
    expect(started).toEqual(['a-3 at 120']);
  });
});

test('nobody is called for what is acknowledged or resolved, whatever became of its execution', async () => {
  await stands('a', acknowledged());
  await stands('b', resolved());
  const asked = vi.fn(watchdog.state);
  expect(await watch({ ...watchdog, state: asked }, after(3600))).toBe(0);
  expect(asked).not.toHaveBeenCalled();
});

test('all towns are looked at, however many incidents are open', async () => {
  table.page = 60;
  for (let i = 0; i < 120; i++) {
    await stands(`w${i}`);
    await stands(`j${i}`, calling(), 'jinshan');
  }
  expect(await looks(60)).toBe(240);
  expect(new Set(started).size).toBe(240);
});

describe('when the index lags behind', () => {
  /** Lists what was there at first, as an index does for a moment. */
  const lagging = async (): Promise<Watchdog> => {
    const listed = await store.list('open', ['wanan'], 10);
    return { ...watchdog, store: { list: async () => listed, get: (id) => store.get(id), put: (...args) => store.put(...args) } };
  };
  const becomes = async (incident: Incident) => {
    const before = await store.get('a');
    if (before) await store.put({ before, decided: { incident, occurrences: [] } }, { actor: 'x', trace: 'x', now: after(5) });
  };

  test('one that was answered meanwhile is not called for', async () => {
    await stands('a');
    const lags = await lagging();
    await becomes({ ...acknowledged(), incidentId: 'a' });
    states = { 'a-1': 'ended' };
    expect(await watch(lags, after(60))).toBe(0);
    expect((await store.get('a'))?.incident.phase).toBe('acknowledged');
  });

  test('one that a newer attempt calls for is not judged by the older one', async () => {
    await stands('a');
    const lags = await lagging();
    await becomes({ ...calling(), incidentId: 'a', attempt: 2 });
    states = { 'a-1': 'ended', 'a-2': 'running' };
    expect(await watch(lags, after(60))).toBe(0);
    expect(started).toEqual([]);
  });

  test('one that was written just now is given its half minute by the item, not by the index', async () => {
    await stands('a');
    const lags = await lagging();
    await becomes({ ...calling(), incidentId: 'a' });
    expect(await watch(lags, after(34))).toBe(0);
    expect(await watch(lags, after(36))).toBe(1);
  });
});

describe('one that can’t be looked after', () => {
  test('keeps none of the others waiting', async () => {
    for (const id of ['a', 'b', 'c']) await stands(id);
    states = { 'a-1': 'ended', 'b-1': new Error('away'), 'c-1': 'ended' };
    expect(await looks(60)).toBe(2);
    expect(started.sort()).toEqual(['a-2 at 60', 'c-2 at 60']);
    expect(errors).toHaveBeenCalledExactlyOnceWith('incident not looked after', { incidentId: 'b', error: new Error('away') });
  });

  test('because somebody moved it at the same moment is as well: no error, no execution', async () => {
    await stands('a');
    states = { 'a-1': 'ended' };
    table.before = ({ name }) => {
      if (name === 'TransactWriteItems') throw conflicting();
    };
    expect(await looks(60)).toBe(0);
    expect(started).toEqual([]);
    expect(errors).not.toHaveBeenCalled();
  });
});
