/** Carries out what the escalation asks for, on the incident as it stands. Asked twice, it does it once. */
import type { EmergencyConfig } from './config.ts';
import { callStep, exhaust } from './incident.ts';
import { peopleFor } from './match.ts';
import type { IncidentStore } from './store.ts';
import { messageOf } from './words.ts';

export interface CallCommand {
  readonly kind: 'call';
  readonly incidentId: string;
  readonly attempt: number;
  readonly round: number;
  readonly step: number;
  readonly taskToken: string;
}

export interface ExhaustCommand {
  readonly kind: 'exhaust';
  readonly incidentId: string;
  readonly attempt: number;
  readonly round: number;
}

export type Command = CallCommand | ExhaustCommand;

export interface Caller {
  readonly config: EmergencyConfig;
  readonly store: Pick<IncidentStore, 'get' | 'put'>;
  /** Ends the step that waits by this token, and its execution. */
  readonly end: (taskToken: string) => Promise<void>;
  /** Ends the step; the next is called. */
  readonly skip: (taskToken: string) => Promise<void>;
}

const nameless = (id: string) => ({ zh: id, en: id });

export const call = async ({ config, store, end, skip }: Caller, command: CallCommand, now: number): Promise<{ outcome: string }> => {
  const { incidentId, taskToken } = command;
  const before = await store.get(incidentId);
  const step = before?.incident.steps[command.step];
  const incident = before?.incident;
  if (!incident || !step) {
    await end(taskToken);
    return { outcome: 'stop' };
  }
  const town = config.towns.find(({ id }) => id === incident.town)?.name ?? nameless(incident.town);
  const called = callStep(incident, command, peopleFor(config, step, incident.town, now), messageOf(incident, town), now);
  if (called.outcome === 'stop') {
    await end(taskToken);
    return { outcome: 'stop' };
  }
  // The token in the same write as the call: an answer can come as soon as somebody is called.
  await store.put({ before, decided: called, taskToken }, { actor: 'system:emergency', trace: incidentId, now });
  if (called.outcome === 'nobody') await skip(taskToken);
  return { outcome: called.outcome };
};

export const exhaustRound = async ({ store }: Caller, command: ExhaustCommand, now: number): Promise<{ outcome: string }> => {
  const before = await store.get(command.incidentId);
  const exhausted = before && exhaust(before.incident, command, now);
  if (!exhausted || exhausted.outcome === 'stop') return { outcome: 'stop' };
  await store.put({ before, decided: exhausted }, { actor: 'system:emergency', trace: command.incidentId, now });
  return { outcome: 'repeat' };
};
