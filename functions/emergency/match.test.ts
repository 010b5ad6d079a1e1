import { describe, expect, test } from 'vitest';
import { alert, CONFIG, FLOOD, NOW, post, WATCH } from './emergency.fixture.ts';
import { matchPlan, peopleFor } from './match.ts';
import type { Step } from './plan.ts';

describe('the plan of an alert', () => {
  const planOf = (change: Parameters<typeof alert>[1], plans = CONFIG.plans) => matchPlan({ plans }, alert(1, change))?.id;

  test('is the one of its domain, rule and level', () => {
    expect(planOf({ level: 'red' })).toBe('flood');
    expect(planOf({ level: 'yellow' })).toBe('water-watch');
  });

  test('needs no rule to be named: a plan without serves all of its domain', () => {
    expect(planOf({ level: 'blue', ruleId: 'main-surge' })).toBe('water-watch');
  });

  test('is none when rule, level or domain match none', () => {
    expect(planOf({ level: 'red', ruleId: 'main-surge' })).toBeUndefined();
    expect(planOf({ level: 'yellow' }, [{ domain: 'water', plan: FLOOD }])).toBeUndefined();
    expect(planOf({ domain: 'weather' })).toBeUndefined();
  });

  test('is the first that matches', () => {
    const wide = { ...WATCH, id: 'wide', match: { levels: ['blue' as const, 'orange' as const] } };
    const plans = [
      { domain: 'weather', plan: { ...wide, id: 'elsewhere' } },
      { domain: 'water', plan: wide },
      { domain: 'water', plan: FLOOD },
    ];
    expect(planOf({ level: 'orange' }, plans)).toBe('wide');
    expect(planOf({ level: 'orange' }, plans.toReversed())).toBe('flood');
  });
});

describe('the people of a step', () => {
  const called = (step: Step | undefined, town = 'wanan', config = CONFIG) =>
    peopleFor(config, step as Step, town, NOW).map(({ id }) => id);
  const [townStep, districtStep, cityStep] = FLOOD.steps;

  test('of a town are those on duty in that town', () => {
    expect(called(townStep, 'wanan')).toEqual(['li-na']);
    expect(called(townStep, 'jinshan')).toEqual(['zhou-ting']);
  });

  test('of the district and the city serve every town', () => {
    expect(called(districtStep)).toEqual(['wang-qiang', 'chen-jing']);
    expect(called(cityStep, 'jinshan')).toEqual(['he-mei']);
  });

  test('are of the role and the scope that the step names', () => {
    const posts = [
      ...CONFIG.posts,
      post('other-role', { role: 'medic', scope: 'district' }, 'zhao-min'),
      post('other-scope', { role: 'commander', scope: 'city' }, 'zhao-min'),
    ];
    expect(called(districtStep, 'wanan', { ...CONFIG, posts })).toEqual(['wang-qiang', 'chen-jing']);
  });

  test('are called once however many posts they hold', () => {
    const posts = CONFIG.posts.map((one) =>
      one.scope === 'district' ? { ...one, rotation: { ...one.rotation, members: ['he-mei'] } } : one,
    );
    expect(called(districtStep, 'wanan', { ...CONFIG, posts })).toEqual(['he-mei']);
  });

  test('are nobody where no post exists or nobody is on duty', () => {
    expect(called(townStep, 'elsewhere')).toEqual([]);
    const posts = CONFIG.posts.map((one) => ({ ...one, rotation: { ...one.rotation, until: '2026-07-01T11:00' } }));
    expect(called(cityStep, 'wanan', { ...CONFIG, posts })).toEqual([]);
  });

  test('follow the district’s clock', () => {
    const posts = [
      {
        ...post('liaison', { role: 'liaison', scope: 'city' }),
        rotation: { start: '2026-07-01T11:00', hours: 1, members: ['li-na', 'he-mei'] },
      },
    ];
    expect(called(cityStep, 'wanan', { ...CONFIG, posts })).toEqual(['li-na']);
    expect(called(cityStep, 'wanan', { ...CONFIG, posts, timezone: 'Asia/Tokyo' })).toEqual(['he-mei']);
  });
});
