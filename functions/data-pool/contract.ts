/**
 * What a dataset must be like. Fields and constraints are those of Table Schema (https://datapackage.org/standard/table-schema/), so that
 * what is published can be read by any of its tools; beside them what a field means here (`semantic`), names in both languages, and
 * rules across fields.
 */
import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';

const closed = { additionalProperties: false } as const;
const Name = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' });
const oneOf = <const T extends string>(all: readonly T[]) => Type.Unsafe<T>(Type.Union(all.map((one) => Type.Literal(one))));
const Scalar = Type.Union([Type.String(), Type.Number()]);

export const FIELD_TYPES = ['string', 'integer', 'number', 'date', 'datetime'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What a text is, by the standard that says how it looks. */
export const SEMANTICS = ['identity-number', 'credit-code', 'phone'] as const;
export type Semantic = (typeof SEMANTICS)[number];

export const Constraints = Type.Object(
  {
    required: Type.Optional(Type.Boolean()),
    minLength: Type.Optional(Type.Integer({ minimum: 0, description: '字符数 in characters' })),
    maxLength: Type.Optional(Type.Integer({ minimum: 0, description: '字符数 in characters' })),
    minimum: Type.Optional(Scalar),
    maximum: Type.Optional(Scalar),
    pattern: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: '匹配全文的正则表达式（RE2） Matches the whole text (RE2)' }),
    ),
    enum: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 5_000 })),
  },
  closed,
);

export const Field = Type.Object(
  {
    name: Name,
    title: Text,
    type: oneOf(FIELD_TYPES),
    semantic: Type.Optional(oneOf(SEMANTICS)),
    constraints: Type.Optional(Constraints),
  },
  closed,
);
export type Field = Static<typeof Field>;

/** What an identity number says beside itself. GB/T 2261.1: 1 is male, 2 is female. */
export const TAKEN = ['birth-date', 'gender'] as const;
export type Taken = (typeof TAKEN)[number];

const Operand = Type.Union([
  Type.Object({ field: Name, take: Type.Optional(oneOf(TAKEN)) }, closed),
  Type.Object({ value: Scalar }, closed),
]);
export type Operand = Static<typeof Operand>;

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>='] as const;

/** Holds where one of its fields is empty or not what its type says: that is another rule's to tell. */
export const CrossRule = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }),
    text: Text,
    left: Operand,
    operator: oneOf(OPERATORS),
    right: Operand,
  },
  closed,
);
export type CrossRule = Static<typeof CrossRule>;

export const Contract = Type.Object(
  {
    fields: Type.Array(Field, { minItems: 1, maxItems: 500 }),
    primaryKey: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 10 })),
    rules: Type.Optional(Type.Array(CrossRule, { maxItems: 200 })),
  },
  closed,
);
export type Contract = Static<typeof Contract>;
