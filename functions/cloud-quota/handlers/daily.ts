import type { ScheduledEvent } from 'aws-lambda';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import type { QuotaConfig } from '../config.ts';
import { runDaily } from '../daily.ts';
import { quotaEnv } from '../environment.ts';
import type { Sources } from '../queries.ts';
import { QuotaStore } from '../store.ts';
import { UsageStore } from '../usage-store.ts';

const { QUOTA_TABLE } = readEnv(quotaEnv);
const client = dynamo();
const sources: Sources = {
  config: readConfig<QuotaConfig>(),
  store: new QuotaStore(client, QUOTA_TABLE),
  usage: new UsageStore(client, QUOTA_TABLE),
};

/** The schedule's own time, not the clock's: a run that comes late decides as of when it was due. */
export const handler = (event: Pick<ScheduledEvent, 'time'>): Promise<{ allocations: number }> => runDaily(sources, Date.parse(event.time));
