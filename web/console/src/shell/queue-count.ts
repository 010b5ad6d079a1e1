/** How much waits for this person: the navigation says so on every page. */
import { useEffect, useSyncExternalStore } from 'react';
import { listQueue } from '../casework/requests.ts';
import { useConsole } from '../context.ts';
import { createStore } from '../shared/store.ts';

const POLL_MS = 60_000;

/** The queue's page, which asks more often, tells it as well. */
export const queueCount = createStore<number | undefined, number>((_, count) => count, undefined);

export const useQueueCount = (): number | undefined => {
  const { api } = useConsole();
  useEffect(() => {
    // Not told apart from an empty queue: the page itself says what went wrong.
    const ask = () =>
      listQueue(api).then(
        ({ items }) => queueCount.dispatch(items.length),
        () => {},
      );
    void ask();
    const timer = setInterval(() => document.visibilityState === 'visible' && void ask(), POLL_MS);
    return () => clearInterval(timer);
  }, [api]);
  return useSyncExternalStore(queueCount.subscribe, queueCount.get);
};
