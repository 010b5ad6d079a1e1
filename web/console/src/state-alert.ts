/** How two tellings of one alert become one. */
import type { AlertView, LiveEvent } from './model.ts';

type AlertEvent = Extract<LiveEvent, { name: 'AlertRaised' | 'AlertUpdated' | 'AlertCleared' | 'AlertResolved' }>;

/** An alert known only from events: version 0 gives way to any fetched view. */
export const provisionalAlert = (facts: AlertEvent['data']): AlertView => ({ ...facts, phase: 'open', version: 0 });

type Facts = Pick<AlertView, 'level' | 'value' | 'threshold' | 'headline' | 'readingAt' | 'clearedAt'>;

/** Level, value and clearing belong together to one reading; the newest reading's stand. */
const newestFacts = (a: Facts, b: Facts): Facts => {
  const [timeA, timeB] = [Date.parse(a.readingAt), Date.parse(b.readingAt)];
  // Of the same reading the one that knows of the clearing knows more; otherwise the later telling.
  const newest = timeA > timeB || (timeA === timeB && a.clearedAt !== undefined && b.clearedAt === undefined) ? a : b;
  const { level, value, threshold, headline, readingAt, clearedAt } = newest;
  return { level, value, threshold, headline, readingAt, ...(clearedAt === undefined ? {} : { clearedAt }) };
};

const withFacts = (view: AlertView, facts: Facts): AlertView => {
  const { clearedAt: _, ...rest } = view;
  return { ...rest, ...facts };
};

/** A fetched view against what is known. Returns the known object itself when nothing is new, so that nothing redraws. */
export const mergeAlert = (known: AlertView, fetched: AlertView): AlertView => {
  if (fetched.version <= known.version) return known;
  const merged = withFacts(fetched, newestFacts(known, fetched));
  const incidentId = fetched.incidentId ?? known.incidentId;
  const withIncident = incidentId === undefined ? merged : { ...merged, incidentId };
  if (known.phase !== 'resolved' || fetched.phase === 'resolved') return withIncident;
  const { resolvedAt, resolvedBy, reason } = known;
  return {
    ...withIncident,
    phase: 'resolved',
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...(resolvedBy === undefined ? {} : { resolvedBy }),
    ...(reason === undefined ? {} : { reason }),
  };
};

export const mergeAlertEvent = (known: AlertView, event: AlertEvent): AlertView => {
  const clearing = event.name === 'AlertCleared' ? { clearedAt: event.metadata.time } : {};
  // AlertResolved repeats the facts as they were: it must not undo the clearing of the same reading.
  const facts = newestFacts(known, { ...event.data, ...clearing });
  const view = withFacts(known, facts);
  if (event.name !== 'AlertResolved' || view.phase === 'resolved') return view;
  return { ...view, phase: 'resolved', resolvedAt: event.metadata.time };
};
