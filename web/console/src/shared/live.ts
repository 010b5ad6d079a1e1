/** The WebSocket that brings events, kept alive through whatever the network does. */
import type { LiveEvent } from '../model.ts';

export type LiveState = 'live' | 'reconnecting' | 'offline';

export interface LiveSocket {
  readonly readyState: number;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LivePorts {
  readonly token: () => Promise<string | undefined>;
  readonly connect: (protocols: string[]) => LiveSocket;
  readonly onEvents: (events: readonly LiveEvent[]) => void;
  readonly onState: (state: LiveState) => void;
  /** After every connect: what was pushed meanwhile is lost, only a fetch knows it. */
  readonly onConnected: () => void;
  readonly random?: () => number;
}

/** API Gateway ends a connection after 10 minutes without a message. */
const PING_MS = 4.5 * 60_000;
/** A storm of events is handed on together, so that the page redraws once. */
const BATCH_MS = 100;
/** A connect that neither opens nor fails. */
const OPEN_MS = 15_000;
/** So many failures in a row are called offline. */
const OFFLINE_AFTER = 4;

/**
 * Full jitter, 0.5 s doubling to 30 s: when a server returns, the whole district's consoles don't come in one second.
 * The floor keeps a lucky draw from hammering.
 */
export const backoff = (attempt: number, random: number): number => 250 + random * Math.min(30_000, 500 * 2 ** Math.min(attempt, 10));

export const createLive = (ports: LivePorts) => {
  const random = ports.random ?? Math.random;
  let socket: LiveSocket | undefined;
  let attempt = 0;
  let stopped = true;
  let generation = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let flush: ReturnType<typeof setTimeout> | undefined;
  let batch: LiveEvent[] = [];

  const deliver = () => {
    flush = undefined;
    const events = batch;
    batch = [];
    ports.onEvents(events);
  };

  const receive = (data: unknown) => {
    const events = typeof data === 'string' ? parse(data) : [];
    if (events.length === 0) return;
    batch.push(...events);
    flush ??= setTimeout(deliver, BATCH_MS);
  };

  const drop = () => {
    clearInterval(ping);
    clearTimeout(retry);
    generation++;
    const old = socket;
    socket = undefined;
    if (old === undefined) return;
    old.onopen = null;
    old.onclose = null;
    old.onmessage = null;
    old.close();
  };

  const again = () => {
    drop();
    if (stopped) return;
    ports.onState(attempt >= OFFLINE_AFTER ? 'offline' : 'reconnecting');
    retry = setTimeout(open, backoff(attempt++, random()));
  };

  const open = async () => {
    const mine = ++generation;
    const token = await ports.token().catch(() => undefined);
    if (stopped || mine !== generation) return;
    if (token === undefined) return again();
    // The token travels as a subprotocol: a URL would end in access logs.
    socket = ports.connect(['luojiang.v1', `bearer.${token}`]);
    const opening = setTimeout(again, OPEN_MS);
    socket.onopen = () => {
      clearTimeout(opening);
      attempt = 0;
      ping = setInterval(() => socket?.send('{"action":"ping"}'), PING_MS);
      ports.onState('live');
      ports.onConnected();
    };
    socket.onclose = () => {
      clearTimeout(opening);
      again();
    };
    socket.onmessage = (message) => receive(message.data);
  };

  return {
    start() {
      stopped = false;
      ports.onState('reconnecting');
      void open();
    },
    stop() {
      stopped = true;
      drop();
      clearTimeout(flush);
    },
    /** The network is back, or the computer woke up: what looks open may be dead. */
    restart() {
      if (stopped) return;
      drop();
      attempt = 0;
      ports.onState('reconnecting');
      void open();
    },
    lost() {
      if (stopped) return;
      attempt = OFFLINE_AFTER;
      again();
    },
  };
};

const isEvent = (value: Partial<LiveEvent> | null): boolean => typeof value?.name === 'string' && typeof value.metadata?.id === 'string';

/** One message holds the events of one moment. Anything else the gateway may say (the answer to a ping, an error) is none. */
const parse = (text: string): LiveEvent[] => {
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) ? values.filter(isEvent) : [];
  } catch {
    return [];
  }
};
