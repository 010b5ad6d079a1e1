import { SQSClient } from '@aws-sdk/client-sqs';
import { AuditTrail } from '#functions/identity/audit/trail.ts';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { httpApi, serve } from '#runtime/http.ts';
import * as api from '../api.ts';
import { keepSystem, reportUsage, setCapacity } from '../commands.ts';
import type { QuotaConfig } from '../config.ts';
import { quotaApiEnv } from '../environment.ts';
import * as queries from '../queries.ts';
import { QuotaStore } from '../store.ts';
import { UsageStore } from '../usage-store.ts';
import * as validators from '../validators.generated.ts';

const { QUOTA_TABLE, AUDIT_QUEUE } = readEnv(quotaApiEnv);
const client = dynamo();
const sources: queries.Sources = {
  config: readConfig<QuotaConfig>(),
  store: new QuotaStore(client, QUOTA_TABLE),
  usage: new UsageStore(client, QUOTA_TABLE),
};
const trail = new AuditTrail(new SQSClient(clientOptions), AUDIT_QUEUE);

export const handler = httpApi(
  [
    serve(api.getCatalogue, async ({ principal }) => queries.catalogue(sources, principal)),
    serve(api.estimate, ({ principal, body, now }) => queries.estimated(sources, principal, body, now)),
    serve(api.listPools, async ({ principal, now }) => ({ items: await queries.pools(sources, principal, now) })),
    serve(api.changePool, ({ params, body, ifMatch, ...by }) => setCapacity(sources, by, params.zone, body.capacity, ifMatch)),
    serve(api.listAllocations, ({ principal, query: { phase = 'active', limit = 100, ...rest } }) =>
      queries.allocations(sources, principal, { phase, limit, ...rest }),
    ),
    serve(api.getAllocation, ({ principal, params, now }) => queries.allocation(sources, principal, params.allocationId, now)),
    serve(api.getBlueprint, ({ principal, params }) => queries.blueprintOf(sources, principal, params.allocationId)),
    serve(api.putUsage, async ({ params, body, ...by }) => ({ days: await reportUsage(sources, by, params.allocationId, body) })),
    serve(api.listSystems, ({ principal, query: { limit = 100, ...rest } }) => queries.systems(sources, principal, { limit, ...rest })),
    serve(api.getSystem, async (call) =>
      call.query.unmask
        ? queries.systemInFull(sources, trail, call, call.params.systemId)
        : queries.systemView(sources, await queries.visibleSystem(sources, call.principal, call.params.systemId)),
    ),
    serve(api.putSystem, ({ params, body, ifMatch, ...by }) => keepSystem(sources, by, params.systemId, body, ifMatch)),
    serve(api.getAdoption, ({ principal }) => queries.adopted(sources, principal)),
  ],
  validators,
);
