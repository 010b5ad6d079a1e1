import { dynamo } from '#runtime/clients.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import { pushEnv } from '../environment.ts';
import { poster } from '../live-client.ts';
import { push } from '../push.ts';
import { ConnectionStore } from '../store.ts';

const env = readEnv(pushEnv);
const store = new ConnectionStore(dynamo(), env.CONNECTIONS_TABLE);
const post = poster(env.LIVE_ENDPOINT);

export const handler = eventQueue(async (batch) => {
  await push(
    store,
    post,
    batch.map(({ event }) => event),
  );
  return [];
});
