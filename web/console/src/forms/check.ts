/**
 * What a form's schema does not accept, in words. Interpreted by TypeBox: ajv makes functions of text, which the pages' content policy
 * forbids, and the schema comes with the form's definition, so nothing can be compiled beforehand.
 */
import Format from 'typebox/format';
import { Check, Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { begun, isObject, pointerTo, type Schema } from './schema.ts';
import type { FormWords } from './words.ts';

// As the server checks them (functions/casework/schema.ts).
const FORMATS: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  phone: /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/,
};
for (const [name, pattern] of Object.entries(FORMATS)) Format.Set(name, (value: string) => pattern.test(value));
// By default eight, of which one wrong choice takes as many as it has alternatives.
Settings.Set({ maxErrors: 200 });

export interface Flaw {
  /** JSON Pointer (RFC 6901) to the field. */
  readonly pointer: string;
  readonly message: string;
}

export const accepts = (schema: Schema, value: unknown): boolean => Check(schema, value);

interface Raw {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const messageOf = ({ keyword, params }: Raw, words: FormWords['check']): string => {
  const limit = Number(params.limit);
  switch (keyword) {
    case 'required':
      return words.required;
    case 'type':
      return params.type === 'integer' ? words.integer : params.type === 'number' ? words.number : words.wrong;
    case 'minLength':
      return words.minLength(limit);
    case 'maxLength':
      return words.maxLength(limit);
    case 'minimum':
      return words.minimum(limit);
    case 'maximum':
      return words.maximum(limit);
    case 'minItems':
      return words.minItems(limit);
    case 'maxItems':
      return words.maxItems(limit);
    case 'uniqueItems':
      return words.uniqueItems;
    case 'minProperties':
      return words.minProperties(limit);
    case 'oneOf':
    case 'const':
    case 'enum':
      return words.choice;
    case 'format':
      return params.format === 'phone'
        ? words.phone
        : params.format === 'email'
          ? words.email
          : params.format === 'date'
            ? words.date
            : words.wrong;
    default:
      return words.wrong;
  }
};

const placesOf = ({ keyword, instancePath, params }: Raw): string[] =>
  keyword === 'required' && Array.isArray(params.requiredProperties)
    ? params.requiredProperties.map((name) => pointerTo(instancePath, String(name)))
    : [instancePath];

/** The first flaw of each field. */
export const flawsOf = (schema: Schema, data: unknown, words: FormWords['check']): Flaw[] => {
  const [accepted, errors] = Errors(schema, begun(schema, data)) as [boolean, Raw[]];
  if (accepted) return [];
  const flaws = errors.flatMap((error) => placesOf(error).map((pointer) => ({ pointer, message: messageOf(error, words) })));
  return flaws.filter(({ pointer }, index) => flaws.findIndex((one) => one.pointer === pointer) === index);
};

/** Of what the server says is wrong with its fields: `errors` of `form-incomplete`, `findings` of `check-blocks`. */
export const flawsFrom = (particulars: Readonly<Record<string, unknown>>, language: 'zh' | 'en', words: FormWords['check']): Flaw[] => {
  const errors = Array.isArray(particulars.errors) ? particulars.errors.filter(isObject) : [];
  const findings = Array.isArray(particulars.findings) ? particulars.findings.filter(isObject) : [];
  return [
    // Their messages are in the language in which the request was sent; the page may be in the other by now.
    ...errors.map(({ pointer }) => ({ pointer: String(pointer ?? ''), message: words.wrong })),
    ...findings.map(({ pointer, text }) => ({
      pointer: typeof pointer === 'string' ? pointer : '',
      message: isObject(text) ? String(text[language]) : words.wrong,
    })),
  ];
};
