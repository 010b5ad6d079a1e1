import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ScheduledEvent } from 'aws-lambda';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import type { QuotaConfig } from '../config.ts';
import { audit } from '../daily.ts';
import { quotaEnv } from '../environment.ts';
import type { Sources } from '../queries.ts';
import { QuotaStore } from '../store.ts';
import { UsageStore } from '../usage-store.ts';

const { QUOTA_TABLE } = readEnv(quotaEnv);
const client = dynamo();
const metrics = new Metrics({ namespace: 'LuojiangCloud', serviceName: 'cloud-quota' });
const sources: Sources = {
  config: readConfig<QuotaConfig>(),
  store: new QuotaStore(client, QUOTA_TABLE),
  usage: new UsageStore(client, QUOTA_TABLE),
};

export const handler = async (event: Pick<ScheduledEvent, 'time'>): Promise<{ differences: number }> => {
  const { length } = await audit(sources, Date.parse(event.time));
  metrics.addMetric('BooksDiffer', MetricUnit.Count, length);
  metrics.publishStoredMetrics();
  return { differences: length };
};
