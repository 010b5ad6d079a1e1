/** An incident as the API shows it: no token, no address, and who is called next and when. */
import type { IncidentView } from './api.ts';
import type { Incident } from './incident.ts';

const SECOND_MS = 1_000;

const nextOf = (incident: Incident): IncidentView['next'] => {
  const { called, steps, repeat, repeatAt } = incident;
  const last = called.at(-1);
  if (!last || incident.phase !== 'calling' || incident.startAt) return undefined;
  const first = steps[repeat.from];
  if (repeatAt) return first && { at: repeatAt, name: first.name, round: last.round + 1 };
  const following = steps[last.step + 1];
  if (following) return { at: last.dueAt, name: following.name, round: last.round };
  const at = new Date(Date.parse(last.dueAt) + repeat.after * SECOND_MS).toISOString();
  return first && { at, name: first.name, round: last.round + 1 };
};

export const toView = (incident: Incident, version: number): IncidentView => {
  const { incidentId, planId, planName, town, level, phase, openedAt, alerts, called, steps, repeatAt } = incident;
  const next = nextOf(incident);
  const acknowledgedBy = called.flatMap(({ people }) =>
    people.flatMap(({ personId, name, acknowledgedAt: at }) => (at ? [{ personId, name, at }] : [])),
  );
  return {
    ...{ incidentId, planId, planName, town, level, phase, openedAt, alerts, version },
    called: [...called],
    steps: steps.map(({ name }) => name),
    ...(repeatAt && { repeatAt }),
    ...(next && { next }),
    ...('acknowledgedAt' in incident && incident.acknowledgedAt && { acknowledgedAt: incident.acknowledgedAt }),
    ...(acknowledgedBy.length > 0 && { acknowledgedBy }),
    ...(incident.phase === 'resolved' && { resolvedAt: incident.resolvedAt, resolvedBy: incident.resolvedBy, reason: incident.reason }),
  };
};
