import Type, { type Static } from 'typebox';
import { defineEvent, type EventOf, Level, Place, Text, Timestamp } from './envelope.ts';

/** What is said of a device beside each of its conditions, so that no consumer has to ask. */
const Device = {
  deviceId: Type.String(),
  deviceType: Type.String(),
  deviceName: Text,
  town: Type.String(),
  place: Place,
};

const Condition = Type.Object(
  {
    ...Device,
    domain: Type.String({ description: 'The domain pack that owns the rule' }),
    ruleId: Type.String(),
    ruleName: Text,
    /** Counts the times this rule fired on this device; with device and rule it names one episode. */
    episode: Type.Integer({ minimum: 1 }),
    level: Level,
    measure: Type.String(),
    value: Type.Number(),
    threshold: Type.Number({ description: 'The bound that this level stands for, in `unit`' }),
    unit: Type.String({ description: 'UCUM' }),
    startedAt: Timestamp,
    readingAt: Timestamp,
    seq: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);
export type Condition = Static<typeof Condition>;

const sample: Condition = {
  deviceId: 'river-level-wanan-01',
  deviceType: 'river-level',
  deviceName: { zh: '万安镇凯江水位站', en: 'Kaijiang river level, Wan’an' },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
  domain: 'water',
  ruleId: 'river-level-high',
  ruleName: { zh: '河道水位超限', en: 'River level above limit' },
  episode: 3,
  level: 'orange',
  measure: 'level',
  value: 4.21,
  threshold: 4,
  unit: 'm',
  startedAt: '2026-07-01T02:58:00.000+08:00',
  readingAt: '2026-07-01T03:00:00.000+08:00',
  seq: 1042,
};

export const ThresholdBreached = defineEvent({
  source: 'devices',
  name: 'ThresholdBreached',
  version: 1,
  description: 'A rule’s condition began on a device: it held for the rule’s count or time.',
  data: Condition,
  sample,
});
export const ThresholdLevelChanged = defineEvent({
  source: 'devices',
  name: 'ThresholdLevelChanged',
  version: 1,
  description: 'The condition goes on at another level, higher or lower.',
  data: Condition,
  sample: { ...sample, level: 'red', value: 4.62, threshold: 4.5, seq: 1050 },
});
export const ThresholdCleared = defineEvent({
  source: 'devices',
  name: 'ThresholdCleared',
  version: 1,
  description: 'The condition ended: the value came back beyond the lowest level’s hysteresis.',
  data: Condition,
  sample: { ...sample, level: 'blue', value: 2.7, threshold: 3, seq: 1101 },
});

export type DevicesEvent = EventOf<typeof ThresholdBreached> | EventOf<typeof ThresholdLevelChanged> | EventOf<typeof ThresholdCleared>;
