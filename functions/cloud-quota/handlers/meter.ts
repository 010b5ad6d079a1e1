import type { ScheduledEvent } from 'aws-lambda';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import type { QuotaConfig } from '../config.ts';
import { measureDay } from '../daily.ts';
import { quotaEnv } from '../environment.ts';
import { CloudMeters } from '../meters.ts';
import type { Sources } from '../queries.ts';
import { QuotaStore } from '../store.ts';
import { UsageStore } from '../usage-store.ts';

const { QUOTA_TABLE } = readEnv(quotaEnv);
const client = dynamo();
const meters = new CloudMeters(client);
const sources: Sources = {
  config: readConfig<QuotaConfig>(),
  store: new QuotaStore(client, QUOTA_TABLE),
  usage: new UsageStore(client, QUOTA_TABLE),
};

export const handler = (event: Pick<ScheduledEvent, 'time'>): Promise<{ measured: number }> =>
  measureDay(sources, meters, Date.parse(event.time));
