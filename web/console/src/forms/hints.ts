/** How a schema's fields are drawn where the form's definition does not say. Pure. */
import { isObject, propertiesOf, type Schema } from './schema.ts';

/** More choices than that are a list to open; up to that one sees them all, and one press chooses. */
const SEEN_AT_ONCE = 5;

const widgetFor = (field: Schema): Record<string, unknown> => {
  if (Array.isArray(field.oneOf) && field.oneOf.length <= SEEN_AT_ONCE) return { 'ui:widget': 'radio' };
  if (field.type === 'boolean') return { 'ui:widget': 'radio' };
  return {};
};

/** Where all are optional, to say so of each is noise. */
export const QUIET = 'ui:quiet';

export const hintsFor = (schema: Schema, ui: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const quiet = !Array.isArray(schema.required) || schema.required.length === 0;
  const own = Object.entries(propertiesOf(schema)).map(([name, field]) => {
    const said = isObject(ui[name]) ? ui[name] : {};
    const hints = field.type === 'object' ? hintsFor(field, said) : { ...widgetFor(field), ...said };
    return [name, quiet ? { ...hints, [QUIET]: true } : hints];
  });
  return { ...ui, ...Object.fromEntries(own) };
};

/** As the renderer gets it. It would silently bring a number back between its limits: somebody who typed 40 must be told, not corrected. */
export const drawn = (schema: Schema): Schema => {
  const { minimum: _, maximum: __, ...rest } = schema;
  const properties = Object.fromEntries(Object.entries(propertiesOf(schema)).map(([name, field]) => [name, drawn(field)]));
  return 'properties' in schema ? { ...rest, properties } : rest;
};
