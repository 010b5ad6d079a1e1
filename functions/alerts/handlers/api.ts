import { may, reach } from '#functions/identity/access.ts';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { Failure } from '#runtime/failure.ts';
import { httpApi, serve } from '#runtime/http.ts';
import { getAlert, listAlerts } from '../api.ts';
import type { AlertsConfig } from '../config.ts';
import { alertsEnv } from '../environment.ts';
import { AlertStore, toView } from '../store.ts';
import * as validators from '../validators.generated.ts';

const { towns } = readConfig<AlertsConfig>();
const store = new AlertStore(dynamo(), readEnv(alertsEnv).ALERTS_TABLE);

const unknownAlert = () => new Failure('notFound', 'unknown-alert', { zh: '没有这条预警', en: 'No such alert' });

export const handler = httpApi(
  [
    serve(listAlerts, async ({ principal, query }) => {
      const where = reach(principal, 'alerts:read');
      const visible = towns.filter((town) => (where === 'all' || where.includes(town)) && (query.town ?? town) === town);
      const { alerts, next } = await store.list(query.phase ?? 'open', visible, query.limit ?? 200, query.cursor);
      return { items: alerts.map(toView), ...(next && { next }) };
    }),
    serve(getAlert, async ({ principal, params }) => {
      const stored = await store.get(params.alertId);
      if (!stored || !may(principal, 'alerts:read', stored.alert.facts.town)) throw unknownAlert();
      return toView(stored);
    }),
  ],
  validators,
);
