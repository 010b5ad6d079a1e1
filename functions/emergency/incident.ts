/**
 * An incident (突发事件): the alerts of one plan in one town, and the calling for them. Its item is the arbiter: who is called, who
 * acknowledged, whether it is over. Commands may come twice and in any order; each decision says what becomes of the incident.
 */
import type { AlertFacts } from '#events/alerts.ts';
import {
  AcknowledgementCounted,
  AlertJoined,
  EscalationExhausted,
  IncidentAcknowledged,
  IncidentOpened,
  IncidentResolved,
  LevelCalled,
} from '#events/emergency.ts';
import { LEVELS, type Level, type Occurrence, occurred, type Text } from '#events/envelope.ts';
import type { CalledStep } from './api.ts';
import type { Plan } from './plan.ts';
import type { Person } from './roster.ts';

interface Common {
  readonly incidentId: string;
  readonly planId: string;
  readonly planName: Text;
  readonly town: string;
  /** The highest of its alerts. */
  readonly level: Level;
  readonly openedAt: string;
  /** The plan as it stood when the incident opened: a deploy in the middle changes nobody's turn. */
  readonly steps: Plan['steps'];
  readonly repeat: Plan['repeat'];
  /** What to tell those who are called. */
  readonly subject: Text;
  /** Alerts gathered so far, those that moved to a graver plan included. */
  readonly alerts: number;
  /** Which execution calls: an older one that still runs is told to stop. */
  readonly attempt: number;
  /** Oldest first, the newest CALLED_KEPT of them; the last is the current one. */
  readonly called: readonly CalledStep[];
  /** Where a reopened calling begins; gone once that step is called. */
  readonly startAt?: { readonly round: number; readonly step: number };
  /** While the plan is exhausted: when the next round begins. */
  readonly repeatAt?: string;
}

export type Incident =
  | (Common & { readonly phase: 'opened' | 'calling' })
  | (Common & { readonly phase: 'acknowledged'; readonly acknowledgedAt: string })
  | (Common & {
      readonly phase: 'resolved';
      readonly acknowledgedAt?: string;
      readonly resolvedAt: string;
      readonly resolvedBy: { readonly personId: string; readonly name: Text };
      readonly reason: string;
    });

export interface Decided {
  readonly incident: Incident;
  readonly occurrences: readonly Occurrence[];
}

/** An acknowledgement or resolution that doesn't hold, by a stable code. */
export interface Refusal {
  readonly refused: 'not-called' | 'step-closed' | 'incident-resolved';
}

/** Where a calling stands in its plan: `round` counts from 1, `step` from 0. */
export interface Position {
  readonly attempt: number;
  readonly round: number;
  readonly step: number;
}

/** Rounds may go on for days; an item holds 400 KB. Earlier calls remain in the events. */
const CALLED_KEPT = 60;

const iso = (now: number): string => new Date(now).toISOString();

const factsOf = ({ incidentId, planId, planName, town, level }: Incident) => ({ incidentId, planId, planName, town, level });

export const isHigher = (level: Level, than: Level): boolean => LEVELS.indexOf(level) > LEVELS.indexOf(than);

const isCalling = (incident: Incident): boolean => incident.phase === 'opened' || incident.phase === 'calling';

export const open = (incidentId: string, plan: Plan, alert: AlertFacts, subject: Text, now: number): Decided => {
  const incident: Incident = {
    phase: 'opened',
    incidentId,
    planId: plan.id,
    planName: plan.name,
    town: alert.town,
    level: alert.level,
    openedAt: iso(now),
    steps: plan.steps,
    repeat: plan.repeat,
    subject,
    alerts: 1,
    attempt: 1,
    called: [],
  };
  const data = { ...factsOf(incident), alertId: alert.alertId, openedAt: incident.openedAt };
  return { incident, occurrences: [occurred(IncidentOpened, [incidentId], data)] };
};

/** A graver alert after people thought that they had it in hand: they are called again, from the first step. */
const reopen = (incident: Incident): Incident => {
  const { acknowledgedAt: _, repeatAt: __, ...calling } = incident as Extract<Incident, { phase: 'acknowledged' }>;
  const round = (incident.called.at(-1)?.round ?? 0) + 1;
  return { ...calling, phase: 'calling', attempt: incident.attempt + 1, startAt: { round, step: 0 } };
};

