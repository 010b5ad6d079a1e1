import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoff, createLive, type LiveSocket } from './live.ts';

const setup = (token: string | undefined = 'a.b.c') => {
  const sockets: (LiveSocket & { protocols: string[]; sent: string[]; closed: boolean })[] = [];
  const said = { states: [] as string[], events: [] as unknown[], connected: 0 };
  const live = createLive({
    token: async () => token,
    connect: (protocols) => {
      const socket = {
        protocols,
        sent: [] as string[],
        closed: false,
        readyState: 0,
        onopen: null,
        onclose: null,
        onmessage: null,
        send: (text: string) => void socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
    onEvents: (events) => void said.events.push(...events),
    onState: (state) => void said.states.push(state),
    onConnected: () => said.connected++,
    random: () => 0.5,
  });
  return { live, sockets, said };
};
const event = (id: string) => JSON.stringify([{ name: 'AlertRaised', metadata: { id }, data: {} }]);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the live connection', () => {
  test('carries the token as a subprotocol and asks for a fetch on every connect', async () => {
    const { live, sockets, said } = setup();
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets[0]?.protocols).toEqual(['luojiang.v1', 'bearer.a.b.c']);
    sockets[0]?.onopen?.();
    expect(said).toMatchObject({ states: ['reconnecting', 'live'], connected: 1 });
    sockets[0]?.onclose?.();
    await vi.advanceTimersByTimeAsync(backoff(0, 0.5));
    sockets[1]?.onopen?.();
    expect(said).toMatchObject({ states: ['reconnecting', 'live', 'reconnecting', 'live'], connected: 2 });
    live.stop();
  });

  test('hands on what came within 100 ms together, and only events', async () => {
    const { live, sockets, said } = setup();
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    for (const text of [event('evt_1'), 'pong', '{"message":"Forbidden"}', 'null', event('evt_2')]) sockets[0]?.onmessage?.({ data: text });
    expect(said.events).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(said.events).toMatchObject([{ metadata: { id: 'evt_1' } }, { metadata: { id: 'evt_2' } }]);
    live.stop();
  });

  test('pings before the idle limit of ten minutes', async () => {
    const { live, sockets } = setup();
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]?.onopen?.();
    await vi.advanceTimersByTimeAsync(9.9 * 60_000);
    expect(sockets[0]?.sent).toEqual(['{"action":"ping"}', '{"action":"ping"}']);
    live.stop();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(sockets[0]?.sent.length).toBe(2);
  });

  test('is called offline after failing again and again, and never gives up', async () => {
    const { live, sockets, said } = setup();
    live.start();
    for (let i = 0; i < 12; i++) {
      await vi.advanceTimersByTimeAsync(i === 0 ? 0 : backoff(i - 1, 0.5));
      sockets.at(-1)?.onclose?.();
    }
    expect(said.states.slice(0, 7)).toEqual([
      'reconnecting',
      'reconnecting',
      'reconnecting',
      'reconnecting',
      'reconnecting',
      'offline',
      'offline',
    ]);
    expect(sockets.length).toBe(12);
    live.stop();
  });

  test('tries again when a connect hangs, and without a token', async () => {
    const { live, sockets } = setup();
    live.start();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(sockets.length).toBe(2);
    expect(sockets[0]?.closed).toBe(true);
    live.stop();
  });

  test('the pause is jittered, bounded and never nothing', () => {
    expect(backoff(0, 0)).toBe(250);
    expect(backoff(3, 1)).toBe(4_250);
    expect(backoff(40, 1)).toBe(30_250);
  });
});
