/** A form's schema: JSON Schema 2020-12 with texts in both languages, in the plain form that validators and renderers take. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { maskBySchema } from '#functions/identity/masking.ts';
import { type FieldError, messageOf } from '#runtime/flaws.ts';
import type { Form } from './form.ts';

type Node = Readonly<Record<string, unknown>>;
type Language = 'zh' | 'en';

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is Record<Language, string> => isNode(value) && typeof value.zh === 'string';

/** An enum with words becomes alternatives with titles, as renderers show them. */
const withLabels = ({ enum: values, 'x-labels': labels, ...rest }: Node, language: Language): Node => {
  if (!Array.isArray(values) || !isNode(labels)) return { ...rest, ...(values !== undefined && { enum: values }) };
  const title = (value: unknown) => {
    const label = labels[String(value)];
    return isText(label) ? label[language] : String(value);
  };
  return { ...rest, oneOf: values.map((value) => ({ const: value, title: title(value) })) };
};

/** The schema in one language. */
export const localized = (schema: unknown, language: Language): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => localized(one, language));
  if (!isNode(schema)) return schema;
  if (isText(schema)) return schema[language];
  const { 'x-labels': labels, ...rest } = schema;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, localized(value, language)]));
  return withLabels(labels === undefined ? inner : { ...inner, 'x-labels': labels }, language);
};

type Path = readonly (string | number)[];

const inBoth = (value: unknown): boolean => isText(value) && typeof value.en === 'string';

/** Names, not keywords, lie below these; and below those anything. */
const NAMED: readonly unknown[] = ['properties', 'patternProperties', '$defs'];
const VALUES: readonly string[] = ['enum', 'const', 'default', 'examples'];

/** Where words lack a language, or a value of an enum its words. */
export const wordless = (schema: unknown, at: Path = []): Path[] => {
  if (Array.isArray(schema)) return schema.flatMap((one, i) => wordless(one, [...at, i]));
  if (!isNode(schema)) return [];
  return Object.entries(schema).flatMap(([name, value]): Path[] => {
    const path = [...at, name];
    if (NAMED.includes(at.at(-1))) return wordless(value, path);
    if (name === 'title' || name === 'description') return inBoth(value) ? [] : [path];
    if (name === 'x-labels') return labelless(schema, value).map((label) => [...path, label]);
    return VALUES.includes(name) ? [] : wordless(value, path);
  });
};

const labelless = ({ enum: values }: Node, labels: unknown): string[] =>
  (Array.isArray(values) ? values : []).map(String).filter((value) => !isNode(labels) || !inBoth(labels[value]));

const FORMATS = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  // 国内手机号或带区号的座机 a mobile number in China, or a landline with its area code
  phone: /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/,
};

/** Throws where it is no JSON Schema, or holds a keyword that nobody knows. */
export const compileSchema = (schema: unknown): ValidateFunction => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, formats: FORMATS });
  // Data classes are masking.ts's to read, lists the build's to fill in (infra/config/lists.ts).
  for (const keyword of ['x-data-class', 'x-enum-of', 'x-amounts-of']) ajv.addKeyword(keyword);
  return ajv.compile(localized(schema, 'zh') as object);
};

const compiled = new WeakMap<Form, ValidateFunction>();

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Of what is missing or too much: the field itself. */
const pointerOf = ({ instancePath, params }: { instancePath: string; params: Record<string, unknown> }): string => {
  const name = params.missingProperty ?? params.additionalProperty;
  return typeof name === 'string' ? `${instancePath}/${escaped(name)}` : instancePath;
};

/** What the schema doesn't accept, by JSON Pointers into the form's data; at most twenty findings, the first of each place. */
export const errorsOf = (form: Form, data: unknown): FieldError[] => {
  const validate = compiled.get(form) ?? compileSchema(form.schema);
  compiled.set(form, validate);
  if (validate(data)) return [];
  const errors = (validate.errors ?? []).map((error) => ({ pointer: pointerOf(error), message: messageOf(error) }));
  return errors.filter(({ pointer }, i) => errors.findIndex((one) => one.pointer === pointer) === i).slice(0, 20);
};

/** JSON Pointers of personal data that are what a masked view shows, not what was written. */
export const maskedFields = (form: Form, data: unknown): string[] => {
  const at = (pointer: string) =>
    pointer
      .slice(1)
      .split('/')
      .reduce<unknown>((value, name) => (value as Node | undefined)?.[name], data);
  // What is masked already would not be masked again: the stars stand for letters while the personal fields are looked for.
  const unstarred: unknown = JSON.parse(JSON.stringify(data).replaceAll('*', 'x'));
  return maskBySchema(form.schema, unstarred).masked.filter((pointer) => String(at(pointer)).includes('*'));
};

/** Fields of the data that no property of the schema names: a draft may be incomplete, but not carry what nobody asked for. */
export const unknownFields = (form: Form, data: Readonly<Record<string, unknown>>): string[] => {
  const known = (form.schema as { properties?: object }).properties ?? {};
  return Object.keys(data).filter((name) => !Object.hasOwn(known, name));
};
