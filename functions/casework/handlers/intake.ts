import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import type { CaseworkConfig } from '../config.ts';
import { intakeEnv } from '../environment.ts';
import { intake } from '../intake.ts';
import { CaseStore } from '../store.ts';

const { forms, bureau, calendar, retention } = readConfig<CaseworkConfig>();
const store = new CaseStore(dynamo(), readEnv(intakeEnv).CASES_TABLE, retention);

export const handler = eventQueue((batch) => intake({ store, forms, bureau, calendar }, batch, Date.now));
