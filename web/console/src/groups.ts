/** Alerts as they are shown: those of one incident together. Pure. */

import { LEVELS, rank } from './levels.ts';
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

/** Newest first: an incident stands where its newest alert does. */
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
    .sort((a, b) => b.newest - a.newest || (a.key < b.key ? 1 : -1));
};
