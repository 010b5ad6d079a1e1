import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Id } from '#events/envelope.ts';
import { idFor, newId } from './ids.ts';

/** Any moment that 48 bits of milliseconds hold: until the year 10889. */
const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });
/** Parts of keys are ids and numbers: none holds the NUL that joins them. */
const part = fc.oneof(fc.string({ unit: fc.constantFrom(...'abc-1罗#.') }), fc.nat());
const key = fc.array(part, { minLength: 1, maxLength: 4 });
const same = (a: readonly unknown[], b: readonly unknown[]) => a.length === b.length && a.every((one, i) => String(one) === String(b[i]));

const valid = new RegExp((Id('alt') as { pattern?: string }).pattern as string);

describe('an id', () => {
  test('is its prefix and a ULID in Crockford’s letters, as the schemas of events ask', () => {
    fc.assert(
      fc.property(moment, key, (time, parts) => {
        expect(newId('alt', time)).toMatch(valid);
        expect(idFor('alt', time, ...parts)).toMatch(valid);
      }),
    );
  });

  test('holds its time as the ULID specification writes it', () => {
    // The example of https://github.com/ulid/spec, and the largest time that fits.
    expect(newId('evt', 1_469_918_176_385).slice(4, 14)).toBe('01ARYZ6S41');
    expect(newId('evt', 2 ** 48 - 1).slice(4, 14)).toBe('7ZZZZZZZZZ');
    expect(newId('evt', 0).slice(4, 14)).toBe('0000000000');
  });

  test('sorts by time, whatever it was made of', () => {
    fc.assert(
      fc.property(moment, moment, key, key, (one, other, first, second) => {
        fc.pre(one < other);
        expect(idFor('evt', one, ...first) < idFor('evt', other, ...second)).toBe(true);
        expect(newId('evt', one) < newId('evt', other)).toBe(true);
      }),
    );
  });
});

describe('the id for a thing', () => {
  test('is the same however often it is handled', () => {
    fc.assert(
      fc.property(moment, key, (time, parts) => {
        expect(idFor('alt', time, ...parts)).toBe(idFor('alt', time, ...parts));
      }),
    );
  });

  test('is the one that was given to it before: a changed derivation would double every open alert', () => {
    expect(idFor('alt', 1_782_846_000_000, 'river-level-wanan-01', 'river-level-high', 3)).toBe('alt_01KWCYE2W0YFPY46KEP3Z7SSTS');
  });

  test('is another for another key, another time, another order or another cut of the same letters', () => {
    fc.assert(
      fc.property(moment, key, key, (time, one, other) => {
        fc.pre(!same(one, other));
        expect(idFor('alt', time, ...one)).not.toBe(idFor('alt', time, ...other));
      }),
    );
    const ids = [
      idFor('alt', 1, 'ab', 'c'),
      idFor('alt', 1, 'a', 'bc'),
      idFor('alt', 1, 'c', 'ab'),
      idFor('alt', 1, 'abc'),
      idFor('alt', 2, 'abc'),
      idFor('inc', 1, 'abc'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('uses all of its 80 bits: a thousand neighbours share no letter in every place', () => {
    const tails = Array.from({ length: 1000 }, (_, i) => idFor('alt', 7, i).slice(-16));
    expect(new Set(tails).size).toBe(1000);
    for (let place = 0; place < 16; place++) expect(new Set(tails.map((tail) => tail[place])).size).toBe(32);
  });
});

test('fresh ids of one moment differ', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newId('req', 7))).size).toBe(1000);
});

test.each([Number.NaN, -1, 1.5, 2 ** 48])('%d is no moment that an id can be of', (time) => {
  expect(() => idFor('alt', time, 'x')).toThrow(RangeError);
});
