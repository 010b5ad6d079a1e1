import { describe, expect, test, vi } from 'vitest';
import { AlertRaised } from '#events/alerts.ts';
import { LevelCalled } from '#events/emergency.ts';
import type { Event } from '#events/envelope.ts';
import type { Principal, Role } from '#functions/identity/access.ts';
import { logger } from '#runtime/logger.ts';
import { townsOf } from './listener.ts';
import { messagesByTown } from './live.ts';
import { push } from './push.ts';

const event = (town: string, n = 1, definition: { source: string; name: string; sample: object } = AlertRaised): Event =>
  ({
    source: definition.source,
    name: definition.name,
    metadata: { id: `evt_${n}`, version: 1, time: '2026-07-01T03:00:00Z', actor: 'device:a', trace: 't' },
    data: { ...definition.sample, town },
  }) as Event;

const person = (roles: Role[], towns: string[] = []): Principal => ({
  kind: 'person',
  id: 'x',
  name: 'X',
  roles,
  towns,
  duties: [],
  bureau: 'big-data',
});

test('people of towns listen to those, people of the district to all, a citizen to nothing', () => {
  expect(townsOf(person(['duty-officer'], ['wanan', 'jinshan']))).toEqual(['wanan', 'jinshan']);
  expect(townsOf(person(['commander']))).toEqual(['*']);
  expect(townsOf(person(['citizen'], ['wanan']))).toEqual([]);
});

test('telephone numbers are not pushed', () => {
  const [message] = messagesByTown([event('wanan', 1, LevelCalled)]).get('wanan') as string[];
  expect(message).toContain('li-na');
  expect(message).not.toContain('+86');
});

test('a storm goes out in few messages, each below what API Gateway takes, nothing lost, in order', () => {
  const storm = Array.from({ length: 1000 }, (_, i) => event('wanan', i));
  const messages = messagesByTown(storm).get('wanan') as string[];
  expect(messages.length).toBeLessThan(40);
  for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThan(128 * 1024);
  expect(messages.flatMap((message) => JSON.parse(message)).map(({ metadata }) => metadata.id)).toEqual(
    storm.map(({ metadata }) => metadata.id),
  );
});

describe('push', () => {
  const stored = (listeners: Record<string, string[]>) => ({
    of: vi.fn(async (town: string) => listeners[town] ?? []),
    remove: vi.fn(async () => undefined),
  });

  test('each town’s events reach its own listeners and the district’s', async () => {
    const store = stored({ wanan: ['a'], jinshan: ['b'], '*': ['c'] });
    const got = new Map<string, string[]>();
    await push(
      store as never,
      async (id, message) => {
        got.set(id, [...(got.get(id) ?? []), message]);
        return 'sent';
      },
      [event('wanan', 1), event('jinshan', 2)],
    );
    expect([...got.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(got.get('a')?.join()).toContain('evt_1');
    expect(got.get('a')?.join()).not.toContain('evt_2');
    expect(got.get('c')?.join()).toMatch(/evt_1.*evt_2/);
  });

  test('a listener that is gone is forgotten, one that fails keeps nobody waiting', async () => {
    const warned = vi.spyOn(logger, 'warn').mockReturnValue(undefined);
    const store = stored({ '*': ['gone', 'broken', 'well'] });
    const sent: string[] = [];
    await push(
      store as never,
      async (id) => {
        if (id === 'broken') throw new Error('500');
        if (id === 'gone') return 'gone';
        sent.push(id);
        return 'sent';
      },
      [event('wanan')],
    );
    expect(sent).toEqual(['well']);
    expect(store.remove).toHaveBeenCalledExactlyOnceWith('*', 'gone');
    expect(warned.mock.calls.map(([message]) => message)).toEqual(['not pushed']);
  });
});
