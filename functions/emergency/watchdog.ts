/** Finds incidents that should be calling and aren't, and goes on where they stood. */

import { Failure } from '#runtime/failure.ts';
import { logger } from '#runtime/logger.ts';
import { type ExecutionState, type Incident, revive } from './incident.ts';
import type { IncidentStore, StoredIncident } from './store.ts';

export interface Watchdog {
  readonly towns: readonly string[];
  readonly store: Pick<IncidentStore, 'list' | 'get' | 'put'>;
  readonly state: (incident: Incident) => Promise<ExecutionState>;
  readonly start: (incident: Incident, now: number) => Promise<void>;
}

const PAGE = 200;

async function* openIncidents({ store, towns }: Watchdog): AsyncGenerator<StoredIncident> {
  let before: string | undefined;
  do {
    const page = await store.list('open', towns, PAGE, before);
    yield* page.incidents;
    before = page.next;
  } while (before);
}

const look = async ({ store, state, start }: Watchdog, listed: StoredIncident, now: number): Promise<boolean> => {
  if (!revive(listed.incident, 'ended', 0, now)) return false;
  const execution = await state(listed.incident);
  // The index may lag: what is decided on is the item.
  const before = await store.get(listed.incident.incidentId);
  if (!before || before.incident.attempt !== listed.incident.attempt) return false;
  const incident = revive(before.incident, execution, before.updatedAt, now);
  if (!incident) return false;
  await store.put({ before, decided: { incident, occurrences: [] } }, { actor: 'system:watchdog', trace: incident.incidentId, now });
  await start(incident, now);
  logger.warn('escalation revived', { incidentId: incident.incidentId, attempt: incident.attempt, execution });
  return true;
};

/** Answers how many were revived. One that fails is tried again in a minute and keeps none of the others waiting. */
export const watch = async (watchdog: Watchdog, now: number): Promise<number> => {
  let revived = 0;
  for await (const listed of openIncidents(watchdog)) {
    try {
      if (await look(watchdog, listed, now)) revived++;
    } catch (error) {
      // Somebody else moved it meanwhile, which is as well.
      if (error instanceof Failure && error.kind === 'conflict') continue;
      logger.error('incident not looked after', { incidentId: listed.incident.incidentId, error: error as Error });
    }
  }
  return revived;
};
