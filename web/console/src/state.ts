/**
 * What the console knows, and how it learns more. Pure: the clock stays outside.
 *
 * Two sources tell of the same things: views fetched over HTTP (with a version) and events pushed live (with an id and
 * a time), in any order, some twice. The rules by which neither overwrites newer knowledge:
 *  - an event is applied once, by its id;
 *  - of an alert's facts those with the newest reading stand; "resolved" is final;
 *  - a view stands when its version is higher; a view of the version that events have already gone beyond is stale;
 *  - what an event changed on an incident is provisional (`dirty`) until a newer view confirms it.
 */

import type { AlertView, IncidentView, LiveEvent } from './model.ts';
import { mergeAlert, mergeAlertEvent, provisionalAlert } from './state-alert.ts';
import { applyIncidentEvent, type IncidentEntry, mergeIncidentView } from './state-incident.ts';

export type { IncidentEntry } from './state-incident.ts';

export interface AlertEntry {
  readonly view: AlertView;
  /** `State.sequence` at the last event about it: a snapshot begun earlier cannot remove it. */
  readonly touched: number;
}

export interface State {
  readonly alerts: Readonly<Record<string, AlertEntry>>;
  readonly incidents: Readonly<Record<string, IncidentEntry>>;
  /** Alert -> incident, told by events that may come before the alert itself. */
  readonly links: Readonly<Record<string, string>>;
  readonly seen: ReadonlySet<string>;
  /** Counts batches of events. */
  readonly sequence: number;
  /** Red and orange alerts that came, or rose, since the first snapshot; the newest batch only. */
  readonly arrivals: { readonly batch: number; readonly alertIds: readonly string[] };
  /** False until the first snapshot: before it nothing is news. */
  readonly ready: boolean;
  /** The server had more open alerts than the console fetches. */
  readonly truncated: boolean;
}

export type Change =
  | { readonly type: 'events'; readonly events: readonly LiveEvent[] }
  | {
      readonly type: 'snapshot';
      readonly alerts: readonly AlertView[];
      readonly incidents: readonly IncidentView[];
      /** `State.sequence` when the fetch began. */
      readonly since: number;
      readonly truncated: boolean;
    }
  | { readonly type: 'alert'; readonly alert: AlertView }
  | { readonly type: 'incident'; readonly incident: IncidentView };

export const initial: State = {
  alerts: {},
  incidents: {},
  links: {},
  seen: new Set(),
  sequence: 0,
  arrivals: { batch: 0, alertIds: [] },
  ready: false,
  truncated: false,
};

/** Redeliveries come within minutes; older ids need not be remembered for ever. */
export const SEEN_LIMIT = 5000;

export const reduce = (state: State, change: Change): State => {
  switch (change.type) {
    case 'events':
      return applyEvents(state, change.events);
    case 'snapshot':
      return applySnapshot(state, change);
    case 'alert':
      return withArrivals(state, { ...state, alerts: { ...state.alerts, ...placed(state, change.alert, state.sequence) } });
    case 'incident':
      return { ...state, incidents: { ...state.incidents, ...mergedIncident(state, change.incident, state.sequence) } };
    default:
      return change satisfies never;
  }
};

const placed = (state: State, alert: AlertView, touched: number): Record<string, AlertEntry> => {
  const known = state.alerts[alert.alertId];
  const view = linked(known ? mergeAlert(known.view, alert) : alert, state.links);
  return { [alert.alertId]: { view, touched: Math.max(touched, known?.touched ?? 0) } };
};

const mergedIncident = (state: State, incident: IncidentView, touched: number): Record<string, IncidentEntry> => ({
  [incident.incidentId]: mergeIncidentView(state.incidents[incident.incidentId], incident, touched),
});

const linked = (view: AlertView, links: State['links']): AlertView => {
  const incidentId = view.incidentId ?? links[view.alertId];
  return incidentId === undefined || incidentId === view.incidentId ? view : { ...view, incidentId };
};

