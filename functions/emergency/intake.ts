/** From alerts to incidents: a batch is folded per plan and town, so that a storm opens one incident and rewrites it a few times, not once per alert. */
import type { AlertFacts, AlertsEvent } from '#events/alerts.ts';
import type { Occurrence } from '#events/envelope.ts';
import { pagesOf } from '#runtime/batch.ts';
import { Failure } from '#runtime/failure.ts';
import { idFor } from '#runtime/ids.ts';
import { logger } from '#runtime/logger.ts';
import type { Cause } from '#runtime/outbox.ts';
import type { Received } from '#runtime/queue.ts';
import { retryConflicts } from '#runtime/table.ts';
import type { EmergencyConfig } from './config.ts';
import { type Incident, isHigher, join, joins, leave, open } from './incident.ts';
import { matchPlan } from './match.ts';
import type { Plan } from './plan.ts';
import { type IncidentStore, MEMBERS_PER_CHANGE, type Membership, type StoredIncident } from './store.ts';
import { subjectOf } from './words.ts';

export interface Intake {
  readonly config: EmergencyConfig;
  readonly store: IncidentStore;
  /** Starts the calling; again for the same attempt is the same. */
  readonly start: (incident: Incident, now: number) => Promise<void>;
}

/** In a storm the batches at hand all write the one incident: somebody loses each time, and each gets its turn. */
const TRIES = 30;

interface Group {
  readonly plan: Plan;
  readonly town: string;
  readonly received: Received<AlertsEvent>[];
}

/** Of an alert that a batch tells of more than once the gravest word counts: another may be of another plan. */
const gravestOf = (batch: readonly Received<AlertsEvent>[]): Received<AlertsEvent>[] => {
  const gravest = new Map<string, Received<AlertsEvent>>();
  for (const received of batch) {
    const { name, data } = received.event;
    if (name !== 'AlertRaised' && name !== 'AlertUpdated') continue;
    const known = gravest.get(data.alertId);
    if (!known || isHigher(data.level, known.event.data.level)) gravest.set(data.alertId, received);
  }
  return [...gravest.values()];
};

const groupByPlan = (config: EmergencyConfig, batch: readonly Received<AlertsEvent>[]): Group[] => {
  const groups = new Map<string, Group>();
  for (const received of gravestOf(batch)) {
    const { data } = received.event;
    const plan = matchPlan(config, data);
    if (!plan) {
      // A deploy refuses rules without a plan; an alert raised under an older configuration may still arrive.
      logger.error('no plan matches', { alertId: data.alertId, ruleId: data.ruleId, level: data.level });
      continue;
    }
    const key = `${plan.id}#${data.town}`;
    const group = groups.get(key) ?? { plan, town: data.town, received: [] };
    group.received.push(received);
    groups.set(key, group);
  }
  return [...groups.values()];
};

/** The alerts that have something new to say: not yet a member of anything, or graver than when they were last heard of. */
const newsOf = (alerts: readonly AlertFacts[], memberships: ReadonlyMap<string, Membership>): AlertFacts[] => {
  const gravest = new Map<string, AlertFacts>();
  for (const alert of alerts) {
    const known = gravest.get(alert.alertId);
    if (!known || isHigher(alert.level, known.level)) gravest.set(alert.alertId, alert);
  }
  return [...gravest.values()].filter((alert) => {
    const member = memberships.get(alert.alertId);
    return member === undefined || isHigher(alert.level, member.level);
  });
};

/** An incident's id follows from the alert that opens it: opened twice at once it is the same. */
const idOf = (plan: Plan, alert: AlertFacts): string => idFor('inc', Date.parse(alert.raisedAt), plan.id, alert.alertId, alert.level);

const changedMeanwhile = () =>
  new Failure('conflict', 'changed-meanwhile', { zh: '事件刚被办结', en: 'The incident was resolved just now' });

const opens = async (
  { store }: Intake,
  plan: Plan,
  news: readonly AlertFacts[],
  memberships: ReadonlyMap<string, Membership>,
  cause: Cause,
): Promise<Incident> => {
  const [first, ...others] = news as [AlertFacts];
  let { incident, occurrences } = open(idOf(plan, first), plan, first, subjectOf(first), cause.now);
  for (const alert of others) {
    const joined = join(incident, alert, false, subjectOf(alert));
    incident = joined.incident;
    occurrences = [...occurrences, ...joined.occurrences];
  }
  await store.put({ before: undefined, decided: { incident, occurrences }, joined: news.map(memberOf(incident, memberships)) }, cause);
  return incident;
};

