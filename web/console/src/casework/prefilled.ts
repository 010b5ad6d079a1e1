/** What a link says of a new request's fields: only those that the form has, and nothing where it is no JSON. Pure. */
import { isObject, propertiesOf, type Schema } from '../forms/schema.ts';

export const prefilled = (text: string | null, schema: Schema | undefined): Record<string, unknown> => {
  if (text === null || schema === undefined) return {};
  try {
    const said: unknown = JSON.parse(text);
    const known = propertiesOf(schema);
    return isObject(said) ? Object.fromEntries(Object.entries(said).filter(([name]) => Object.hasOwn(known, name))) : {};
  } catch {
    return {};
  }
};

export const linkTo = (formId: string, department: string, data: Readonly<Record<string, unknown>>): string =>
  `/requests/new/${formId}?${new URLSearchParams({ department, data: JSON.stringify(data) })}`;
