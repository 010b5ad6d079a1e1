import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';

const Bound = (colour: string) =>
  Type.Optional(Type.Number({ description: `The value at which the level ${colour} begins, in the measure’s unit` }));

/** 预警规则: a threshold rule on one measure of one device type, with up to four levels. */
export const Rule = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }),
    name: Text,
    deviceType: Type.String(),
    measure: Type.String(),
    when: Type.Union([Type.Literal('above'), Type.Literal('below')], {
      description: 'On which side of a bound the condition holds; the bound itself counts',
    }),
    levels: Type.Object(
      { blue: Bound('blue IV'), yellow: Bound('yellow III'), orange: Bound('orange II'), red: Bound('red I') },
      { additionalProperties: false, minProperties: 1 },
    ),
    hysteresis: Type.Number({ minimum: 0, description: 'How far the value must come back before a level ends, in the measure’s unit' }),
    for: Type.Optional(
      Type.Object(
        {
          readings: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'So many readings in a row' })),
          minutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1440, description: 'So long, by the readings’ own times' })),
        },
        {
          additionalProperties: false,
          minProperties: 1,
          description: 'How long a level must hold before it counts; when both are given, both',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Rule = Static<typeof Rule>;
