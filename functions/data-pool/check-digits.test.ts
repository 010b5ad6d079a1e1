import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CREDIT, creditCode, IDENTITY, identityNumber, isCreditCode, isIdentityNumber } from './check-digits.ts';

const digits = (n: number) => fc.stringMatching(new RegExp(`^[0-9]{${n}}$`));
const born = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const first = fc.tuple(born, digits(3)).map(([day, n]) => `999999${day.toISOString().slice(0, 10).replaceAll('-', '')}${n}`);

describe('GB 11643', () => {
  test.each([
    // The two of the standard's own annex.
    ['11010519491231002X', true],
    ['440524188001010014', true],
    ['110105194912310021', false],
    ['11010519490231002X', false],
    ['110105491231002', false],
    ['', false],
  ])('%s: %s', (text, right) => expect(isIdentityNumber(text)).toBe(right));

  test('one place changed, or two neighbours exchanged, is found', () => {
    fc.assert(
      fc.property(first, fc.nat({ max: 16 }), fc.integer({ min: 1, max: 9 }), (start, place, by) => {
        const right = identityNumber(start);
        expect(isIdentityNumber(right)).toBe(true);
        const changed = [...right].with(place, String((Number(right[place]) + by) % 10)).join('');
        expect(isIdentityNumber(changed)).toBe(false);
        const [a, b] = [right[place] as string, right[place + 1] as string];
        if (place < 16 && a !== b) {
          expect(
            isIdentityNumber(
              [...right]
                .with(place, b)
                .with(place + 1, a)
                .join(''),
            ),
          ).toBe(false);
        }
      }),
    );
  });

  test('its weights are powers of two, as MOD 11-2 says', () => {
    expect([...IDENTITY.weights].reverse()).toEqual(Array.from({ length: 18 }, (_, n) => 2 ** n % 11));
  });
});

describe('GB 32100', () => {
  test.each([
    ['91350100M000100Y43', true],
    ['91350100M000100Y44', false],
    ['91350100m000100y43', false],
    ['91350100I000100Y43', false],
    ['', false],
  ])('%s: %s', (text, right) => expect(isCreditCode(text)).toBe(right));

  test('the last place makes it right, and no other does', () => {
    const signs = fc.array(fc.constantFrom(...CREDIT.alphabet), { minLength: 17, maxLength: 17 }).map((all) => all.join(''));
    fc.assert(
      fc.property(signs, (start) => {
        expect([...CREDIT.alphabet].filter((last) => isCreditCode(start + last))).toEqual([creditCode(start).at(-1)]);
      }),
    );
  });
});
