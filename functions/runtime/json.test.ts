import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEPTH, flawOf, TOO_DEEP } from './json.ts';

/** A value as a person might write it: fields in order, one name as often as one likes. */
type Written =
  | { readonly fields: readonly (readonly [string, Written])[] }
  | { readonly items: readonly Written[] }
  | { readonly plain: unknown };

/** Few names, so that some come twice; among them all that a scanner could stumble over. */
const names = fc.constantFrom('a', 'b', 'é', '"', '\\', '{', '}', ',', ':', '[', '', '开', '__proto__', '\u2028', 'a\n', '😀');
const plain = fc.oneof(
  names,
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, false),
);

const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain.map((value): Written => ({ plain: value })),
    fc.array(tie('written'), { maxLength: 4 }).map((items): Written => ({ items })),
    fc.array(fc.tuple(names, tie('written')), { maxLength: 4 }).map((fields): Written => ({ fields })),
  ),
}));

/** What an object holds twice, found by walking what was meant: in the order in which a reader comes across it. */
const repeatedIn = (value: Written): string | undefined => {
  if ('items' in value) return value.items.map(repeatedIn).find((name) => name !== undefined);
  if (!('fields' in value)) return undefined;
  const seen = new Set<string>();
  for (const [name, inner] of value.fields) {
    if (seen.has(name)) return name;
    seen.add(name);
    const deeper = repeatedIn(inner);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
};

const escaped = (text: string, mode: number): string => {
  if (mode % 3 === 0) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const hex = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  return `"${mode % 3 === 1 ? hex : hex.replace(/\\u[0-9a-f]{4}/g, (one) => one.toUpperCase().replace('\\U', '\\u'))}"`;
};

/** As text: with blanks where JSON allows them, and names escaped in several ways. */
const print = (value: Written, space: string, mode: { n: number }): string => {
  if ('plain' in value) return typeof value.plain === 'string' ? escaped(value.plain, mode.n++) : JSON.stringify(value.plain);
  if ('items' in value) return `[${space}${value.items.map((item) => print(item, space, mode)).join(`${space},${space}`)}${space}]`;
  const fields = value.fields.map(([name, inner]) => `${escaped(name, mode.n++)}${space}:${space}${print(inner, space, mode)}`);
  return `{${space}${fields.join(`${space},`)}${space}}`;
};

test('the field that stands twice is found, and none where there is none', () => {
  let found = 0;
  fc.assert(
    fc.property(written, fc.constantFrom('', ' ', '\n\t'), fc.nat(2), (value, space, n) => {
      const text = print(value, space, { n });
      JSON.parse(text);
      const expected = repeatedIn(value);
      if (expected !== undefined) found++;
      expect(flawOf(text)).toEqual(expected === undefined ? undefined : { repeated: expected });
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(100);
});

test('whatever JSON.stringify writes has no field twice', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(flawOf(JSON.stringify(value))).toBeUndefined();
    }),
  );
});

describe('levels', () => {
  const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);

  test('are counted from the outermost, and are many only one inside the other', () => {
    expect(flawOf(nested(DEPTH))).toBeUndefined();
    expect(flawOf(nested(DEPTH + 1))).toBe(TOO_DEEP);
    expect(flawOf(`${'{"a":'.repeat(DEPTH + 1)}1${'}'.repeat(DEPTH + 1)}`)).toBe(TOO_DEEP);
    expect(flawOf(`[${Array.from({ length: 500 }, () => nested(DEPTH - 1)).join(',')}]`)).toBeUndefined();
    expect(flawOf(JSON.stringify('['.repeat(100)))).toBeUndefined();
  });
});

test.each([
  ['one long text', JSON.stringify({ note: 'x'.repeat(262_000) })],
  ['one text of escapes', `{"note":"${'\\\\'.repeat(131_000)}"}`],
  ['as many fields as fit', `{${Array.from({ length: 25_000 }, (_, i) => `"f${i}":0`).join(',')}}`],
  ['as many brackets as fit', `[${Array.from({ length: 87_000 }, () => '[]').join(',')}]`],
])('a body of %s is looked through in no time', (_, text) => {
  const began = performance.now();
  expect(flawOf(text)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(500);
});
