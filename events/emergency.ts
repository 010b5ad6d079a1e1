import Type, { type Static } from 'typebox';
import { defineEvent, type EventOf, Id, Level, Text, Timestamp } from './envelope.ts';

/** An incident (突发事件): the alerts of one plan in one place, called for together. */
const Incident = {
  incidentId: Id('inc'),
  planId: Type.String(),
  planName: Text,
  town: Type.String(),
  level: Level,
};

/** One person called, by one channel, in one step of one round. */
export const Call = Type.Object(
  {
    callId: Type.String({ description: '<incident>.<round>.<step>.<person>.<channel>: calling twice is the same call' }),
    personId: Type.String(),
    personName: Text,
    channel: Type.String({ description: 'A channel of the roster: sms, webhook, phone (the local outbox)' }),
    address: Type.String({ description: 'Where the channel reaches the person' }),
  },
  { additionalProperties: false },
);
export type Call = Static<typeof Call>;

const object = <T extends Type.TProperties>(properties: T) => Type.Object({ ...Incident, ...properties }, { additionalProperties: false });

const incident = {
  incidentId: 'inc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  planId: 'flood',
  planName: { zh: '防汛应急预案', en: 'Flood response plan' },
  town: 'wanan',
  level: 'orange' as const,
};

/** Who closed it, when and why. */
const Resolution = { personId: Type.String(), personName: Text, reason: Type.String(), resolvedAt: Timestamp };

const resolution = {
  personId: 'li-na',
  personName: { zh: '李娜', en: 'Li Na' },
  reason: '现场核实，闸门已开启，水位回落',
  resolvedAt: '2026-07-01T04:10:00.000+08:00',
};

/** So many alerts at most are in one AlertsReleased. */
export const RELEASED_AT_ONCE = 500;

export const IncidentOpened = defineEvent({
  source: 'emergency',
  name: 'IncidentOpened',
  version: 1,
  description: 'An alert matched a plan and no incident of that plan was open in that place.',
  data: object({ alertId: Id('alt'), openedAt: Timestamp }),
  sample: { ...incident, alertId: 'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N', openedAt: '2026-07-01T03:00:00.500+08:00' },
});
export const AlertJoined = defineEvent({
  source: 'emergency',
  name: 'AlertJoined',
  version: 1,
  description: 'A further alert belongs to an open incident; nobody is called anew unless its level is higher.',
  data: object({ alertId: Id('alt') }),
  sample: { ...incident, alertId: 'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1P' },
});
export const LevelCalled = defineEvent({
  source: 'emergency',
  name: 'LevelCalled',
  version: 1,
  description: 'The people of one step of the plan are called; the next step follows at `dueAt` without enough acknowledgements.',
  data: object({
    step: Type.Integer({ minimum: 0 }),
    stepName: Text,
    round: Type.Integer({ minimum: 1 }),
    needed: Type.Integer({ minimum: 1 }),
    dueAt: Timestamp,
    message: Text,
    calls: Type.Array(Call),
  }),
  sample: {
    ...incident,
    step: 0,
    stepName: { zh: '镇值班员', en: 'Town duty officer' },
    round: 1,
    needed: 1,
    dueAt: '2026-07-01T03:05:00.500+08:00',
    message: { zh: '【橙色预警】万安镇 河道水位超限', en: '[ORANGE] Wan’an: river level above limit' },
    calls: [
      {
        callId: 'inc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N.1.0.li-na.phone',
        personId: 'li-na',
        personName: { zh: '李娜', en: 'Li Na' },
        channel: 'phone',
        address: '+86 138 0000 0001',
      },
    ],
  },
});
export const IncidentAcknowledged = defineEvent({
  source: 'emergency',
  name: 'IncidentAcknowledged',
  version: 1,
  description: 'Enough of the people called have acknowledged; calling ends.',
  data: object({ personId: Type.String(), personName: Text, acknowledgedAt: Timestamp }),
  sample: { ...incident, personId: 'li-na', personName: { zh: '李娜', en: 'Li Na' }, acknowledgedAt: '2026-07-01T03:01:12.000+08:00' },
});
export const AcknowledgementCounted = defineEvent({
  source: 'emergency',
  name: 'AcknowledgementCounted',
  version: 1,
  description: 'One of several needed acknowledgements came in; calling goes on.',
  data: object({ personId: Type.String(), personName: Text, have: Type.Integer(), needed: Type.Integer() }),
  sample: { ...incident, personId: 'li-na', personName: { zh: '李娜', en: 'Li Na' }, have: 1, needed: 2 },
});
export const EscalationExhausted = defineEvent({
  source: 'emergency',
  name: 'EscalationExhausted',
  version: 1,
  description: 'The last step ended unanswered; calling begins again at `repeatAt`.',
  data: object({ round: Type.Integer({ minimum: 1 }), repeatAt: Timestamp }),
  sample: { ...incident, round: 1, repeatAt: '2026-07-01T03:25:00.500+08:00' },
});
export const IncidentResolved = defineEvent({
  source: 'emergency',
  name: 'IncidentResolved',
  version: 1,
  description: 'A person closed the incident with a reason; its alerts are released by AlertsReleased.',
  data: object({
    ...Resolution,
    alerts: Type.Integer({ minimum: 0, description: 'How many it gathered, those that moved to a graver plan included' }),
  }),
  sample: { ...incident, ...resolution, alerts: 1 },
});
export const AlertsReleased = defineEvent({
  source: 'emergency',
  name: 'AlertsReleased',
  version: 1,
  description:
    'These alerts were the resolved incident’s and are closed with it; a large incident releases its alerts by several of these.',
  // An entry of EventBridge holds 256 KB: it must not grow with the incident.
  data: object({ ...Resolution, alertIds: Type.Array(Id('alt'), { minItems: 1, maxItems: RELEASED_AT_ONCE }) }),
  sample: { ...incident, ...resolution, alertIds: ['alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N', 'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1P'] },
});

export type EmergencyEvent =
  | EventOf<typeof IncidentOpened>
  | EventOf<typeof AlertJoined>
  | EventOf<typeof LevelCalled>
  | EventOf<typeof IncidentAcknowledged>
  | EventOf<typeof AcknowledgementCounted>
  | EventOf<typeof EscalationExhausted>
  | EventOf<typeof IncidentResolved>
  | EventOf<typeof AlertsReleased>;
export type IncidentFacts = Static<ReturnType<typeof object<Record<never, never>>>>;
