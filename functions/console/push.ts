/** Sends a batch of events to everybody who listens, each connection once per message, whatever becomes of the others. */
import type { Event } from '#events/envelope.ts';
import { logger } from '#runtime/logger.ts';
import { DISTRICT, messagesByTown } from './live.ts';
import type { ConnectionStore } from './store.ts';

export type Post = (connectionId: string, message: string) => Promise<'sent' | 'gone'>;

const sendAll = async (
  store: ConnectionStore,
  post: Post,
  key: string,
  connectionId: string,
  messages: readonly string[],
): Promise<void> => {
  try {
    for (const message of messages) {
      if ((await post(connectionId, message)) === 'sent') continue;
      await store.remove(key, connectionId);
      return;
    }
  } catch (error) {
    // Live is a convenience on top of the API: a console that missed a message fetches when it reconnects. Sending the whole batch to
    // everybody again would help nobody.
    logger.warn('not pushed', { connectionId, error: error as Error });
  }
};

export const push = async (store: ConnectionStore, post: Post, events: readonly Event[]): Promise<void> => {
  const byTown = messagesByTown(events);
  if (byTown.size === 0) return;
  const listeners = await Promise.all([DISTRICT, ...byTown.keys()].map(async (key) => ({ key, ids: await store.of(key) })));
  await Promise.all(
    listeners.flatMap(({ key, ids }) => {
      const messages = key === DISTRICT ? [...byTown.values()].flat() : (byTown.get(key) as string[]);
      return ids.map((id) => sendAll(store, post, key, id, messages));
    }),
  );
};
