/** Alerts as they are shown: those of one incident together. Pure. */

import { LEVELS, rank, unacknowledged } from './levels.ts';
import type { AlertView, IncidentView, Level } from './model.ts';
import type { State } from './state.ts';

export interface AlertGroup {
  readonly key: string;
  readonly incident: IncidentView | undefined;
  /** Highest level first, then newest. */
  readonly alerts: readonly AlertView[];
  readonly newest: number;
}

export interface Filter {
  readonly town?: string | undefined;
  readonly level?: Level | undefined;
}

/** How long a resolved alert stays in sight, so that it doesn't vanish under the reader's eyes. */
export const LINGER_MS = 60_000;

export const visible = (state: State, filter: Filter, now: number): AlertView[] =>
  Object.values(state.alerts)
    .map((entry) => entry.view)
    .filter((alert) => filter.town === undefined || alert.town === filter.town)
    .filter((alert) => filter.level === undefined || alert.level === filter.level)
    .filter((alert) => alert.phase === 'open' || now - Date.parse(alert.resolvedAt ?? alert.raisedAt) < LINGER_MS);

export const countByLevel = (state: State, town: string | undefined): Readonly<Record<Level, number>> => {
  const counts = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Level, number>;
  for (const { view } of Object.values(state.alerts)) {
    if (view.phase === 'open' && (town === undefined || view.town === town)) counts[view.level]++;
  }
  return counts;
};

/** What waits for somebody comes first, then the other incidents, then alerts that nobody is called for, then what is over. */
const turn = ({ incident, alerts }: Pick<AlertGroup, 'incident' | 'alerts'>): number => {
  if (alerts.every(({ phase }) => phase === 'resolved')) return 3;
  if (incident === undefined) return alerts.some((alert) => rank(alert.level) >= 2 && unacknowledged(alert, incident)) ? 0 : 2;
  return alerts.some((alert) => unacknowledged(alert, incident)) ? 0 : 1;
};

const highest = ({ alerts: [first] }: Pick<AlertGroup, 'alerts'>): number => (first ? rank(first.level) : 0);

/** By whose turn it is, then the highest level, then the newest. */
export const grouped = (alerts: readonly AlertView[], state: State): AlertGroup[] => {
  const members = new Map<string, AlertView[]>();
  for (const alert of alerts) {
    const key = alert.incidentId ?? alert.alertId;
    const group = members.get(key);
    if (group) group.push(alert);
    else members.set(key, [alert]);
  }
  const raised = (alert: AlertView) => Date.parse(alert.raisedAt);
  return [...members]
    .map(([key, group]) => ({
      key,
      incident: state.incidents[key]?.view,
      alerts: group.sort((a, b) => rank(b.level) - rank(a.level) || raised(b) - raised(a) || (a.alertId < b.alertId ? 1 : -1)),
      newest: Math.max(...group.map(raised)),
    }))
    .sort((a, b) => turn(a) - turn(b) || highest(b) - highest(a) || b.newest - a.newest || (a.key < b.key ? 1 : -1));
};
