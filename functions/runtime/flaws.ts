/** What a validator found, in both languages: ajv's own English, and the same in Chinese (docs/decisions/field-errors-in-both-languages.md). */
import type { Bilingual } from './failure.ts';

/** An error as ajv gives it. */
export interface Found {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** As problems carry it; `toProblem` leaves the caller's language. */
export interface FieldError {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: Bilingual;
}

const TYPES: Readonly<Record<string, string>> = {
  string: '文本',
  number: '数值',
  integer: '整数',
  boolean: 'true 或 false',
  array: '列表',
  object: '对象',
  null: '空值',
};
const typesOf = (type: unknown): string =>
  [type]
    .flat()
    .map((one) => TYPES[String(one)] ?? String(one))
    .join('或');

const FORMATS: Readonly<Record<string, string>> = {
  date: '日期，如 2027-01-31',
  'date-time': '带时区的时间，如 2027-01-31T09:00:00+08:00',
  email: '电子邮箱地址',
  phone: '手机号，或带区号的座机号',
};

type Say = (params: Found['params']) => string;

const notOffered: Say = () => '不是可选的值';
const matchesNone: Say = () => '不符合所允许的任何一种形式';
const unnamed =
  (param: string): Say =>
  (params) =>
    `不得有 ${params[param]}`;
const lacksOthers: Say = ({ property, deps }) => `有 ${property} 时还须有 ${deps}`;
const tooMany: Say = ({ limit, len }) => `不得多于 ${limit ?? len} 项`;

/** The keywords of JSON Schema 2020-12 that can find fault. */
const CHINESE: Readonly<Record<string, Say>> = {
  additionalProperties: unnamed('additionalProperty'),
  unevaluatedProperties: unnamed('unevaluatedProperty'),
  propertyNames: unnamed('propertyName'),
  required: ({ missingProperty }) => `缺少 ${missingProperty}`,
  dependentRequired: lacksOthers,
  dependencies: lacksOthers,
  type: ({ type }) => `须为${typesOf(type)}`,
  format: ({ format }) => `须为${FORMATS[String(format)] ?? ` ${format}`}`,
  pattern: ({ pattern }) => `须符合格式 ${pattern}`,
  const: notOffered,
  enum: notOffered,
  oneOf: matchesNone,
  anyOf: matchesNone,
  not: () => '属于不允许的情形',
  if: () => '不符合此种情形的要求',
  'false schema': () => '此处不得有内容',
  minLength: ({ limit }) => `不得少于 ${limit} 个字符`,
  maxLength: ({ limit }) => `不得多于 ${limit} 个字符`,
  minimum: ({ limit }) => `不得小于 ${limit}`,
  maximum: ({ limit }) => `不得大于 ${limit}`,
  exclusiveMinimum: ({ limit }) => `须大于 ${limit}`,
  exclusiveMaximum: ({ limit }) => `须小于 ${limit}`,
  multipleOf: ({ multipleOf }) => `须为 ${multipleOf} 的整数倍`,
  minItems: ({ limit }) => `不得少于 ${limit} 项`,
  maxItems: tooMany,
  items: tooMany,
  unevaluatedItems: tooMany,
  uniqueItems: ({ i, j }) => `第 ${Number(j) + 1} 项与第 ${Number(i) + 1} 项重复`,
  contains: () => '缺少须有的项',
  minProperties: ({ limit }) => `不得少于 ${limit} 个字段`,
  maxProperties: ({ limit }) => `不得多于 ${limit} 个字段`,
};

const UNNAMED: Say = () => '不符合要求';

export const messageOf = ({ keyword, message = 'is not as it should be', params }: Found): Bilingual => ({
  zh: (CHINESE[keyword] ?? UNNAMED)(params),
  en: message,
});
