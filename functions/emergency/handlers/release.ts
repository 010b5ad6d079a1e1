import { dynamo } from '#runtime/clients.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import { releaseEnv } from '../environment.ts';
import { type Resolved, release } from '../release.ts';
import { IncidentStore } from '../store.ts';

const store = new IncidentStore(dynamo(), readEnv(releaseEnv).INCIDENTS_TABLE);

export const handler = eventQueue<Resolved>((batch) => release(store, batch, Date.now()));
