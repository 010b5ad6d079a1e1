/** What a form's schema says: its fields, their names, how a value reads. Pure; the schema comes in one language. */
export type Schema = Readonly<Record<string, unknown>>;
export type Data = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
export const pointerTo = (parent: string, name: string): string => `${parent}/${escaped(name)}`;
export const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

export const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  isObject(schema.properties) ? (schema.properties as Readonly<Record<string, Schema>>) : {};

const titleOf = (schema: Schema, otherwise: string): string => (typeof schema.title === 'string' ? schema.title : otherwise);

const HIDDEN = 'hidden';
const widgetOf = (ui: unknown): unknown => (isObject(ui) ? ui['ui:widget'] : undefined);

const pick = (schema: Schema, keep: (name: string) => boolean): Schema => {
  const properties = Object.fromEntries(Object.entries(propertiesOf(schema)).filter(([name]) => keep(name)));
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => keep(String(name))) : [];
  return { ...schema, properties, required };
};

/** What the applicant is asked: fields that a decision sets are hidden from the form, not merely from sight. */
export const askedOf = (schema: Schema, ui: Data): Schema => pick(schema, (name) => widgetOf(ui[name]) !== HIDDEN);

/** The part of the form that a decision may set. */
export const partOf = (schema: Schema, fields: readonly string[]): Schema => {
  const { title: _, description: __, ...rest } = pick(schema, (name) => fields.includes(name));
  return { ...rest, required: [] };
};

/** The hints to the renderer, for that part: no longer hidden. */
export const uiOfPart = (ui: Data, fields: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    fields.flatMap((name) => {
      const own = ui[name];
      return isObject(own) && widgetOf(own) !== HIDDEN ? [[name, own]] : [];
    }),
  );

const sameFields = (one: Schema, other: Schema): boolean => {
  const [names, others] = [Object.keys(propertiesOf(one)), Object.keys(propertiesOf(other))];
  return names.length > 0 && names.join() === others.join();
};

/** What a decision’s field begins with: its own value, or what was asked for — the field that holds the same things. */
export const beginWith = (schema: Schema, data: Data, fields: readonly string[]): Record<string, unknown> => {
  const properties = propertiesOf(schema);
  return Object.fromEntries(
    fields.flatMap((name) => {
      const own = properties[name];
      const twin = Object.keys(properties).find((other) => other !== name && own && sameFields(own, properties[other] as Schema));
      const value = data[name] ?? (twin === undefined ? undefined : data[twin]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
};

/** Without what was left empty: a draft holds what was filled in. */
export const pruned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (isObject(value)) {
    const entries = Object.entries(value).flatMap(([name, inner]) => {
      const kept = pruned(inner);
      return kept === undefined ? [] : [[name, kept] as const];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  return value === '' || value === null ? undefined : value;
};
export const prunedData = (data: unknown): Record<string, unknown> => (pruned(data) as Record<string, unknown> | undefined) ?? {};

/** Equal as JSON, in whichever order the fields stand. */
export const same = (one: unknown, other: unknown): boolean => {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((item, i) => same(item, other[i]));
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]));
  }
  return one === other;
};

/** Fields whose values differ. */
export const changedFields = (one: Data, other: Data): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => !same(one[name], other[name]));

/** The names on the way to a field: `应用系统 · 负责人 · 电话`. */
export const nameOf = (schema: Schema, pointer: string): string => {
  const names: string[] = [];
  let at: Schema | undefined = schema;
  for (const part of partsOf(pointer)) {
    at = at && propertiesOf(at)[part];
    if (at) names.push(titleOf(at, part));
  }
  return names.join(' · ');
};

interface Choice {
  readonly const: unknown;
  readonly title?: unknown;
}
const choicesOf = (schema: Schema): readonly Choice[] =>
  (Array.isArray(schema.oneOf) ? schema.oneOf : []).filter((one): one is Choice => isObject(one) && 'const' in one);

const choiceName = (schema: Schema, value: unknown): string => {
  const title = choicesOf(schema).find((choice) => choice.const === value)?.title;
  return typeof title === 'string' ? title : String(value);
};

/** A value as it is read: the words of a choice, yes and no, numbers as numbers. Undefined where nothing was filled in. */
export type Shown =
  | { readonly kind: 'text' | 'long'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'time'; readonly at: string }
  | { readonly kind: 'yesNo'; readonly value: boolean }
  | { readonly kind: 'list'; readonly items: readonly string[] };

/** RFC 3339 */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** A line of a table holds as much. */
const LONG = 60;

export const shownOf = (schema: Schema, value: unknown): Shown | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'boolean') return { kind: 'yesNo', value };
  if (choicesOf(schema).length > 0) return { kind: 'text', text: choiceName(schema, value) };
  if (typeof value === 'number') return { kind: 'number', value };
  if (Array.isArray(value)) {
    const items = isObject(schema.items) ? schema.items : {};
    return value.length === 0 ? undefined : { kind: 'list', items: value.map((item) => choiceName(items, item)) };
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (TIME.test(text)) return { kind: 'time', at: text };
  return { kind: text.length > LONG || text.includes('\n') ? 'long' : 'text', text };
};