const applySnapshot = (state: State, snapshot: Extract<Change, { type: 'snapshot' }>): State => {
  const alerts: Record<string, AlertEntry> = {};
  const incidents: Record<string, IncidentEntry> = {};
  for (const alert of snapshot.alerts) Object.assign(alerts, placed(state, alert, 0));
  for (const incident of snapshot.incidents) Object.assign(incidents, mergedIncident(state, incident, 0));
  // What the snapshot doesn't name is no longer open, unless an event told of it while the snapshot was on its way,
  // or the server cut the list off.
  for (const [id, entry] of Object.entries(state.alerts)) {
    const kept = entry.touched > snapshot.since || entry.view.phase === 'resolved' || snapshot.truncated;
    if (!(id in alerts) && kept) alerts[id] = entry;
  }
  const needed = new Set(Object.values(alerts).map((entry) => entry.view.incidentId));
  for (const [id, entry] of Object.entries(state.incidents)) {
    if (!(id in incidents) && (entry.touched > snapshot.since || needed.has(id))) incidents[id] = entry;
  }
  const next = { ...state, alerts, incidents, truncated: snapshot.truncated };
  return { ...(state.ready ? withArrivals(state, next) : next), ready: true };
};

const applyEvents = (state: State, events: readonly LiveEvent[]): State => {
  const fresh: LiveEvent[] = [];
  const seen = new Set(state.seen);
  for (const event of events) {
    if (seen.has(event.metadata.id) || !isKnown(event)) continue;
    seen.add(event.metadata.id);
    fresh.push(event);
  }
  if (fresh.length === 0) return state;
  for (const id of seen) {
    if (seen.size <= SEEN_LIMIT) break;
    seen.delete(id);
  }
  const draft: Draft = {
    alerts: { ...state.alerts },
    incidents: { ...state.incidents },
    links: { ...state.links },
    sequence: state.sequence + 1,
  };
  for (const event of fresh) applyEvent(draft, event);
  return withArrivals(state, { ...state, ...draft, seen });
};

interface Draft {
  readonly alerts: Record<string, AlertEntry>;
  readonly incidents: Record<string, IncidentEntry>;
  readonly links: Record<string, string>;
  readonly sequence: number;
}

const KNOWN: Readonly<Record<LiveEvent['name'], true>> = {
  AlertRaised: true,
  AlertUpdated: true,
  AlertCleared: true,
  AlertResolved: true,
  IncidentOpened: true,
  AlertJoined: true,
  LevelCalled: true,
  IncidentAcknowledged: true,
  AcknowledgementCounted: true,
  EscalationExhausted: true,
  IncidentResolved: true,
};
/** A newer server may push what this console has never heard of: that is no error. */
const isKnown = (event: LiveEvent): boolean => Object.hasOwn(KNOWN, event.name);

const applyEvent = (draft: Draft, event: LiveEvent): void => {
  switch (event.name) {
    case 'AlertRaised':
    case 'AlertUpdated':
    case 'AlertCleared':
    case 'AlertResolved': {
      const known = draft.alerts[event.data.alertId]?.view ?? provisionalAlert(event.data);
      const view = linked(mergeAlertEvent(known, event), draft.links);
      draft.alerts[view.alertId] = { view, touched: draft.sequence };
      return;
    }
    case 'IncidentOpened':
    case 'AlertJoined': {
      draft.links[event.data.alertId] = event.data.incidentId;
      const entry = draft.alerts[event.data.alertId];
      if (entry) draft.alerts[event.data.alertId] = { ...entry, view: linked(entry.view, draft.links) };
      break;
    }
    // Its alerts tell by AlertResolved that they are closed: one that came too late for it is not.
    case 'IncidentResolved':
    case 'LevelCalled':
    case 'IncidentAcknowledged':
    case 'AcknowledgementCounted':
    case 'EscalationExhausted':
      break;
    default:
      event satisfies never;
      return;
  }
  const { incidentId } = event.data;
  draft.incidents[incidentId] = applyIncidentEvent(draft.incidents[incidentId], event, draft.sequence);
};

const RANK = { blue: 0, yellow: 1, orange: 2, red: 3 } as const;

const withArrivals = (before: State, after: State): State => {
  if (!before.ready) return after;
  const alertIds: string[] = [];
  for (const [id, { view }] of Object.entries(after.alerts)) {
    const old = before.alerts[id];
    if (old?.view === view || view.phase === 'resolved' || RANK[view.level] < RANK.orange) continue;
    if (old === undefined || RANK[old.view.level] < RANK[view.level]) alertIds.push(id);
  }
  return alertIds.length === 0 ? after : { ...after, arrivals: { batch: before.arrivals.batch + 1, alertIds } };
};
