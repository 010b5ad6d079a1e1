/** A contract as SQL: the typed columns, and of each rule what breaks it. Compiled once for each version of a contract. */
import type { Text } from '#events/envelope.ts';
import type { Contract, CrossRule, Field, FieldType, Operand } from './contract.ts';
import { MEANINGS } from './semantics.ts';
import { literal, name } from './sql.ts';

export interface Rule {
  /** `<field>/<what>`, or the id of a rule across fields. */
  readonly id: string;
  readonly fields: readonly string[];
  readonly text: Text;
  /** SQL: true in a row that breaks it. */
  readonly breaks: string;
  /** SQL: true where it is not told, as one of its fields is not even what its type says. */
  readonly unless?: string;
}

/** SQL: true in each row that breaks some rule, and in some that break none. It is asked of every row. */
export interface Suspect {
  readonly suspects: string;
  /** It looks at this field only and takes long: where few values come again and again, look at each of them once. */
  readonly field?: string;
}

export interface Compiled {
  /** Name -> SQL over the file's columns, which are all text. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
  readonly suspects: readonly Suspect[];
}

/** Of a field as its type has it; a name that no field can have. */
export const typed = (field: string): string => `${field}#`;
const part = (field: string, what: string): string => `${field}#${what}`;

const CASTS: Readonly<Record<Exclude<FieldType, 'string'>, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  date: 'DATE',
  datetime: 'TIMESTAMP',
};

/** A cast takes more than Table Schema does: `1_000`, `0x1F`, `1.5` as a whole number, `2024/1/5`, `infinity`. */
const isLoose = (type: Exclude<FieldType, 'string'>, text: string, value: string): string => {
  switch (type) {
    case 'integer':
      return `(${value}::VARCHAR <> ${text} AND NOT regexp_full_match(${text}, '[+-]?[0-9]+'))`;
    case 'number':
      return `NOT isfinite(${value}) OR contains(${text}, '_') OR contains(${text}, 'x') OR contains(${text}, ' ')`;
    case 'date':
      return `strlen(${text}) <> 10 OR NOT ${text} LIKE '____-__-__'`;
    case 'datetime':
      return `NOT ${text} LIKE '____-__-__%__:__:__%'`;
    default:
      return type satisfies never;
  }
};

const TYPES: Readonly<Record<Exclude<FieldType, 'string'>, Text>> = {
  integer: { zh: '不是整数', en: 'is no whole number' },
  number: { zh: '不是数字', en: 'is no number' },
  date: { zh: '不是日期（YYYY-MM-DD）', en: 'is no date (YYYY-MM-DD)' },
  datetime: { zh: '不是日期时间（YYYY-MM-DD hh:mm:ss）', en: 'is no date and time (YYYY-MM-DD hh:mm:ss)' },
};

const bound = (type: FieldType, value: string | number): string =>
  type === 'date' || type === 'datetime' ? `${CASTS[type]} ${literal(String(value))}` : literal(value);

/** SQL: true where the field is not what its type says, or what it is called. */
const malformed = ({ name: field, type, semantic }: Field): string | undefined => {
  const text = name(field);
  if (semantic !== undefined) return MEANINGS[semantic].checks(text, (what) => name(part(field, what)))[0]?.breaks;
  if (type === 'string') return undefined;
  const value = name(typed(field));
  return `${text} IS NOT NULL AND (${value} IS NULL OR ${isLoose(type, text, value)})`;
};

