/** Lets the alerts of a resolved incident go, page by page: however many it gathered, neither an event nor an item grows with their number. */
import { AlertsReleased, type IncidentResolved, RELEASED_AT_ONCE } from '#events/emergency.ts';
import { type EventOf, occurred } from '#events/envelope.ts';
import { logger } from '#runtime/logger.ts';
import type { Received } from '#runtime/queue.ts';
import type { IncidentStore } from './store.ts';

export type Resolved = EventOf<typeof IncidentResolved>;

export type Releasing = Pick<IncidentStore, 'memberPages' | 'memberships' | 'release'>;

/** Twice what the intake has (stacks/emergency.ts): after it nobody is about to write the pointer of an alert that was counted in. */
const SETTLED_MS = 60_000;

/**
 * Answers how many alerts lay with the incident and pointed nowhere yet. A member's row is written before the incident counts it, and its
 * pointer after: the row alone may be of an alert that came too late and belongs to the next incident (store.ts, addMembers).
 */
const letGo = async (store: Releasing, { data, metadata }: Resolved): Promise<number> => {
  const { alerts: _, ...resolution } = data;
  const { incidentId, resolvedAt } = data;
  // Of the resolution's own time, so that telling it again makes the same events.
  const cause = { actor: metadata.actor, trace: metadata.trace, now: Date.parse(resolvedAt) };
  let unsettled = 0;
  for await (const page of store.memberPages(incidentId, RELEASED_AT_ONCE)) {
    const memberships = await store.memberships(page);
    const alertIds = page.filter((id) => memberships.get(id)?.incidentId === incidentId);
    unsettled += page.length - memberships.size;
    if (alertIds.length === 0) continue;
    await store.release(incidentId, occurred(AlertsReleased, [incidentId, ...alertIds], { ...resolution, alertIds }), cause);
  }
  return unsettled;
};

/**
 * Answers the ids of the messages that must come again: those of which something failed, and those of an incident that alerts were just
 * joining when it was resolved. What was let go before isn't said twice.
 */
export const release = async (store: Releasing, batch: readonly Received<Resolved>[], now: number): Promise<string[]> => {
  const again: string[] = [];
  for (const { messageId, event } of batch) {
    const { incidentId, resolvedAt } = event.data;
    try {
      const unsettled = await letGo(store, event);
      if (unsettled === 0 || now - Date.parse(resolvedAt) >= SETTLED_MS) continue;
      logger.info('alerts were joining while the incident was resolved', { incidentId, unsettled });
    } catch (error) {
      logger.warn('alerts not released', { incidentId, error: error as Error });
    }
    again.push(messageId);
  }
  return again;
};
