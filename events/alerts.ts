import Type, { type Static } from 'typebox';
import { defineEvent, type EventOf, Id, Level, Place, Text, Timestamp } from './envelope.ts';

/** What an alert is to those who act on it; the words follow CAP 1.2 (OASIS) where it has one. */
export const AlertFacts = Type.Object(
  {
    alertId: Id('alt'),
    deviceId: Type.String(),
    deviceType: Type.String(),
    deviceName: Text,
    town: Type.String(),
    place: Place,
    domain: Type.String(),
    ruleId: Type.String(),
    headline: Text,
    level: Level,
    measure: Type.String(),
    value: Type.Number(),
    threshold: Type.Number(),
    unit: Type.String({ description: 'UCUM' }),
    readingAt: Timestamp,
    raisedAt: Timestamp,
  },
  { additionalProperties: false },
);
export type AlertFacts = Static<typeof AlertFacts>;

const sample: AlertFacts = {
  alertId: 'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  deviceId: 'river-level-wanan-01',
  deviceType: 'river-level',
  deviceName: { zh: '万安镇凯江水位站', en: 'Kaijiang river level, Wan’an' },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
  domain: 'water',
  ruleId: 'river-level-high',
  headline: { zh: '河道水位超限', en: 'River level above limit' },
  level: 'orange',
  measure: 'level',
  value: 4.21,
  threshold: 4,
  unit: 'm',
  readingAt: '2026-07-01T03:00:00.000+08:00',
  raisedAt: '2026-07-01T03:00:00.420+08:00',
};

export const AlertRaised = defineEvent({
  source: 'alerts',
  name: 'AlertRaised',
  version: 1,
  description: 'A new alert (CAP msgType Alert): one per device, rule and episode.',
  data: AlertFacts,
  sample,
});
export const AlertUpdated = defineEvent({
  source: 'alerts',
  name: 'AlertUpdated',
  version: 1,
  description: 'An open alert changed its level (CAP msgType Update).',
  data: AlertFacts,
  sample: { ...sample, level: 'red', value: 4.62, threshold: 4.5 },
});
export const AlertCleared = defineEvent({
  source: 'alerts',
  name: 'AlertCleared',
  version: 1,
  description: 'The condition behind an open alert ended; a person still resolves it.',
  data: AlertFacts,
  sample: { ...sample, level: 'blue', value: 2.7, threshold: 3 },
});
export const AlertResolved = defineEvent({
  source: 'alerts',
  name: 'AlertResolved',
  version: 1,
  description: 'A person closed the alert with a reason (CAP msgType Cancel).',
  data: AlertFacts,
  sample,
});

export type AlertsEvent =
  | EventOf<typeof AlertRaised>
  | EventOf<typeof AlertUpdated>
  | EventOf<typeof AlertCleared>
  | EventOf<typeof AlertResolved>;
