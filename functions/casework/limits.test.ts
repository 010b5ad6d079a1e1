import { describe, expect, test } from 'vitest';
import { impossibleNames, isTooLarge, MAXIMUM_BYTES, MAXIMUM_DEPTH } from './limits.ts';

/** An object of so many levels. */
const nested = (levels: number): Record<string, unknown> => (levels === 1 ? {} : { a: nested(levels - 1) });
const overhead = JSON.stringify({ text: '' }).length;

describe('a form is too large', () => {
  test('with more bytes than it may have, as they go over the wire', () => {
    expect(isTooLarge({ text: 'x'.repeat(MAXIMUM_BYTES - overhead) })).toBe(false);
    expect(isTooLarge({ text: 'x'.repeat(MAXIMUM_BYTES - overhead + 1) })).toBe(true);
    expect(isTooLarge({ text: '镇'.repeat(MAXIMUM_BYTES / 3) })).toBe(true);
  });

  test('with more levels than it may have, also in lists', () => {
    expect(isTooLarge(nested(MAXIMUM_DEPTH))).toBe(false);
    expect(isTooLarge(nested(MAXIMUM_DEPTH + 1))).toBe(true);
    expect(isTooLarge(JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`))).toBe(true);
  });

  test.each([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0, -0, 0.1, 1e-100])('not with %d', (n) => {
    expect(isTooLarge({ a: [n] })).toBe(false);
  });

  test.each([Number.MAX_SAFE_INTEGER + 1, -(2 ** 53), 1e21, JSON.parse('1e999'), 1e-101, -1e-300])(
    'with %d, which the table cannot hold',
    (n) => {
      expect(isTooLarge({ a: [{ b: n }] })).toBe(true);
    },
  );
});

test('names that no object can keep are told, at any depth', () => {
  expect(impossibleNames(JSON.parse('{"a": [{"__proto__": {"": 1}}], "b": null, "constructor": {"prototype": 1}}'))).toEqual([
    '__proto__',
    '',
  ]);
  expect(impossibleNames({ a: { b: [1, 'x', null] } })).toEqual([]);
});
