/**
 * The district's own lists in a form's schema, so that a new department, zone or kind of resource changes no form:
 * `x-enum-of` is a choice from one, `x-amounts-of` a whole number for each of its entries.
 */
import type { Text } from '#events/envelope.ts';

interface Listed {
  readonly id: string;
  readonly name: Text;
  readonly unit?: Text;
}
export const LISTS = ['departments', 'zones', 'dataClasses', 'kinds'] as const;
export type Lists = Readonly<Record<(typeof LISTS)[number], readonly Listed[]>>;

const KEYWORDS: readonly string[] = ['x-enum-of', 'x-amounts-of'];

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The lists that a schema names, and where. */
export const listsNamed = (schema: unknown, at: readonly (string | number)[] = []): { path: (string | number)[]; name: string }[] => {
  if (Array.isArray(schema)) return schema.flatMap((one, i) => listsNamed(one, [...at, i]));
  if (!isNode(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    KEYWORDS.includes(key) && typeof value === 'string' ? [{ path: [...at, key], name: value }] : listsNamed(value, [...at, key]),
  );
};

const listOf = (keyword: string, name: string, lists: Lists): readonly Listed[] => {
  const list = Object.hasOwn(lists, name) ? lists[name as keyof Lists] : undefined;
  if (!list) throw new Error(`${keyword}: expected one of ${Object.keys(lists).join(', ')}, found "${name}"`);
  return list;
};

const choiceOf = (name: string, lists: Lists): Node => {
  const list = listOf('x-enum-of', name, lists);
  return { enum: list.map(({ id }) => id), 'x-labels': Object.fromEntries(list.map(({ id, name: words }) => [id, words])) };
};

/** A slip of the pen must not become a number that nothing can add up. */
const MAXIMUM = 1_000_000_000;

const amountsOf = (name: string, lists: Lists): Node => {
  const titleOf = ({ name: words, unit }: Listed): Text =>
    unit ? { zh: `${words.zh}（${unit.zh}）`, en: `${words.en} (${unit.en})` } : words;
  const property = (listed: Listed) => ({ type: 'integer', title: titleOf(listed), minimum: 0, maximum: MAXIMUM });
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(listOf('x-amounts-of', name, lists).map((listed) => [listed.id, property(listed)])),
  };
};

export const withLists = <T>(schema: T, lists: Lists): T => {
  if (Array.isArray(schema)) return schema.map((one) => withLists(one, lists)) as T;
  if (!isNode(schema)) return schema;
  const { 'x-enum-of': list, 'x-amounts-of': amounts, ...rest } = schema;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, withLists(value, lists)]));
  return {
    ...inner,
    ...(typeof list === 'string' && choiceOf(list, lists)),
    ...(typeof amounts === 'string' && amountsOf(amounts, lists)),
  } as T;
};
