/** `x-enum-of` in a form's schema: a choice from one of the district's own lists, so that a new department or zone changes no form. */
import type { Text } from '#events/envelope.ts';

export type Lists = Readonly<Record<string, readonly { readonly id: string; readonly name: Text }[]>>;

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const choiceOf = (name: string, lists: Lists): Node => {
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (!list) throw new Error(`x-enum-of: expected one of ${Object.keys(lists).join(', ')}, found "${name}"`);
  return { enum: list.map(({ id }) => id), 'x-labels': Object.fromEntries(list.map(({ id, name: words }) => [id, words])) };
};

export const withLists = <T>(schema: T, lists: Lists): T => {
  if (Array.isArray(schema)) return schema.map((one) => withLists(one, lists)) as T;
  if (!isNode(schema)) return schema;
  const { 'x-enum-of': list, ...rest } = schema;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, withLists(value, lists)]));
  return (typeof list === 'string' ? { ...inner, ...choiceOf(list, lists) } : inner) as T;
};
