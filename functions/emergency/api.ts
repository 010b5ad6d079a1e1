import Type, { type Static } from 'typebox';
import { Id, Level, Text, Timestamp } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';

/** A step as it was called in one round. */
export const CalledStep = Type.Object(
  {
    round: Type.Integer({ minimum: 1 }),
    step: Type.Integer({ minimum: 0 }),
    name: Text,
    needed: Type.Integer({ minimum: 1 }),
    calledAt: Timestamp,
    dueAt: Timestamp,
    people: Type.Array(
      Type.Object({
        personId: Type.String(),
        name: Text,
        channels: Type.Array(Type.String()),
        acknowledgedAt: Type.Optional(Timestamp),
      }),
    ),
  },
  { additionalProperties: false },
);
export type CalledStep = Static<typeof CalledStep>;

export const IncidentView = Type.Object(
  {
    incidentId: Id('inc'),
    planId: Type.String(),
    planName: Text,
    town: Type.String(),
    level: Level,
    phase: Type.Union([Type.Literal('opened'), Type.Literal('calling'), Type.Literal('acknowledged'), Type.Literal('resolved')]),
    openedAt: Timestamp,
    alerts: Type.Integer({ minimum: 0, description: 'How many alerts it gathers' }),
    /** Every step called so far, oldest first; the last is the current one while `phase` is `calling`. */
    called: Type.Array(CalledStep),
    /** Names of all steps of the plan, so that the next one can be told. */
    steps: Type.Array(Text),
    /** Set while the plan is exhausted and waits for its next round. */
    repeatAt: Type.Optional(Timestamp),
    /** Who is called next, and when, unless enough acknowledge. */
    next: Type.Optional(Type.Object({ at: Timestamp, name: Text, round: Type.Integer() })),
    acknowledgedAt: Type.Optional(Timestamp),
    acknowledgedBy: Type.Optional(Type.Array(Type.Object({ personId: Type.String(), name: Text, at: Timestamp }))),
    resolvedAt: Type.Optional(Timestamp),
    resolvedBy: Type.Optional(Type.Object({ personId: Type.String(), name: Text })),
    reason: Type.Optional(Type.String()),
    version: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);
export type IncidentView = Static<typeof IncidentView>;

const params = Type.Object({ incidentId: Id('inc') });

export const listIncidents = operation({
  id: 'listIncidents',
  method: 'GET',
  path: '/v1/incidents',
  summary: { zh: '事件列表（新的在前）', en: 'Incidents, newest first' },
  action: 'incidents:read',
  query: Type.Object({
    phase: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')], { default: 'open' })),
    town: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
    cursor: Type.Optional(Type.String()),
  }),
  response: Type.Object({ items: Type.Array(IncidentView), next: Type.Optional(Type.String()) }),
});

export const getIncident = operation({
  id: 'getIncident',
  method: 'GET',
  path: '/v1/incidents/{incidentId}',
  summary: { zh: '一个事件及其呼叫记录', en: 'One incident and whom it called' },
  action: 'incidents:read',
  params,
  response: IncidentView,
  failures: ['unknown-incident'],
});

export const acknowledgeIncident = operation({
  id: 'acknowledgeIncident',
  method: 'POST',
  path: '/v1/incidents/{incidentId}/acknowledgements',
  summary: { zh: '确认收到（重复确认等于一次）', en: 'Acknowledge; again is the same as once' },
  action: 'incidents:acknowledge',
  params,
  response: IncidentView,
  failures: ['unknown-incident', 'not-called', 'step-closed', 'incident-resolved'],
});

export const resolveIncident = operation({
  id: 'resolveIncident',
  method: 'POST',
  path: '/v1/incidents/{incidentId}/resolution',
  summary: { zh: '处置完毕并说明原因，呼叫随即停止', en: 'Resolve with a reason; calling ends at once' },
  action: 'incidents:resolve',
  params,
  body: Type.Object({ reason: Type.String({ minLength: 2, maxLength: 500, pattern: '\\S' }) }, { additionalProperties: false }),
  response: IncidentView,
  failures: ['unknown-incident', 'incident-resolved'],
});

export const PhoneMessage = Type.Object(
  {
    callId: Type.String(),
    personId: Type.String(),
    personName: Text,
    address: Type.String(),
    incidentId: Id('inc'),
    town: Type.String(),
    level: Level,
    text: Text,
    sentAt: Timestamp,
  },
  { additionalProperties: false },
);
export type PhoneMessage = Static<typeof PhoneMessage>;

export const listPhoneMessages = operation({
  id: 'listPhoneMessages',
  method: 'GET',
  path: '/v1/phones',
  summary: { zh: '本地发件箱：代替手机显示的呼叫（新的在前）', en: 'The local outbox, shown as phones; newest first' },
  action: 'phones:read',
  query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })) }),
  response: Type.Object({ items: Type.Array(PhoneMessage) }),
});
