import type { ScheduledEvent } from 'aws-lambda';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import type { QuotaConfig } from '../config.ts';
import { CostReports } from '../cost-store.ts';
import { billMonth } from '../daily.ts';
import { quotaEnv } from '../environment.ts';
import type { Sources } from '../queries.ts';
import { QuotaStore } from '../store.ts';
import { UsageStore } from '../usage-store.ts';

const { QUOTA_TABLE } = readEnv(quotaEnv);
const client = dynamo();
const config = readConfig<QuotaConfig>();
const { costReports, currency } = config.cloud;
if (!costReports) throw new Error('cloud.costReports is not set: this function is deployed only where it is');
const reports = new CostReports(costReports, currency, config.timezone);
const sources: Sources = { config, store: new QuotaStore(client, QUOTA_TABLE), usage: new UsageStore(client, QUOTA_TABLE) };

export const handler = (event: Pick<ScheduledEvent, 'time'>): Promise<{ billed: number }> =>
  billMonth(sources, reports, Date.parse(event.time));