/** An alert no graver than its incident changes nothing but the count, which the store keeps (store.ts). */
export const joins = (incident: Incident, alertId: string): Occurrence =>
  occurred(AlertJoined, [incident.incidentId, alertId], { ...factsOf(incident), alertId });

/** A graver alert joins an open incident, or a member of it got graver. `subject` describes the alert. */
export const join = (incident: Incident, alert: AlertFacts, isMember: boolean, subject: Text): Decided => {
  const graver = isHigher(alert.level, incident.level);
  const counted: Incident = isMember ? incident : { ...incident, alerts: incident.alerts + 1 };
  const raised: Incident = graver ? { ...counted, level: alert.level, subject } : counted;
  const next =
    graver && (incident.phase === 'acknowledged' || (isCalling(incident) && incident.repeatAt !== undefined)) ? reopen(raised) : raised;
  return { incident: next, occurrences: isMember ? [] : [joins(next, alert.alertId)] };
};

const SYSTEM = { personId: 'system', name: { zh: '系统', en: 'System' } };

/** Members moved to a graver plan. An incident that they left without others is over: the graver one calls now. */
export const leave = (incident: Incident, others: boolean, now: number): Decided => {
  if (others || incident.phase === 'resolved') return { incident, occurrences: [] };
  return close(incident, SYSTEM, '预警升级，转由更高级别预案处置 Taken over by a graver plan', now);
};

export type CallOutcome = (Decided & { readonly outcome: 'called' | 'nobody' }) | { readonly outcome: 'stop' };

/** Calls the people of a step. The same step of the same round again calls nobody anew: their answer still counts. */
export const callStep = (incident: Incident, position: Position, people: readonly Person[], message: Text, now: number): CallOutcome => {
  const { attempt, round, step } = position;
  const plan = incident.steps[step];
  if (!isCalling(incident) || attempt !== incident.attempt || plan === undefined) return { outcome: 'stop' };
  const last = incident.called.at(-1);
  if (last && (round < last.round || (round === last.round && step < last.step))) return { outcome: 'stop' };
  const known = incident.called.find((called) => called.round === round && called.step === step);
  if (known) return { outcome: known.people.length > 0 ? 'called' : 'nobody', incident, occurrences: [] };
  const called: CalledStep = {
    round,
    step,
    name: plan.name,
    // More than are called could never answer.
    needed: Math.max(1, Math.min(plan.acknowledgements, people.length)),
    calledAt: iso(now),
    dueAt: iso(now + plan.within * 1000),
    people: people.map(({ id, name, channels }) => ({ personId: id, name, channels: channels.map(({ type }) => type) })),
  };
  const { repeatAt: _repeat, startAt: _start, ...rest } = incident;
  const next = { ...rest, phase: 'calling', called: [...incident.called, called].slice(-CALLED_KEPT) } as Incident;
  const calls = people.flatMap((person) =>
    person.channels.map(({ type, address }, i) => ({
      callId: [
        incident.incidentId,
        round,
        step,
        person.id,
        type,
        ...(person.channels.findIndex((one) => one.type === type) < i ? [i] : []),
      ].join('.'),
      personId: person.id,
      personName: person.name,
      channel: type,
      address,
    })),
  );
  const data = { ...factsOf(next), step, stepName: plan.name, round, needed: called.needed, dueAt: called.dueAt, message, calls };
  return {
    outcome: people.length > 0 ? 'called' : 'nobody',
    incident: next,
    occurrences: [occurred(LevelCalled, [incident.incidentId, round, step], data)],
  };
};

/** The last step of a round ended unanswered: said aloud, and begun again after the plan's pause. */
export const exhaust = (
  incident: Incident,
  { attempt, round }: Omit<Position, 'step'>,
  now: number,
): (Decided & { outcome: 'repeat' }) | { outcome: 'stop' } => {
  if (!isCalling(incident) || attempt !== incident.attempt) return { outcome: 'stop' };
  const begun = (incident.called.at(-1)?.round ?? 0) > round;
  if (incident.repeatAt !== undefined || begun) return { outcome: 'repeat', incident, occurrences: [] };
  const repeatAt = iso(now + incident.repeat.after * 1000);
  const data = { ...factsOf(incident), round, repeatAt };
  return {
    outcome: 'repeat',
    incident: { ...incident, repeatAt },
    occurrences: [occurred(EscalationExhausted, [incident.incidentId, round], data)],
  };
};

