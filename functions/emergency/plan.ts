import Type, { type Static } from 'typebox';
import { Level, Text } from '#events/envelope.ts';

/** Whose posts a step calls: those of the alert's town, of the district, or of the city. */
export const Scope = Type.Union([Type.Literal('town'), Type.Literal('district'), Type.Literal('city')]);
export type Scope = Static<typeof Scope>;

export const Step = Type.Object(
  {
    name: Text,
    call: Type.Array(Type.Object({ role: Type.String(), scope: Scope }, { additionalProperties: false }), {
      minItems: 1,
      description: 'The posts whose people on duty are called, all at once',
    }),
    acknowledgements: Type.Integer({ minimum: 1, maximum: 20, description: 'How many of them must answer' }),
    within: Type.Integer({ minimum: 1, maximum: 86400, description: 'Seconds until the next step' }),
  },
  { additionalProperties: false },
);
export type Step = Static<typeof Step>;

/** 应急预案: who is called for which alerts, in which order. The first plan that matches serves. */
export const Plan = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }),
    name: Text,
    match: Type.Object(
      {
        rules: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'Only these rules; all of the pack’s without it' })),
        levels: Type.Array(Level, { minItems: 1, uniqueItems: true }),
      },
      { additionalProperties: false },
    ),
    steps: Type.Array(Step, { minItems: 1, maxItems: 10 }),
    repeat: Type.Object(
      {
        after: Type.Integer({ minimum: 1, maximum: 86400, description: 'Seconds between the last step’s end and the next round' }),
        from: Type.Integer({ minimum: 0, description: 'The step with which the next round begins, counted from 0' }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Plan = Static<typeof Plan>;