const rulesOf = (of: Field): Rule[] => {
  const { name: field, title, type, semantic, constraints = {} } = of;
  const text = name(field);
  const value = type === 'string' ? text : name(typed(field));
  const wrong = malformed(of);
  const rule = (what: string, words: Text, breaks: string): Rule => ({
    id: `${field}/${what}`,
    fields: [field],
    text: { zh: `${title.zh}${words.zh}`, en: `${title.en} ${words.en}` },
    breaks,
    ...(wrong !== undefined && breaks !== wrong && { unless: wrong }),
  });
  const { required, minLength, maxLength, minimum, maximum, pattern, enum: known } = constraints;
  const meaning = semantic === undefined ? undefined : MEANINGS[semantic];
  return [
    ...(required ? [rule('required', { zh: '为空', en: 'is empty' }, `${text} IS NULL`)] : []),
    ...(type === 'string' || wrong === undefined ? [] : [rule('type', TYPES[type], wrong)]),
    ...(minLength === undefined
      ? []
      : [
          rule(
            'min-length',
            { zh: `少于 ${minLength} 个字`, en: `has less than ${minLength} characters` },
            `length(${text}) < ${minLength}`,
          ),
        ]),
    ...(maxLength === undefined
      ? []
      : [
          rule(
            'max-length',
            { zh: `超过 ${maxLength} 个字`, en: `has more than ${maxLength} characters` },
            `length(${text}) > ${maxLength}`,
          ),
        ]),
    ...(minimum === undefined
      ? []
      : [rule('minimum', { zh: `小于 ${minimum}`, en: `is below ${minimum}` }, `${value} < ${bound(type, minimum)}`)]),
    ...(maximum === undefined
      ? []
      : [rule('maximum', { zh: `大于 ${maximum}`, en: `is above ${maximum}` }, `${value} > ${bound(type, maximum)}`)]),
    ...(pattern === undefined
      ? []
      : [rule('pattern', { zh: '格式不对', en: 'has another form' }, `NOT regexp_full_match(${text}, ${literal(pattern)})`)]),
    ...(known === undefined
      ? []
      : [rule('enum', { zh: '不在代码表中', en: 'is not in the code list' }, `${text} NOT IN (${known.map(literal).join(', ')})`)]),
    ...(meaning?.checks(text, (what) => name(part(field, what))) ?? []).map(({ id, text: words, breaks }) => rule(id, words, breaks)),
  ];
};

const columnsOf = ({ name: field, type, semantic }: Field): Record<string, string> => {
  const meant = semantic === undefined ? {} : MEANINGS[semantic].columns(name(field));
  return {
    ...(type !== 'string' && { [typed(field)]: `TRY_CAST(${name(field)} AS ${CASTS[type]})` }),
    ...Object.fromEntries(Object.entries(meant).map(([what, sql]) => [part(field, what), sql])),
  };
};

/** A day of birth is a number, YYYYMMDD: the other side becomes one too. */
const asDay = (sql: string): string => `(year(${sql}) * 10000 + month(${sql}) * 100 + day(${sql}))`;

const operand = (side: Operand, other: Operand, fields: ReadonlyMap<string, Field>): string => {
  const againstDay = 'field' in other && other.take === 'birth-date';
  if ('value' in side) return againstDay ? asDay(`DATE ${literal(String(side.value))}`) : literal(side.value);
  const { name: field, type, semantic } = fields.get(side.field) as Field;
  const taken = side.take && semantic && MEANINGS[semantic].taken?.[side.take];
  if (taken) return taken((what) => name(part(field, what)));
  const value = type === 'string' ? name(field) : name(typed(field));
  return againstDay ? asDay(value) : value;
};

/** What is not comparable is no break of this rule. */
const NEGATED: Readonly<Record<CrossRule['operator'], string>> = { '=': '<>', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

const crossRule = ({ id, text, left, operator, right }: CrossRule, byName: ReadonlyMap<string, Field>): Rule => {
  const fields = [left, right].flatMap((side) => ('field' in side ? [side.field] : []));
  const wrong = fields.flatMap((field) => malformed(byName.get(field) as Field) ?? []);
  return {
    id,
    fields,
    text,
    breaks: `${operand(left, right, byName)} ${NEGATED[operator]} ${operand(right, left, byName)}`,
    ...(wrong.length > 0 && { unless: wrong.map((one) => `(${one})`).join(' OR ') }),
  };
};

/** Of a field's own rules; what a text is called is asked by one quick question for all its checks. */
const suspectsOf = (field: Field): Suspect[] => {
  const { semantic, ...plain } = field;
  const own = rulesOf(plain).map(({ breaks }) => ({ suspects: breaks }));
  if (semantic === undefined) return own;
  const asked = MEANINGS[semantic].suspects(name(field.name), (what) => name(part(field.name, what)));
  return [...own, { suspects: asked, field: field.name }];
};

export const compile = ({ fields, rules = [] }: Contract): Compiled => {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const across = rules.map((rule) => crossRule(rule, byName));
  return {
    columns: Object.assign({}, ...fields.map(columnsOf)),
    rules: [...fields.flatMap(rulesOf), ...across],
    suspects: [...fields.flatMap(suspectsOf), ...across.map(({ breaks }) => ({ suspects: breaks }))],
  };
};
