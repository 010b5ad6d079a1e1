import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';

/** How a person is reached. `phone` is the local outbox that the console shows as phones. */
export const Channel = Type.Object(
  {
    type: Type.Union([Type.Literal('sms'), Type.Literal('webhook'), Type.Literal('phone')]),
    address: Type.String({ minLength: 1, description: 'E.164 number for sms and phone, https URL for webhook' }),
  },
  { additionalProperties: false },
);
export type Channel = Static<typeof Channel>;

export const Person = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$', description: 'Equals the `sub` of the person’s tokens' }),
    name: Text,
    channels: Type.Array(Channel, { minItems: 1, description: 'All are used at once' }),
  },
  { additionalProperties: false },
);
export type Person = Static<typeof Person>;

/** Local wall-clock time in the district's time zone, e.g. 2026-01-05T08:00 */
const LocalTime = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$' });

/** 值班岗位: one post of a dispatch point and who holds it when. */
export const Post = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }),
    name: Text,
    role: Type.String({ description: 'What plans call: duty-officer, commander, city-liaison …' }),
    town: Type.Optional(Type.String({ description: 'Set for a post of a town' })),
    scope: Type.Union([Type.Literal('town'), Type.Literal('district'), Type.Literal('city')]),
    rotation: Type.Object(
      {
        start: LocalTime,
        hours: Type.Integer({ minimum: 1, maximum: 24 * 31, description: 'Length of a shift; handovers keep the wall-clock hour' }),
        members: Type.Array(Type.String(), { minItems: 1, description: 'Person ids, in turn, for ever' }),
        until: Type.Optional(LocalTime),
      },
      { additionalProperties: false },
    ),
    overrides: Type.Optional(
      Type.Array(Type.Object({ from: LocalTime, to: LocalTime, person: Type.String() }, { additionalProperties: false }), {
        description: 'Somebody else for a while: from is included, to is not; the last that matches wins',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Post = Static<typeof Post>;