/**
 * Somebody answers. What counts is an answer to the current step, that is the last one called: until the next is called its people may
 * answer, even after the time that was set, and between two rounds too. The same person again is the same answer.
 */
export const acknowledge = (incident: Incident, personId: string, now: number): Decided | Refusal => {
  if (incident.phase === 'resolved') return { refused: 'incident-resolved' };
  const current = incident.called.at(-1);
  const person = current?.people.find((one) => one.personId === personId);
  if (!current || !person) {
    const before = incident.called.flatMap(({ people }) => people.filter((one) => one.personId === personId));
    if (before.at(-1)?.acknowledgedAt) return { incident, occurrences: [] };
    return { refused: before.length > 0 ? 'step-closed' : 'not-called' };
  }
  if (person.acknowledgedAt) return { incident, occurrences: [] };
  const at = iso(now);
  const people = current.people.map((one) => (one === person ? { ...one, acknowledgedAt: at } : one));
  const have = people.filter((one) => one.acknowledgedAt).length;
  const called = [...incident.called.slice(0, -1), { ...current, people }];
  const who = { personId, personName: person.name };
  const key = [incident.incidentId, current.round, current.step, personId];
  if (have < current.needed || incident.phase === 'acknowledged' || incident.startAt !== undefined) {
    const data = { ...factsOf(incident), ...who, have, needed: current.needed };
    return { incident: { ...incident, called }, occurrences: [occurred(AcknowledgementCounted, key, data)] };
  }
  const { repeatAt: _, ...rest } = incident;
  const acknowledged: Incident = { ...rest, called, phase: 'acknowledged', acknowledgedAt: at };
  return {
    incident: acknowledged,
    occurrences: [occurred(IncidentAcknowledged, key, { ...factsOf(acknowledged), ...who, acknowledgedAt: at })],
  };
};

/** Its alerts are let go afterwards, page by page (release.ts): closing takes as long with a hundred thousand as with one. */
const close = (incident: Incident, by: { personId: string; name: Text }, reason: string, now: number): Decided => {
  const { repeatAt: _, ...rest } = incident;
  const resolvedAt = iso(now);
  const resolved: Incident = { ...rest, phase: 'resolved', resolvedAt, resolvedBy: by, reason };
  const data = { ...factsOf(resolved), personId: by.personId, personName: by.name, reason, resolvedAt, alerts: resolved.alerts };
  return { incident: resolved, occurrences: [occurred(IncidentResolved, [incident.incidentId], data)] };
};

/** A person closes it; the same words from the same person again are the same act. */
export const resolve = (incident: Incident, by: { personId: string; name: Text }, reason: string, now: number): Decided | Refusal => {
  if (incident.phase !== 'resolved') return close(incident, by, reason, now);
  const same = incident.resolvedBy.personId === by.personId && incident.reason === reason;
  return same ? { incident, occurrences: [] } : { refused: 'incident-resolved' };
};

/** `running`: leave it alone. */
export type ExecutionState = 'running' | 'ended' | 'missing';

export interface Start {
  readonly round: number;
  readonly step: number;
  /** Seconds left of the first step; 0 for all of its time. */
  readonly remaining: number;
  /** Seconds to wait before it, between two rounds. */
  readonly pause: number;
}

/** An execution that is about to be started by whoever opened the incident. */
const GRACE_MS = 30_000;

/** Where a calling begins or goes on. */
export const startOf = ({ called, startAt, repeatAt, repeat }: Incident, now: number): Start => {
  const last = called.at(-1);
  const left = (at: string): number => Math.max(1, Math.ceil((Date.parse(at) - now) / 1000));
  if (startAt) return { ...startAt, remaining: 0, pause: 0 };
  if (!last) return { round: 1, step: 0, remaining: 0, pause: 0 };
  if (repeatAt) return { round: last.round + 1, step: repeat.from, remaining: 0, pause: left(repeatAt) };
  return { round: last.round, step: last.step, remaining: left(last.dueAt), pause: 0 };
};

/** The watchdog's decision: an incident that should be calling and whose execution doesn't run gets another one. */
export const revive = (incident: Incident, execution: ExecutionState, touchedAt: number, now: number): Incident | undefined => {
  if (!isCalling(incident) || execution === 'running') return undefined;
  if (execution === 'missing' && now - touchedAt < GRACE_MS) return undefined;
  return { ...incident, attempt: incident.attempt + 1 };
};
