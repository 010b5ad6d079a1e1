import { dynamo } from '#runtime/clients.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import { alertsEnv } from '../environment.ts';
import { type Consumed, intake } from '../intake.ts';
import { AlertStore } from '../store.ts';

const store = new AlertStore(dynamo(), readEnv(alertsEnv).ALERTS_TABLE);

export const handler = eventQueue<Consumed>((batch) => intake(store, batch, Date.now()));