const memberOf =
  ({ incidentId }: Incident, memberships: ReadonlyMap<string, Membership>) =>
  ({ alertId, level }: AlertFacts): Membership => {
    const old = memberships.get(alertId)?.incidentId;
    return { alertId, level, incidentId, ...(old !== undefined && old !== incidentId && { from: old }) };
  };

/** Alerts graver than the incident change it, under its lock; all others only add themselves. */
const joinsOpen = async (
  { store }: Intake,
  before: StoredIncident,
  news: readonly AlertFacts[],
  memberships: ReadonlyMap<string, Membership>,
  cause: Cause,
): Promise<Incident> => {
  let { incident } = before;
  const graver = news.filter(({ level }) => isHigher(level, before.incident.level));
  if (graver.length > 0) {
    const occurrences: Occurrence[] = [];
    for (const alert of graver) {
      const isMember = memberships.get(alert.alertId)?.incidentId === incident.incidentId;
      const joined = join(incident, alert, isMember, subjectOf(alert));
      incident = joined.incident;
      occurrences.push(...joined.occurrences);
    }
    await store.put({ before, decided: { incident, occurrences }, joined: graver.map(memberOf(incident, memberships)) }, cause);
  }
  const others = news.filter((alert) => !graver.includes(alert));
  const isMember = ({ alertId }: AlertFacts) => memberships.get(alertId)?.incidentId === incident.incidentId;
  const joined = others.map((alert) => ({
    ...memberOf(incident, memberships)(alert),
    occurrence: isMember(alert) ? undefined : joins(incident, alert.alertId),
  }));
  // Resolved in this very moment: they belong to the next incident.
  if (joined.length > 0 && !(await store.addMembers(incident, joined, cause))) throw changedMeanwhile();
  return incident;
};

const joinAll = async (
  intake: Intake,
  { plan, town, received }: Group,
  alerts: readonly AlertFacts[],
  now: number,
): Promise<Incident | undefined> => {
  const { store } = intake;
  const memberships = await store.memberships(alerts.map(({ alertId }) => alertId));
  const before = await store.getOpen(plan.id, town);
  const news = newsOf(alerts, memberships);
  if (news.length === 0) {
    await leaveOthers(store, [...memberships.values()], now);
    return before?.incident;
  }
  const { actor, trace } = (received.at(-1) as Received<AlertsEvent>).event.metadata;
  const cause = { actor, trace, now };
  const incident = before ? await joinsOpen(intake, before, news, memberships, cause) : await opens(intake, plan, news, memberships, cause);
  await leaveOthers(store, news.map(memberOf(incident, memberships)), now);
  return incident;
};

/** Alerts that were members of a less grave plan's incident leave it, all at once. */
const leaveOthers = async (store: IncidentStore, joined: readonly Membership[], now: number) => {
  for (const [from, leaving] of Map.groupBy(joined, (member) => member.from)) {
    if (from === undefined) continue;
    await retryConflicts(async () => {
      const before = await store.get(from);
      const { members, others } = await store.among(
        from,
        leaving.map(({ alertId }) => alertId),
      );
      const left = leaving.filter(({ alertId }) => members.includes(alertId));
      if (!before || !left[0]) return;
      const decided = leave(before.incident, others, now);
      await store.put({ before, decided, left }, { actor: 'system:emergency', trace: left[0].alertId, now });
    });
  }
};

const handleGroup = async (intake: Intake, group: Group, now: number): Promise<void> => {
  const alerts = group.received.map(({ event }) => event.data);
  let incident: StoredIncident['incident'] | undefined;
  for (const page of pagesOf(alerts, MEMBERS_PER_CHANGE)) {
    incident = await retryConflicts(() => joinAll(intake, group, page, now), TRIES);
  }
  // After the write: if this never happens, the watchdog finds an incident that should be calling and isn't.
  if (incident && (incident.phase === 'opened' || incident.startAt)) await intake.start(incident, now);
};

/** Answers the ids of the messages that must come again. Plans and towns don't wait for each other. */
export const takeIn = async (intake: Intake, batch: readonly Received<AlertsEvent>[], now: number): Promise<string[]> => {
  const groups = groupByPlan(intake.config, batch);
  const results = await Promise.allSettled(groups.map((group) => handleGroup(intake, group, now)));
  return results.flatMap((result, i) => {
    if (result.status === 'fulfilled') return [];
    const group = groups[i] as Group;
    logger.warn('alerts not taken in', { plan: group.plan.id, town: group.town, error: result.reason as Error });
    return group.received.map(({ messageId }) => messageId);
  });
};
