import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AlertRaised } from '#events/alerts.ts';
import type { Event } from '#events/envelope.ts';
import { logger } from '#runtime/logger.ts';
import { type Post, push } from './push.ts';
import type { ConnectionStore } from './store.ts';

const warn = vi.spyOn(logger, 'warn').mockReturnValue(undefined);
beforeEach(() => warn.mockClear());

const event = (town: string | undefined, id: string, filler = ''): Event => ({
  source: 'alerts',
  name: 'AlertRaised',
  metadata: { id, version: 1, time: '2026-07-01T03:00:00Z', actor: 'device:a', trace: 't' },
  data: { ...AlertRaised.sample, town, filler },
});

const storeOf = (listeners: Readonly<Record<string, readonly string[]>>) => ({
  of: vi.fn(async (town: string) => [...(listeners[town] ?? [])]),
  remove: vi.fn(async () => undefined),
});

const pushed = async (
  store: ReturnType<typeof storeOf>,
  events: readonly Event[],
  answer: (id: string, n: number) => 'sent' | 'gone' = () => 'sent',
) => {
  const got: Record<string, string[][]> = {};
  const post: Post = async (id, message) => {
    got[id] ??= [];
    got[id].push(JSON.parse(message).map(({ metadata }: Event) => metadata.id));
    return answer(id, got[id].length);
  };
  await push(store as unknown as ConnectionStore, post, events);
  return got;
};

/** Too large for two of them to go into one message. */
const large = 'x'.repeat(20_000);

test('events of no town are pushed to nobody, and cost no look at the table', async () => {
  const store = storeOf({ '*': ['a'] });
  expect(await pushed(store, [event(undefined, 'evt_1')])).toEqual({});
  expect(store.of).not.toHaveBeenCalled();
});

test('events of no town do not keep the others', async () => {
  expect(await pushed(storeOf({ wanan: ['a'] }), [event(undefined, 'evt_1'), event('wanan', 'evt_2')])).toEqual({ a: [['evt_2']] });
});

test('each town is asked for once, and the district always', async () => {
  const store = storeOf({});
  await pushed(store, [event('wanan', 'evt_1'), event('jinshan', 'evt_2'), event('wanan', 'evt_3')]);
  expect(store.of.mock.calls.map(([town]) => town).sort()).toEqual(['*', 'jinshan', 'wanan']);
});

test('one who listens to two towns gets those of both, each once', async () => {
  const store = storeOf({ wanan: ['a'], jinshan: ['a'] });
  const got = await pushed(store, [event('wanan', 'evt_1'), event('jinshan', 'evt_2')]);
  expect(got.a?.flat().sort()).toEqual(['evt_1', 'evt_2']);
});

test('several messages reach a listener one after another, in the order of their events', async () => {
  const under = { now: 0, most: 0 };
  const ids: string[] = [];
  const post: Post = async (_, message) => {
    under.most = Math.max(under.most, ++under.now);
    await new Promise((resolve) => setImmediate(resolve));
    ids.push(...JSON.parse(message).map(({ metadata }: Event) => metadata.id));
    under.now--;
    return 'sent';
  };
  const events = ['evt_1', 'evt_2', 'evt_3'].map((id) => event('wanan', id, large));
  await push(storeOf({ wanan: ['a'] }) as unknown as ConnectionStore, post, events);
  expect(ids).toEqual(['evt_1', 'evt_2', 'evt_3']);
  expect(under.most).toBe(1);
});

describe('a listener that is gone', () => {
  test('is sent nothing more and forgotten where it was found', async () => {
    const store = storeOf({ wanan: ['a', 'b'] });
    const events = ['evt_1', 'evt_2', 'evt_3'].map((id) => event('wanan', id, large));
    const got = await pushed(store, events, (id, n) => (id === 'a' && n === 2 ? 'gone' : 'sent'));
    expect(got).toEqual({ a: [['evt_1'], ['evt_2']], b: [['evt_1'], ['evt_2'], ['evt_3']] });
    expect(store.remove).toHaveBeenCalledExactlyOnceWith('wanan', 'a');
    expect(warn).not.toHaveBeenCalled();
  });

  test('and cannot be forgotten keeps nobody waiting', async () => {
    const store = storeOf({ wanan: ['a', 'b'] });
    store.remove.mockRejectedValue(new Error('table away'));
    expect(await pushed(store, [event('wanan', 'evt_1')], (id) => (id === 'a' ? 'gone' : 'sent'))).toHaveProperty('b');
    expect(warn).toHaveBeenCalledExactlyOnceWith('not pushed', {
      connectionId: 'a',
      error: expect.objectContaining({ message: 'table away' }),
    });
  });
});

test('who could not be reached is in the log, without what was said', async () => {
  const store = storeOf({ wanan: ['a'] });
  const post: Post = () => Promise.reject(new Error('429'));
  await push(store as unknown as ConnectionStore, post, [event('wanan', 'evt_1')]);
  expect(store.remove).not.toHaveBeenCalled();
  expect(warn).toHaveBeenCalledExactlyOnceWith('not pushed', { connectionId: 'a', error: expect.any(Error) });
});

test('a table that does not answer sends the batch again: nobody was reached yet', async () => {
  const store = storeOf({});
  store.of.mockRejectedValue(new Error('table away'));
  await expect(pushed(store, [event('wanan', 'evt_1')])).rejects.toThrow('table away');
});
