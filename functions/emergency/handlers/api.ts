import { SFNClient } from '@aws-sdk/client-sfn';
import { type Action, may, type Principal, reach, town } from '#functions/identity/access.ts';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { denied, httpApi, serve } from '#runtime/http.ts';
import { retryConflicts } from '#runtime/table.ts';
import { acknowledgeIncident, getIncident, type IncidentView, listIncidents, listPhoneMessages, resolveIncident } from '../api.ts';
import type { EmergencyConfig } from '../config.ts';
import { apiEnv } from '../environment.ts';
import { endStep } from '../escalation.ts';
import { acknowledge, type Decided, type Incident, type Refusal, resolve } from '../incident.ts';
import { Phones } from '../phones.ts';
import { refusals, unknownIncident } from '../refusals.ts';
import { IncidentStore, type StoredIncident } from '../store.ts';
import * as validators from '../validators.generated.ts';
import { toView } from '../view.ts';

const { towns, people } = readConfig<EmergencyConfig>();
const client = dynamo();
const { INCIDENTS_TABLE } = readEnv(apiEnv);
const store = new IncidentStore(client, INCIDENTS_TABLE);
const phones = new Phones(client, INCIDENTS_TABLE);
const executions = new SFNClient(clientOptions);

/** An incident of a town that is not the caller's is as unknown as one that does not exist. */
const visible = async (principal: Principal, action: Action, incidentId: string): Promise<StoredIncident> => {
  const stored = await store.get(incidentId);
  if (!stored || !may(principal, 'incidents:read', stored.incident.town)) throw unknownIncident();
  if (!may(principal, action, stored.incident.town)) throw denied(principal, action, town(stored.incident.town));
  return stored;
};

/** Decides on the incident as it stands, writes, then wakes the execution: the item decides, the execution only keeps time. */
const change = (
  principal: Principal,
  action: Action,
  incidentId: string,
  requestId: string,
  decide: (incident: Incident, now: number) => Decided | Refusal,
): Promise<IncidentView> =>
  retryConflicts(async () => {
    const before = await visible(principal, action, incidentId);
    // Of this attempt, not of the request: an alert that joined between two attempts was raised before the incident was resolved.
    const now = Date.now();
    const decided = decide(before.incident, now);
    if ('refused' in decided) throw refusals[decided.refused]();
    const changed = decided.incident !== before.incident;
    if (changed) await store.put({ before, decided }, { actor: `person:${principal.id}`, trace: requestId, now });
    const { phase } = decided.incident;
    // Also when nothing changed: whoever did this before may have died between the write and the call.
    if (before.taskToken && (phase === 'acknowledged' || phase === 'resolved')) await endStep(executions, before.taskToken, phase);
    return toView(decided.incident, before.version + (changed ? 1 : 0));
  });

const nameOf = ({ id, name }: Principal) => people.find((person) => person.id === id)?.name ?? { zh: name, en: name };

export const handler = httpApi(
  [
    serve(listIncidents, async ({ principal, query }) => {
      const where = reach(principal, 'incidents:read');
      const seen = towns.map(({ id }) => id).filter((id) => (where === 'all' || where.includes(id)) && (query.town ?? id) === id);
      const { incidents, next } = await store.list(query.phase ?? 'open', seen, query.limit ?? 100, query.cursor);
      return { items: incidents.map(({ incident, version }) => toView(incident, version)), ...(next && { next }) };
    }),
    serve(getIncident, async ({ principal, params }) => {
      const { incident, version } = await visible(principal, 'incidents:read', params.incidentId);
      return toView(incident, version);
    }),
    serve(acknowledgeIncident, ({ principal, params, requestId }) =>
      change(principal, 'incidents:acknowledge', params.incidentId, requestId, (incident, now) => acknowledge(incident, principal.id, now)),
    ),
    serve(resolveIncident, ({ principal, params, body, requestId }) =>
      change(principal, 'incidents:resolve', params.incidentId, requestId, (incident, now) =>
        resolve(incident, { personId: principal.id, name: nameOf(principal) }, body.reason.trim(), now),
      ),
    ),
    serve(listPhoneMessages, async ({ query }) => ({ items: await phones.list(query.limit ?? 100) })),
  ],
  validators,
);
