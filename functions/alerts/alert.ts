/**
 * An alert, from the first crossing of a threshold to the person who closes it. One per device, rule and episode; the events that tell of
 * it may come twice and in any order, so each carries the sequence number of the reading that caused it.
 */
import { AlertCleared, type AlertFacts, AlertRaised, AlertResolved, AlertUpdated } from '#events/alerts.ts';
import type { Condition, DevicesEvent } from '#events/devices.ts';
import type { EmergencyEvent } from '#events/emergency.ts';
import { LEVELS, type Level, type Occurrence, occurred } from '#events/envelope.ts';

interface Common {
  readonly facts: AlertFacts;
  /** Sequence number of the newest reading that changed it. */
  readonly seq: number;
  /** When the condition behind it ended by itself. */
  readonly clearedAt?: string;
  readonly incidentId?: string;
}

export type Alert =
  | (Common & { readonly phase: 'open' })
  | (Common & {
      readonly phase: 'resolved';
      readonly resolvedAt: string;
      /** Person id, or `system` */
      readonly resolvedBy: string;
      readonly reason: string;
    });

export interface Decision {
  readonly alert: Alert;
  readonly occurrences: readonly Occurrence[];
}

/** Nothing to do: the event was handled before, or is older than what is known. */
export const QUIET = 'quiet';

const toFacts = (alertId: string, condition: Condition, raisedAt: string): AlertFacts => {
  const { deviceId, deviceType, deviceName, town, place, domain, ruleId, ruleName, level, measure, value, threshold, unit, readingAt } =
    condition;
  return {
    alertId,
    deviceId,
    deviceType,
    deviceName,
    town,
    place,
    domain,
    ruleId,
    headline: ruleName,
    level,
    measure,
    value,
    threshold,
    unit,
    readingAt,
    raisedAt,
  };
};

const isHigher = (level: Level, than: Level): boolean => LEVELS.indexOf(level) > LEVELS.indexOf(than);

/** The first that is heard of a condition, or a graver one after somebody closed the alert for a lesser. */
const raise = (alertId: string, event: DevicesEvent, key: readonly (string | number)[], now: string): Decision => {
  const condition = event.data;
  const facts = toFacts(alertId, condition, now);
  const raised: Alert = { phase: 'open', facts, seq: condition.seq };
  if (event.name !== 'ThresholdCleared') return { alert: raised, occurrences: [occurred(AlertRaised, key, facts)] };
  // The end overtook the beginning: the condition did hold, so the alert is raised all the same, and shown as over.
  const both = [occurred(AlertRaised, key, facts), occurred(AlertCleared, key, facts)];
  return { alert: { ...raised, clearedAt: condition.readingAt }, occurrences: both };
};

/**
 * What a condition on a device makes of its alert. `now` is RFC 3339. A level stands until a person closes the alert: it rises by itself
 * but does not fall, nor does the value change with which it was reached, for people are called by the gravest that it was.
 */
export const decideCondition = (alert: Alert | undefined, alertId: string, event: DevicesEvent, now: string): Decision | typeof QUIET => {
  const condition = event.data;
  const cleared = event.name === 'ThresholdCleared';
  const key = [alertId, condition.seq];
  if (alert === undefined) return raise(alertId, event, key, now);
  const old = condition.seq <= alert.seq;
  const graver = !cleared && isHigher(condition.level, alert.facts.level);
  // Who resolved it judged a smaller danger: a higher level raises it anew, anything else about it is over.
  if (alert.phase === 'resolved') return graver && !old ? raise(alertId, event, key, now) : QUIET;
  if (old && !graver) return QUIET;
  const newest = { seq: Math.max(alert.seq, condition.seq), readingAt: old ? alert.facts.readingAt : condition.readingAt };
  const facts = { ...(graver ? toFacts(alertId, condition, alert.facts.raisedAt) : alert.facts), readingAt: newest.readingAt };
  const next: Alert = { ...alert, facts, seq: newest.seq };
  if (cleared) return { alert: { ...next, clearedAt: condition.readingAt }, occurrences: [occurred(AlertCleared, key, facts)] };
  return { alert: next, occurrences: graver ? [occurred(AlertUpdated, key, facts)] : [] };
};

type IncidentEvent = Extract<EmergencyEvent, { name: 'IncidentOpened' | 'AlertJoined' | 'AlertsReleased' }>;

/** What an incident makes of an alert that it gathers, and lets go when it is resolved: that may be told first. */
export const decideIncident = (alert: Alert | undefined, event: IncidentEvent): Decision | typeof QUIET => {
  if (alert === undefined || alert.phase === 'resolved') return QUIET;
  const { incidentId } = event.data;
  if (event.name !== 'AlertsReleased') {
    return alert.incidentId === incidentId ? QUIET : { alert: { ...alert, incidentId }, occurrences: [] };
  }
  const { resolvedAt, personId: resolvedBy, reason } = event.data;
  // Told again after the alert was raised anew: that end was of its earlier life.
  if (Date.parse(resolvedAt) < Date.parse(alert.facts.raisedAt)) return QUIET;
  return {
    alert: { ...alert, phase: 'resolved', incidentId, resolvedAt, resolvedBy, reason },
    occurrences: [occurred(AlertResolved, [alert.facts.alertId], alert.facts)],
  };
};
