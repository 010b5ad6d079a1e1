/** Keeps the store true: fetches snapshots, follows the live events, fetches again what they changed. */
import type { LiveEvent } from './model.ts';
import { type Answer, type Api, asProblem, type Problem } from './shared/api.ts';
import { createLive, type LiveSocket, type LiveState } from './shared/live.ts';
import type { Session } from './shared/session.ts';
import { createStore, type Store } from './shared/store.ts';
import type { Language } from './shared/words.ts';
import { type Change, initial, reduce, type State } from './state.ts';

export interface Health {
  readonly live: LiveState;
  readonly loading: boolean;
  readonly problem: Problem | undefined;
  /** Of the last snapshot. */
  readonly fetchedAt: number | undefined;
}

export interface Sync {
  readonly state: Store<State, Change>;
  readonly health: Store<Health, Partial<Health>>;
  /** Every event as it comes, for pages that keep lists of their own. */
  onEvents(listener: (events: readonly LiveEvent[]) => void): () => void;
  refresh(): Promise<void>;
  start(): () => void;
}

/** Pages of 500 up to this: beyond it the list says that it is cut off. */
const ALERT_LIMIT = 2000;
const INCIDENT_LIMIT = 1000;
/** A check on the push while it works, and the stand-in for it while it doesn't. */
const POLL_LIVE_MS = 60_000;
const POLL_BROKEN_MS = 10_000;
const DEBOUNCE_MS = 400;
/** The API may answer from a moment before the event: ask again, each time later. */
const REFETCH_TRIES = 5;
/** A timer this late means that the computer slept. */
const SLEPT_MS = 30_000;

/** A path of this origin as the URL of a WebSocket. */
const webSocketUrl = (liveUrl: string): string => new URL(liveUrl, location.origin).href.replace(/^http/, 'ws');

export const createSync = (api: Api, session: Session, liveUrl: string, language: () => Language): Sync => {
  const state = createStore<State, Change>(reduce, initial);
  const health = createStore<Health, Partial<Health>>((old, change) => ({ ...old, ...change }), {
    live: 'reconnecting',
    loading: true,
    problem: undefined,
    fetchedAt: undefined,
  });
  const listeners = new Set<(events: readonly LiveEvent[]) => void>();

  let running: Promise<void> | undefined;
  const refresh = (): Promise<void> => {
    running ??= snapshot().finally(() => {
      running = undefined;
    });
    return running;
  };
  const snapshot = async () => {
    health.dispatch({ loading: true });
    const since = state.get().sequence;
    try {
      const [alerts, incidents] = await Promise.all([
        pages((next) => api.GET('/v1/alerts', { params: { query: { phase: 'open', limit: 500, ...next } } }), ALERT_LIMIT),
        pages((next) => api.GET('/v1/incidents', { params: { query: { phase: 'open', limit: 200, ...next } } }), INCIDENT_LIMIT),
      ]);
      state.dispatch({ type: 'snapshot', alerts: alerts.items, incidents: incidents.items, since, truncated: alerts.truncated });
      health.dispatch({ loading: false, problem: undefined, fetchedAt: Date.now() });
    } catch (error) {
      health.dispatch({ loading: false, problem: asProblem(error, language()) });
    }
  };

  const pending = new Map<string, { tries: number; timer: ReturnType<typeof setTimeout> }>();
  const fetchSoon = (incidentId: string, tries = 0) => {
    if (tries === 0 && pending.get(incidentId)?.tries === 0) return;
    clearTimeout(pending.get(incidentId)?.timer);
    const timer = setTimeout(() => void fetchIncident(incidentId, tries), DEBOUNCE_MS * 2 ** tries);
    pending.set(incidentId, { tries, timer });
  };
  const fetchIncident = async (incidentId: string, tries: number) => {
    pending.delete(incidentId);
    try {
      const { data: incident } = await api.GET('/v1/incidents/{incidentId}', { params: { path: { incidentId } } });
      state.dispatch({ type: 'incident', incident });
    } catch {
      // The next try, or the next snapshot, tells.
    }
    if (state.get().incidents[incidentId]?.dirty && tries + 1 < REFETCH_TRIES) fetchSoon(incidentId, tries + 1);
  };

  const live = createLive({
    token: session.token,
    connect: (protocols) => new WebSocket(webSocketUrl(liveUrl), protocols) as LiveSocket,
    onConnected: () => void refresh(),
    onState: (value) => {
      health.dispatch({ live: value });
      schedule();
    },
    onEvents(events) {
      state.dispatch({ type: 'events', events });
      for (const { data } of events) {
        if (data && 'incidentId' in data && state.get().incidents[data.incidentId]?.dirty) fetchSoon(data.incidentId);
      }
      for (const listener of listeners) listener(events);
    },
  });

  let poll: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    clearTimeout(poll);
    const pause = health.get().live === 'live' ? POLL_LIVE_MS : POLL_BROKEN_MS;
    const due = Date.now() + pause;
    poll = setTimeout(async () => {
      if (Date.now() - due > SLEPT_MS) live.restart();
      await refresh();
      schedule();
    }, pause);
  };

  return {
    state,
    health,
    refresh,
    onEvents(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      const online = () => live.restart();
      const offline = () => live.lost();
      const shown = () => {
        if (document.visibilityState === 'visible') void refresh();
      };
      window.addEventListener('online', online);
      window.addEventListener('offline', offline);
      document.addEventListener('visibilitychange', shown);
      live.start();
      void refresh();
      return () => {
        window.removeEventListener('online', online);
        window.removeEventListener('offline', offline);
        document.removeEventListener('visibilitychange', shown);
        clearTimeout(poll);
        for (const { timer } of pending.values()) clearTimeout(timer);
        live.stop();
      };
    },
  };
};

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

const pages = async <T>(ask: (next: { cursor?: string }) => Promise<Answer<Page<T>>>, most: number) => {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await ask(cursor === undefined ? {} : { cursor });
    items.push(...data.items);
    cursor = data.next;
  } while (cursor !== undefined && items.length < most);
  return { items, truncated: cursor !== undefined };
};
