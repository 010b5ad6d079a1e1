import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromCursor, toCursor } from './cursor.ts';
import { toProblem } from './problem.ts';
import type { Item } from './table.ts';

const key: fc.Arbitrary<Item> = fc.dictionary(
  fc.constantFrom('id', 'town', 'listKey', 'listAt'),
  fc.string({ unit: 'binary' }).map((S) => ({ S })),
);

describe('a cursor', () => {
  test('brings back the key that it was made of', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(fromCursor(toCursor(one).next)).toEqual(one);
      }),
    );
  });

  test('goes into a query string as it is', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(toCursor(one).next).toMatch(/^[\w-]+$/);
      }),
    );
  });

  test('is absent on the last page, and absent it means the first', () => {
    expect(toCursor(undefined)).toEqual({});
    expect(fromCursor(undefined)).toBeUndefined();
  });
});

const answerTo = (cursor: string) => {
  try {
    return fromCursor(cursor);
  } catch (error) {
    return toProblem(error, 'en', 'req-7');
  }
};

describe('a cursor that is none of ours', () => {
  test.each([
    ['empty', ''],
    ['no base64', '%%%%'],
    ['half of one', toCursor({ id: { S: 'river-level-wanan-01' } }).next?.slice(0, 20) as string],
    ['no JSON', Buffer.from('id=river-level-wanan-01').toString('base64url')],
  ])('%s is the caller’s mistake, and says so', (_, cursor) => {
    expect(answerTo(cursor)).toEqual({
      type: 'urn:luojiang:problem:invalid-cursor',
      title: 'Invalid request',
      status: 400,
      detail: 'The cursor is not one of ours',
      code: 'invalid-cursor',
      instance: 'urn:request:req-7',
    });
  });

  test('never ends in another error than that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const answer = answerTo(text) as { status?: unknown } | null | undefined;
        expect([undefined, 400]).toContain(answer?.status);
      }),
    );
  });
});

test.each([null, 42, 'x', [], { id: 'x' }, { id: { M: {} } }])('%j is JSON, and no key of a table', (value) => {
  const forged = Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(() => fromCursor(forged)).toThrow('invalid-cursor');
});

test('a key of another town goes on with nothing', () => {
  const { next } = toCursor({ id: { S: 'river-level-wanan-01' }, town: { S: 'wanan' } });
  expect(fromCursor(next, { town: 'wanan' })).toMatchObject({ town: { S: 'wanan' } });
  expect(() => fromCursor(next, { town: 'jinshan' })).toThrow('invalid-cursor');
});
