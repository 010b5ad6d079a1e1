import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRule, type Detector, IDLE } from './detector.ts';
import { HIGH, LOW, MINUTE, T0 } from './devices.fixture.ts';
import type { Rule } from './rule.ts';

/** What the rule makes of values a minute apart: the detector after each. */
const trace = (rule: Rule, values: readonly number[], start: Detector = IDLE): Detector[] => {
  const { step } = compileRule(rule, 'water', 0);
  let now = start;
  return values.map((value, i) => {
    now = step(now, value, T0 + i * MINUTE);
    return now;
  });
};
const levels = (rule: Rule, values: readonly number[], start?: Detector): number[] => trace(rule, values, start).map(({ level }) => level);
const at = (level: number, change: Partial<Detector> = {}): Detector => ({
  ...IDLE,
  level,
  episode: 5,
  startedAt: T0 - 90 * MINUTE,
  ...change,
});
const patient = (wait: NonNullable<Rule['for']>): Rule => ({ ...HIGH, for: wait });

describe('a level', () => {
  test('begins at its very bound: blue, yellow, orange, red', () => {
    expect([2.99, 3, 3.99, 4, 4.99, 5, 5.99, 6, 11].map((value) => levels(HIGH, [value])[0])).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('below a bound counts in a rule `below`, the bound itself too', () => {
    const rule: Rule = { ...HIGH, when: 'below', levels: { blue: 4, yellow: 3, orange: 2, red: 1 } };
    expect([4.01, 4, 3.01, 3, 2, 1.01, 1, -5].map((value) => levels(rule, [value])[0])).toEqual([0, 1, 1, 2, 3, 3, 4, 4]);
  });

  test('that the rule does not name is left out', () => {
    const rule: Rule = { ...HIGH, levels: { yellow: 4, red: 6 } };
    expect([3.5, 4, 5.5, 6].map((value) => levels(rule, [value])[0])).toEqual([0, 2, 2, 4]);
  });

  test('is known by its bound, in the measure’s own unit and sign', () => {
    const { bound } = compileRule(LOW, 'drought', 0);
    expect([bound(1), bound(4)]).toEqual([1, 0.25]);
    expect(compileRule(HIGH, 'water', 0).bound(3)).toBe(5);
  });

  test('at bound 0 is told as 0', () => {
    expect(compileRule({ ...LOW, levels: { blue: 0 } }, 'drought', 0).bound(1)).toBe(0);
    expect(levels({ ...HIGH, levels: { blue: 0 } }, [-0.1, 0])).toEqual([0, 1]);
  });
});

describe('hysteresis', () => {
  test('holds a level until the value came back by more than it', () => {
    expect(levels(HIGH, [3, 2.5, 2.49])).toEqual([1, 1, 0]);
    expect(levels(LOW, [1.125, 1.13], at(1))).toEqual([1, 0]);
  });

  test('eases each level on the way down, none on the way up', () => {
    expect(levels(HIGH, [6, 5.5, 5.49, 4.5, 4.49, 3.5, 3.49, 2.5, 2.4])).toEqual([4, 4, 3, 3, 2, 2, 1, 1, 0]);
    expect(levels(HIGH, [5.49, 5.9])).toEqual([3, 3]);
  });

  test('drops over several levels at once', () => {
    expect(levels(HIGH, [6, 3.6])).toEqual([4, 2]);
    expect(levels(HIGH, [6, 1])).toEqual([4, 0]);
  });

  test('of 0 ends a level as soon as the value leaves the bound', () => {
    expect(levels({ ...HIGH, hysteresis: 0 }, [3, 2.999, 3])).toEqual([1, 0, 1]);
  });
});

describe('`for`', () => {
  test('so many readings in a row', () => {
    expect(levels(patient({ readings: 3 }), [3, 3, 3, 3])).toEqual([0, 0, 1, 1]);
    expect(levels(patient({ readings: 3 }), [3, 3, 2, 3, 3, 3])).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test('so many minutes, to the millisecond, by the readings’ own times', () => {
    const { step } = compileRule(patient({ minutes: 10 }), 'water', 0);
    const waiting = step(IDLE, 3, T0);
    expect(step(waiting, 3, T0 + 10 * MINUTE - 1).level).toBe(0);
    expect(step(waiting, 3, T0 + 10 * MINUTE).level).toBe(1);
  });

  test('both when both are given', () => {
    const both = patient({ readings: 3, minutes: 4 });
    expect(levels(both, [3, 3, 3, 3, 3])).toEqual([0, 0, 0, 0, 1]);
    const { step } = compileRule(both, 'water', 0);
    expect(step(step(IDLE, 3, T0), 3, T0 + 60 * MINUTE).level).toBe(0);
  });

  test('the level that counts is the lowest seen while it waited', () => {
    expect(levels(patient({ readings: 3 }), [6, 4, 5])).toEqual([0, 0, 2]);
    expect(levels(patient({ readings: 2 }), [6, 6])).toEqual([0, 4]);
    expect(levels(patient({ readings: 2 }), [3, 6, 6])).toEqual([0, 1, 1]);
  });

  test('a higher level waits as long as the first, from the reading on that showed it; the one that holds stays', () => {
    expect(levels(patient({ readings: 2 }), [3, 3, 4, 4, 5, 5])).toEqual([0, 1, 1, 2, 2, 3]);
    expect(levels(patient({ minutes: 2 }), [3, 3, 3, 5, 5, 5])).toEqual([0, 0, 1, 1, 1, 3]);
  });

  test('a reading that falls back begins the wait for a higher level anew', () => {
    expect(levels(patient({ readings: 2 }), [4, 3, 4, 4], at(1))).toEqual([1, 1, 1, 2]);
    expect(levels(patient({ readings: 2 }), [4, 2, 3, 4], at(1))).toEqual([1, 0, 0, 1]);
  });

  test('what waits is remembered: since when, how often, at which level', () => {
    expect(trace(patient({ readings: 3 }), [5, 4]).at(-1)).toEqual({ level: 0, episode: 0, startedAt: 0, pending: 2, count: 2, since: T0 });
    expect(trace(patient({ readings: 3 }), [5, 4, 1]).at(-1)).toEqual(IDLE);
  });
});

describe('an episode', () => {
  test('is counted when it begins, not when its level changes, and begins where the wait began', () => {
    const [, begun, , changed, ended, , again] = trace(patient({ readings: 2 }), [3, 3, 4, 4, 1, 3, 3]);
    expect(begun).toEqual({ level: 1, episode: 1, startedAt: T0, pending: 0, count: 0, since: 0 });
    expect(changed).toEqual({ ...begun, level: 2 });
    expect(ended).toEqual({ ...begun, level: 0 });
    expect(again).toEqual({ level: 1, episode: 2, startedAt: T0 + 5 * MINUTE, pending: 0, count: 0, since: 0 });
  });
});

describe('whatever the values', () => {
  const quarters = (from: number, to: number) => fc.integer({ min: from * 4, max: to * 4 }).map((n) => n / 4);
  const rule = fc
    .record({
      bounds: fc.uniqueArray(quarters(-6, 6), { minLength: 4, maxLength: 4 }).map((all) => all.sort((a, b) => a - b)),
      named: fc.subarray(['blue', 'yellow', 'orange', 'red'] as const, { minLength: 1 }),
      hysteresis: quarters(0, 2),
      readings: fc.integer({ min: 1, max: 3 }),
      minutes: fc.constantFrom(undefined, 1, 2),
    })
    .map(({ bounds, named, hysteresis, readings, minutes }): Rule => {
      const colours = ['blue', 'yellow', 'orange', 'red'] as const;
      const own = Object.fromEntries(named.map((colour) => [colour, bounds[colours.indexOf(colour)]]));
      return { ...HIGH, levels: own, hysteresis, for: { readings, ...(minutes && { minutes }) } };
    });
  const values = fc.array(quarters(-8, 8), { maxLength: 25, size: 'max' });

  /** The highest level whose bound, eased, a value reaches: the definition, from the top. */
  const demanded = (levelsOf: Rule['levels'], value: number, ease: number): number =>
    [levelsOf.blue, levelsOf.yellow, levelsOf.orange, levelsOf.red].findLastIndex((bound) => bound !== undefined && value >= bound - ease) +
    1;

  test('a rule `below` is a rule `above` in the mirror', () => {
    fc.assert(
      fc.property(rule, values, (above, all) => {
        const mirrored = Object.fromEntries(Object.entries(above.levels).map(([colour, bound]) => [colour, -bound]));
        const below: Rule = { ...above, when: 'below', levels: mirrored };
        const negated = all.map((value) => -value);
        expect(trace(below, negated)).toEqual(trace(above, all));
      }),
    );
  });

  test('a level never holds that the value, eased, does not reach, nor one lower than the value demands at once', () => {
    fc.assert(
      fc.property(rule, values, (any, all) => {
        const instant: Rule = { ...any, for: { readings: 1 } };
        for (const [i, level] of levels(any, all).entries())
          expect(level).toBeLessThanOrEqual(demanded(any.levels, all[i] as number, any.hysteresis));
        for (const [i, level] of levels(instant, all).entries()) {
          expect(level).toBeGreaterThanOrEqual(demanded(any.levels, all[i] as number, 0));
        }
      }),
    );
  });

  test('one that holds ends only beyond its hysteresis, and is then just what the eased value reaches', () => {
    fc.assert(
      fc.property(rule, values, (any, all) => {
        trace(any, all).reduce((before, after, i) => {
          const eased = demanded(any.levels, all[i] as number, any.hysteresis);
          if (after.level < before.level) expect(after.level).toBe(eased);
          else if (before.level > 0) expect(eased).toBeGreaterThanOrEqual(before.level);
          return after;
        }, IDLE);
      }),
    );
  });

  test('a level rises only to what all the readings of its wait reached', () => {
    fc.assert(
      fc.property(rule, values, (any, all) => {
        const need = any.for?.readings ?? 1;
        trace(any, all).reduce((before, after, i) => {
          if (after.level > before.level) {
            const wait = all.slice(Math.max(0, i + 1 - need), i + 1);
            expect(wait).toHaveLength(need);
            for (const value of wait) expect(demanded(any.levels, value, 0)).toBeGreaterThanOrEqual(after.level);
          }
          return after;
        }, IDLE);
      }),
    );
  });

  test('an episode is counted once each time that nothing became something', () => {
    fc.assert(
      fc.property(rule, values, (any, all) => {
        const after = trace(any, all);
        const begun = after.filter(({ level }, i) => level > 0 && (after[i - 1]?.level ?? 0) === 0).length;
        expect(after.at(-1)?.episode ?? 0).toBe(begun);
      }),
    );
  });

  test('the detector is the very same one when nothing changed', () => {
    fc.assert(
      fc.property(rule, values, (any, all) => {
        trace(any, all).reduce((before, after) => {
          if (after !== before) expect(after).not.toEqual(before);
          return after;
        }, IDLE);
      }),
    );
  });
});

test('a level whose bound was taken from the configuration ends', () => {
  const before = { ...IDLE, level: 3, episode: 5, startedAt: T0 };
  const { step, bound } = compileRule({ ...HIGH, levels: { blue: 3, yellow: 4 } }, 'water', 0);
  expect(step(before, 1, T0 + MINUTE).level).toBe(0);
  expect(bound(3)).not.toBeNaN();
});
