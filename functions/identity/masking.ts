/**
 * Personal data as whoever may not see it whole is shown it. A JSON Schema marks its fields by `x-data-class`; what a class does not know
 * how to shorten, or nobody can make sense of, is hidden altogether. What is not marked is no personal data and stays as it is.
 */

export const HIDDEN = '****';

/** So many characters from either end; all is hidden where they would be half of it or more. */
const ends = (text: string, head: number, tail: number): string => {
  const characters = [...text];
  const hidden = characters.length - head - tail;
  if (hidden <= head + tail) return HIDDEN;
  return characters.slice(0, head).join('') + '*'.repeat(hidden) + characters.slice(characters.length - tail).join('');
};

const name = (text: string): string => {
  const [first = '', ...rest] = text;
  return rest.length === 0 ? HIDDEN : first + '*'.repeat(rest.length);
};

/** 138****0001; of a landline, or what is no number of either kind, the last four. */
const phone = (text: string): string => {
  const plain = text.normalize('NFKC').replace(/[\s()+-]/g, '');
  const mobile = /^(?:86)?(1\d{10})$/.exec(plain)?.[1];
  return mobile === undefined ? ends(plain, 0, 4) : `${mobile.slice(0, 3)}${HIDDEN}${mobile.slice(-4)}`;
};

/** Down to the district or county: 四川省德阳市罗江区****. A 小区 (housing estate) is none. */
const address = (text: string): string =>
  (/^(?:\p{Script=Han}{1,8}?(?:省|市|州|盟|县|旗|(?<![小社园校厂])区)){1,3}/u.exec(text)?.[0] ?? '') + HIDDEN;

const email = (text: string): string => {
  const [, first, domain] = /^([^@\s])[^@]*@([a-z0-9.-]+)$/i.exec(text) ?? [];
  // A domain is a company's; a number in it may be somebody's.
  return first === undefined || domain === undefined || /\d{4}/.test(domain) ? HIDDEN : `${first}${HIDDEN}@${domain}`;
};

/** 《GB/T 35273》 calls all but the last personal information. */
export const DATA_CLASSES = {
  name,
  phone,
  /** GB 11643: where and when somebody was born is in the middle. */
  'identity-number': (text: string): string => ends(text, 3, 4),
  address,
  email,
  'bank-account': (text: string): string => ends(text, 0, 4),
  /** GB 32100 统一社会信用代码: of an organisation, and public. */
  'credit-code': (text: string): string => text,
} as const satisfies Record<string, (text: string) => string>;
export type DataClass = keyof typeof DATA_CLASSES;

const isKnown = (dataClass: string): dataClass is DataClass => Object.hasOwn(DATA_CLASSES, dataClass);

export const maskText = (dataClass: string, text: string): string => {
  if (text === '') return text;
  return isKnown(dataClass) ? DATA_CLASSES[dataClass](text) : HIDDEN;
};

type Schema = Readonly<Record<string, unknown>>;

export interface Masked {
  readonly value: unknown;
  /** JSON Pointers (RFC 6901) to what is not shown as it is. */
  readonly masked: readonly string[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const UNKNOWN: Schema = { 'x-data-class': 'unknown' };

/** A reference within the document; one that leads nowhere hides what it stands for. */
const resolve = (root: Schema, ref: string): Schema => {
  if (!ref.startsWith('#')) return UNKNOWN;
  const names = ref.slice(1).split('/').slice(1);
  const found = names.reduce<unknown>((at, part) => {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    return isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, root);
  return isObject(found) ? found : UNKNOWN;
};

/** Every schema that may say something of a value: whichever branch it took, what one of them marks is marked. */
const partsOf = (root: Schema, schema: unknown, seen = new Set<unknown>()): Schema[] => {
  if (!isObject(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const { $ref, anyOf = [], oneOf = [], allOf = [], if: condition, then, else: otherwise, dependentSchemas } = schema;
  const referred = typeof $ref === 'string' ? [resolve(root, $ref)] : [];
  const dependent = isObject(dependentSchemas) ? Object.values(dependentSchemas) : [];
  const branches = [...referred, ...[anyOf, oneOf, allOf].flatMap((list) => list as unknown[]), condition, then, otherwise, ...dependent];
  return [schema, ...branches.flatMap((branch) => partsOf(root, branch, seen))];
};

const fieldSchemas = ({ properties, patternProperties, additionalProperties }: Schema, field: string): unknown[] => {
  const named = isObject(properties) && Object.hasOwn(properties, field) ? [properties[field]] : [];
  const matching = Object.entries(isObject(patternProperties) ? patternProperties : {})
    .filter(([pattern]) => new RegExp(pattern, 'u').test(field))
    .map(([, schema]) => schema);
  return named.length + matching.length > 0 ? [...named, ...matching] : [additionalProperties];
};

const itemSchemas = ({ items, prefixItems }: Schema, index: number): unknown[] => {
  const prefix = Array.isArray(prefixItems) ? prefixItems : [];
  return index < prefix.length ? [prefix[index]] : [items];
};

const escaped = (field: string | number): string => String(field).replaceAll('~', '~0').replaceAll('/', '~1');

/** A class that is marked on a list or an object holds for all that is in it. */
const classOf = (parts: readonly Schema[], inherited: string | undefined): string | undefined => {
  const classes = new Set(parts.flatMap((part) => (part['x-data-class'] === undefined ? [] : [String(part['x-data-class'])])));
  if (classes.size === 0) return inherited;
  // Marked in two ways, nobody knows which holds.
  return classes.size === 1 ? [...classes][0] : 'unknown';
};

export const maskBySchema = (schema: object, value: unknown): Masked => {
  const root = schema as Schema;
  const masked: string[] = [];

  const walk = (schemas: readonly unknown[], at: unknown, pointer: string, inherited: string | undefined): unknown => {
    const seen = new Set<unknown>();
    const parts = schemas.flatMap((one) => partsOf(root, one, seen));
    const dataClass = classOf(parts, inherited);
    if (Array.isArray(at)) {
      const of = (index: number) => parts.flatMap((part) => itemSchemas(part, index));
      return at.map((item, index) => walk(of(index), item, `${pointer}/${index}`, dataClass));
    }
    if (isObject(at)) {
      const of = (field: string) => parts.flatMap((part) => fieldSchemas(part, field));
      return Object.fromEntries(
        Object.entries(at).map(([field, inner]) => [field, walk(of(field), inner, `${pointer}/${escaped(field)}`, dataClass)]),
      );
    }
    if (dataClass === undefined || at === undefined || at === null) return at;
    const shown = typeof at === 'string' ? maskText(dataClass, at) : HIDDEN;
    if (shown !== at) masked.push(pointer);
    return shown;
  };

  return { value: walk([schema], value, '', undefined), masked };
};
