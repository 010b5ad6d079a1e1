import { describe, expect, test } from 'vitest';
import { DATA, FORM, formWith, REVIEW } from './casework.fixture.ts';
import { conditionsOf, syntaxError } from './conditions.ts';
import type { Check, Form } from './form.ts';

const FACTS = { data: DATA, results: {}, department: 'education' };
const check = (when: string): Form => ({ ...FORM, checks: [{ id: 'one', when, severity: 'info', text: { zh: '一', en: 'One' } }] });
const finds = async (when: string, facts: Partial<typeof FACTS> = {}): Promise<boolean> =>
  (await conditionsOf(check(when), { ...FACTS, ...facts })).checks.length > 0;

describe('an expression', () => {
  test.each([
    ['data.seats = 40', true],
    ['data.seats > 500', false],
    ["data.hall.name = 'Lotus'", true],
    ["department = 'education'", true],
    ['$not($exists(data.phone))', true],
    ["'c' in data.letters", false],
    // Only true is true: what is missing, or is something else, finds nothing.
    ['data.phone', false],
    ['data.seats', false],
    ["'true'", false],
    ['data.phone.missing.further > 3', false],
    ['data.seats > "many"', false],
    ['$error("no")', false],
    ['$unknownFunction(data)', false],
  ])('%s: %s', async (text, holds) => {
    expect(await finds(text)).toBe(holds);
  });

  test('that fails finds nothing, unless nothing may pass it', async () => {
    const failing = (severity: 'warning' | 'blocking') => {
      const [one] = check('$error("no")').checks ?? [];
      return { ...FORM, checks: [{ ...(one as Check), severity }] };
    };
    expect((await conditionsOf(failing('warning'), FACTS)).checks).toEqual([]);
    expect((await conditionsOf(failing('blocking'), FACTS)).checks).toHaveLength(1);
  });

  test('sees what services answered, by step', async () => {
    expect(await finds('results.assess.price > 5', { results: { assess: { price: 7 } } as never })).toBe(true);
    expect(await finds('results.assess.price > 5')).toBe(false);
  });

  test('changes nothing of what it looks at', async () => {
    const data = structuredClone(DATA);
    await conditionsOf(check('data ~> |hall|{"name": "Rose"}|'), { ...FACTS, data });
    await conditionsOf(check('data ~> |$|{"constructor": {"prototype": {"evil": true}}, "__proto__": {"evil": true}}|'), {
      ...FACTS,
      data,
    });
    expect(data).toEqual(DATA);
    expect(({} as Record<string, unknown>).evil).toBeUndefined();
  });

  test('is asked anew for each case', async () => {
    const forty = 'data.seats = 40';
    const both = await Promise.all([finds(forty), finds(forty, { data: { ...DATA, seats: 41 } }), finds(forty)]);
    expect(both).toEqual([true, false, true]);
  });
});

test('checks and rules are told apart, by their ids', async () => {
  const facts = { data: { ...DATA, seats: 501 }, results: { assess: { small: true } }, department: 'education' };
  expect(await conditionsOf(FORM, facts)).toEqual({ checks: ['many-seats', 'no-phone'], skips: ['review'] });
  expect(await conditionsOf({ ...formWith({ approve: { skip: { ...REVIEW.skip, when: 'true' } } }), checks: [] }, FACTS)).toEqual({
    checks: [],
    skips: ['approve'],
  });
  const { checks: _, ...unchecked } = FORM;
  expect(await conditionsOf(unchecked, FACTS)).toEqual({ checks: [], skips: [] });
});

test('what cannot be read is told with where', () => {
  expect(syntaxError('data.seats > 3')).toBeUndefined();
  expect(syntaxError('data.seats >')).toBe('Unexpected end of expression (at 12)');
  expect(syntaxError("'open")).toMatch(/^String literal must be terminated.* \(at \d+\)$/);
});
