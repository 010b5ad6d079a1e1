import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import type { QuotaConfig } from '../config.ts';
import { quotaEnv } from '../environment.ts';
import { intake, type StepEvent } from '../intake.ts';
import { QuotaStore } from '../store.ts';

const config = readConfig<QuotaConfig>();
const store = new QuotaStore(dynamo(), readEnv(quotaEnv).QUOTA_TABLE);

export const handler = eventQueue<StepEvent>((batch) => intake(store, config, batch, Date.now));
