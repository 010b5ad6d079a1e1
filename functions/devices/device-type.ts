import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';

/** A quantity that a device of this type reports. */
export const Measure = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,31}$', description: 'The key in a reading’s `values`' }),
    name: Text,
    unit: Type.String({ minLength: 1, description: 'UCUM, e.g. L/s, mm, m, Cel' }),
    minimum: Type.Number({ description: 'A smaller value is a fault of the device: the reading is quarantined' }),
    maximum: Type.Number({ description: 'A greater value is a fault of the device: the reading is quarantined' }),
    required: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false },
);
export type Measure = Static<typeof Measure>;

/** 设备类型: what a device of this type measures and how often it ought to be heard. */
export const DeviceType = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,31}$' }),
    name: Text,
    measures: Type.Array(Measure, { minItems: 1, maxItems: 16 }),
    heartbeat: Type.Integer({ minimum: 1, description: 'Seconds between two readings when all is well' }),
  },
  { additionalProperties: false },
);
export type DeviceType = Static<typeof DeviceType>;
