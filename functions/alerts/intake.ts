/** Folds a batch of events into alerts: each alert is read once, decided for all of its events, written once. */
import type { DevicesEvent } from '#events/devices.ts';
import type { EmergencyEvent } from '#events/emergency.ts';
import { idFor } from '#runtime/ids.ts';
import { logger } from '#runtime/logger.ts';
import type { Received } from '#runtime/queue.ts';
import { retryConflicts } from '#runtime/table.ts';
import { type Alert, type Decision, decideCondition, decideIncident, QUIET } from './alert.ts';
import type { AlertStore, StoredAlert } from './store.ts';

export type Consumed = DevicesEvent | EmergencyEvent;

/** So many alerts are written at once: a storm of a thousand must not open a thousand connections. */
const CONCURRENCY = 25;

/** The alerts that an event is about; for a condition the id is the same however often it is told. */
const alertsOf = (event: Consumed): readonly string[] => {
  switch (event.name) {
    case 'ThresholdBreached':
    case 'ThresholdLevelChanged':
    case 'ThresholdCleared': {
      const { deviceId, ruleId, episode, startedAt } = event.data;
      return [idFor('alt', Date.parse(startedAt), deviceId, ruleId, episode)];
    }
    case 'IncidentOpened':
    case 'AlertJoined':
      return [event.data.alertId];
    case 'AlertsReleased':
      return event.data.alertIds;
    default:
      return [];
  }
};

const decide = (alert: Alert | undefined, alertId: string, event: Consumed, now: number): Decision | typeof QUIET => {
  switch (event.name) {
    case 'ThresholdBreached':
    case 'ThresholdLevelChanged':
    case 'ThresholdCleared':
      return decideCondition(alert, alertId, event, new Date(now).toISOString());
    case 'IncidentOpened':
    case 'AlertJoined':
    case 'AlertsReleased':
      return decideIncident(alert, event);
    default:
      return QUIET;
  }
};

const decideAll = (stored: StoredAlert | undefined, alertId: string, events: readonly Consumed[], now: number): Decision | typeof QUIET => {
  let alert = stored?.alert;
  const occurrences: Decision['occurrences'][number][] = [];
  for (const event of events) {
    const decision = decide(alert, alertId, event, now);
    if (decision === QUIET) continue;
    alert = decision.alert;
    occurrences.push(...decision.occurrences);
  }
  return alert === undefined || alert === stored?.alert ? QUIET : { alert, occurrences };
};

/** Answers the ids of the messages whose alert could not be written. */
export const intake = async (store: AlertStore, batch: readonly Received<Consumed>[], now: number): Promise<string[]> => {
  const byAlert = new Map<string, Received<Consumed>[]>();
  for (const received of batch) {
    for (const alertId of alertsOf(received.event)) byAlert.set(alertId, [...(byAlert.get(alertId) ?? []), received]);
  }
  const known = await store.getAll([...byAlert.keys()]);
  const failed = new Set<string>();

  const write = async (alertId: string, received: readonly Received<Consumed>[]) => {
    let stored = known.get(alertId);
    let first = true;
    await retryConflicts(async () => {
      if (!first) stored = await store.get(alertId);
      first = false;
      const events = received.map(({ event }) => event);
      const decision = decideAll(stored, alertId, events, now);
      if (decision === QUIET) return;
      const last = events.at(-1) as Consumed;
      await store.put(stored, decision, { actor: last.metadata.actor, trace: last.metadata.trace, now });
    });
  };

  const entries = [...byAlert];
  for (let i = 0; i < entries.length; i += CONCURRENCY) {
    const page = entries.slice(i, i + CONCURRENCY);
    const results = await Promise.allSettled(page.map(([alertId, received]) => write(alertId, received)));
    results.forEach((result, k) => {
      if (result.status === 'fulfilled') return;
      logger.warn('alert not written', { alertId: page[k]?.[0], error: result.reason });
      for (const { messageId } of page[k]?.[1] ?? []) failed.add(messageId);
    });
  }
  return [...failed];
};