/** The fields in the order in which the form shows them. */
export const pointersOf = (schema: Schema, ui: Data, pointer = ''): string[] =>
  orderOf(ui, Object.keys(propertiesOf(schema))).flatMap((name) => {
    const at = pointerTo(pointer, name);
    const own = ui[name];
    return [at, ...pointersOf(propertiesOf(schema)[name] as Schema, isObject(own) ? own : {}, at)];
  });

/** With what is required of it begun: what is missing is then told at its fields, not of the whole. */
export const begun = (schema: Schema, data: unknown): unknown => {
  if (!isObject(data)) return data;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const inner = Object.entries(propertiesOf(schema)).flatMap(([name, field]) => {
    const value = data[name] ?? (field.type === 'object' && required.includes(name) ? {} : undefined);
    return value === undefined ? [] : [[name, begun(field, value)] as const];
  });
  return { ...data, ...Object.fromEntries(inner) };
};

export interface Line {
  readonly pointer: string;
  readonly name: string;
  readonly shown: Shown | undefined;
  readonly masked: boolean;
}
export interface Section {
  /** Undefined for the fields that stand by themselves. */
  readonly name: string | undefined;
  readonly pointer: string;
  readonly lines: readonly Line[];
}

const linesOf = (schema: Schema, data: unknown, masked: readonly string[], pointer: string, prefix: string): Line[] =>
  Object.entries(propertiesOf(schema)).flatMap(([name, field]): Line[] => {
    const at = pointerTo(pointer, name);
    const value = isObject(data) ? data[name] : undefined;
    const title = prefix + titleOf(field, name);
    if (field.type === 'object') return linesOf(field, value, masked, at, `${title} · `);
    return [{ pointer: at, name: title, shown: shownOf(field, value), masked: masked.includes(at) }];
  });

const orderOf = (ui: Data, names: readonly string[]): string[] => {
  const order = (Array.isArray(ui['ui:order']) ? ui['ui:order'] : []).map(String);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...names].sort((a, b) => rank(a) - rank(b));
};

/**
 * The whole form to be read: each object a section, single fields together; what a decision sets only once it is set. What was left out is
 * said where somebody was asked for it (`whole`), but not of objects in which all is optional.
 */
export const sectionsOf = (schema: Schema, ui: Data, data: Data, masked: readonly string[], whole = true): Section[] => {
  const properties = propertiesOf(schema);
  const names = orderOf(ui, Object.keys(properties)).filter((name) => widgetOf(ui[name]) !== HIDDEN || data[name] !== undefined);
  const isPart = (name: string) => properties[name]?.type === 'object';
  const filled = (lines: readonly Line[]) => lines.filter(({ shown }) => shown !== undefined);
  const single = Object.fromEntries(names.filter((name) => !isPart(name)).map((name) => [name, properties[name]]));
  const lines = linesOf({ properties: single }, data, masked, '', '');
  const sections = names.filter(isPart).map((name): Section => {
    const field = properties[name] as Schema;
    const pointer = pointerTo('', name);
    const all = linesOf(field, data[name], masked, pointer, '');
    return { name: titleOf(field, name), pointer, lines: whole && Array.isArray(field.required) ? all : filled(all) };
  });
  return [...sections, { name: undefined, pointer: '', lines: whole ? lines : filled(lines) }].filter(
    (section) => section.lines.length > 0,
  );
};
