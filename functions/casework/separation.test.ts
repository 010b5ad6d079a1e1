/** Separation of duties: whoever decided one step does not decide another that is to check it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Case, type CaseEvent, replay } from './case.ts';
import {
  APPROVE,
  APPROVING,
  ASSESSING,
  agreed,
  approving,
  assessed,
  at,
  booking,
  CASE_ID,
  context,
  DATA,
  FENG,
  FORM,
  formWith,
  given,
  isRefusal,
  PENG,
  passed,
  RETURNED,
  REVIEW,
  RULES,
  returned,
  reviewing,
  stateOf,
} from './casework.fixture.ts';
import { type Command, decide } from './decide.ts';
import { type Definition, isService, type PeopleStep, stepOf } from './form.ts';
import { flawsOf } from './graph.ts';
import { toFailure } from './refusals.ts';
import { separatedBy } from './separation.ts';

const form = formWith({ approve: { separateFrom: ['review'] } });
const AGREE: Command = { type: 'decide', step: 'approve', outcome: 'agree', changes: { granted: 30 } };
const REVIEWED = { step: 'review', name: { zh: '中Review', en: 'Review' } };
const now = at(3, '10:00');

describe('a step that is kept apart from an earlier one', () => {
  test('is refused to whoever decided that one, and to nobody else', () => {
    given(...APPROVING)
      .when(AGREE, { form, now, ...PENG })
      .refuses('separation-of-duties', REVIEWED);
    given(...APPROVING)
      .when(AGREE, { form, now, ...FENG })
      .gives(agreed, booking);
  });

  test('is refused also on somebody else’s behalf, and to who decided the earlier one on another’s', () => {
    given(...APPROVING)
      .when(AGREE, { form, now, ...PENG, for: 'feng-jie' })
      .refuses('separation-of-duties', REVIEWED);
    const lent: CaseEvent = { ...passed, for: 'feng-jie' };
    given(...APPROVING.slice(0, -2), lent, approving)
      .when(AGREE, { form, now, ...PENG })
      .refuses('separation-of-duties', REVIEWED);
    // Whose duty it was did not decide.
    given(...APPROVING.slice(0, -2), lent, approving)
      .when(AGREE, { form, now, ...FENG })
      .gives(agreed, booking);
  });

  test('is not theirs to ask back from either, nor to be handed to them', () => {
    given(...APPROVING)
      .when({ type: 'return', step: 'approve', reason: 'Which floor?' }, { form, now, ...PENG })
      .refuses('separation-of-duties', REVIEWED);
    given(...APPROVING)
      .when({ type: 'assign', to: 'peng-tao' }, { form, now, ...FENG })
      .refuses('separation-of-duties', REVIEWED);
    given(...APPROVING)
      .when({ type: 'assign', to: 'feng-jie' }, { form, now, ...PENG })
      .gives({ type: 'assigned', to: 'feng-jie', now, ...PENG });
  });

  test('is anybody’s where the form does not say so, or a rule passed the earlier one', () => {
    given(...APPROVING)
      .when(AGREE, { now: agreed.now, ...PENG })
      .gives({ ...agreed, ...PENG }, { ...booking, ...PENG });
    const byRule: CaseEvent = { type: 'decided', step: 'review', outcome: 'pass', now: passed.now, ...RULES };
    given(...APPROVING.slice(0, -2), byRule, approving)
      .when(AGREE, { form, now, ...PENG })
      .gives({ ...agreed, ...PENG }, { ...booking, ...PENG });
  });
});

describe('after a return', () => {
  const back: CaseEvent = { ...returned, step: 'approve', ...FENG } as CaseEvent;
  const again = ASSESSING.slice(1);
  const byFeng: CaseEvent = { ...passed, ...FENG } as CaseEvent;

  test('who decides it this time counts, not who did before', () => {
    const history = [...APPROVING, back, ...again, assessed, reviewing, byFeng, approving];
    given(...history)
      .when(AGREE, { form, now, ...FENG })
      .refuses('separation-of-duties', REVIEWED);
    given(...history)
      .when(AGREE, { form, now, ...PENG })
      .gives({ ...agreed, ...PENG }, { ...booking, ...PENG });
  });

  test('a way around the earlier step frees nobody who decided it before', () => {
    given(...APPROVING, back, ...again, assessed, approving)
      .when(AGREE, { form, now, ...PENG })
      .refuses('separation-of-duties', REVIEWED);
  });

  test('a rule that passes it this time does', () => {
    const byRule: CaseEvent = { type: 'decided', step: 'review', outcome: 'pass', now: passed.now, ...RULES };
    given(...APPROVING, back, ...again, assessed, byRule, approving)
      .when(AGREE, { form, now, ...PENG })
      .gives({ ...agreed, ...PENG }, { ...booking, ...PENG });
  });

  test('nobody is kept from what waits for its applicant', () => {
    expect(separatedBy(stateOf(...APPROVING, back), form, 'peng-tao')).toBeUndefined();
    expect(separatedBy(stateOf(...RETURNED), form, 'peng-tao')).toBeUndefined();
    expect(separatedBy(stateOf(...APPROVING), form, 'peng-tao')?.id).toBe('review');
  });
});

test('the refusal names the step, in both languages', () => {
  const { kind, code, text, details } = toFailure({ refused: 'separation-of-duties', details: REVIEWED });
  expect([kind, code, details]).toEqual(['refused', 'separation-of-duties', REVIEWED]);
  expect(text.zh).toContain('中Review');
  expect(text.en).toContain('“Review”');
});

/** Three people, many steps that lead on to any later one, each apart from some before it. */
const STEPS = 5;
const PEOPLE = ['a', 'b', 'c'];
const chain: fc.Arbitrary<Definition> = fc
  .array(fc.record({ apart: fc.array(fc.nat({ max: STEPS - 1 }), { maxLength: 3 }), skip: fc.boolean() }), {
    minLength: STEPS,
    maxLength: STEPS,
  })
  .map((plans) => {
    const id = (i: number) => `step-${i}`;
    const steps = plans.map(({ apart, skip }, i): PeopleStep => {
      const later = plans.flatMap((_, j) => (j > i ? [id(j)] : []));
      const on = Object.fromEntries([...later, 'granted'].map((next) => [`to-${next}`, next]));
      const separateFrom = [...new Set(apart.filter((j) => j < i).map(id))];
      const { skip: _, reasons: __, ...base } = { ...REVIEW, ...APPROVE };
      return {
        ...{ ...base, id: id(i), on, outcomes: Object.fromEntries(Object.keys(on).map((name) => [name, REVIEW.name])) },
        ...(skip && { skip: { when: 'true', outcome: Object.keys(on)[0] as string, reason: REVIEW.name } }),
        ...(separateFrom.length > 0 && { separateFrom }),
      };
    });
    const { granted } = FORM.outcomes;
    return { ...FORM, start: id(0), steps, outcomes: { granted: granted as typeof REVIEW.name } };
  });

/** Mostly onwards to the next step, sometimes past some; sometimes back to the applicant. */
const act = fc.record({
  by: fc.constantFrom(...PEOPLE),
  way: fc.nat({ max: 9 }).map((n) => (n < 6 ? 0 : n - 6)),
  asksBack: fc.nat({ max: 5 }).map((n) => n === 0),
  hands: fc.boolean(),
  to: fc.constantFrom(...PEOPLE),
  rules: fc.nat({ max: 5 }).map((n) => n === 0),
});
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const commandsOf = ({ phase }: Case, shape: Definition, { way, asksBack, hands, to }: Act): Command[] => {
  if (phase.at !== 'step') return [{ type: 'submit' }];
  const { step } = phase;
  const ways = Object.keys(stepOf(shape, step).on);
  const decision: Command = { type: 'decide', step, outcome: ways[way % ways.length] as string };
  return [...(hands ? [{ type: 'assign', to } as const] : []), asksBack ? { type: 'return', step, reason: 'What for?' } : decision];
};

const lived = (shape: Definition, acts: readonly Act[]) => {
  const open: Command = { type: 'open', caseId: CASE_ID, department: 'education', data: DATA };
  const answer = decide(undefined, open, context({ form: shape, by: 'person:applicant' }));
  if (isRefusal(answer)) throw new Error(answer.refused);
  const history = [...answer.events];
  const states = [answer.state];
  let refused = 0;
  for (const one of acts) {
    for (const command of commandsOf(states.at(-1) as Case, shape, one)) {
      const skips = one.rules ? shape.steps.map(({ id }) => id) : [];
      const by = command.type === 'submit' ? 'person:applicant' : `person:${one.by}`;
      const next = decide(states.at(-1), command, context({ form: shape, by, conditions: { checks: [], skips } }));
      if (isRefusal(next)) refused += Number(next.refused === 'separation-of-duties');
      else {
        history.push(...next.events);
        states.push(next.state);
      }
    }
  }
  return { shape, history, states, refused };
};

describe('over random histories', () => {
  const lives = fc.tuple(chain, fc.array(act, { minLength: 5, maxLength: 40, size: 'max' })).map(([shape, acts]) => lived(shape, acts));

  test('some are refused for it, some come back and go on', () => {
    const some = fc.sample(lives, 300);
    expect(some.filter(({ refused }) => refused > 0).length).toBeGreaterThan(60);
    expect(some.filter(({ states }) => (states.at(-1)?.returns ?? 0) > 0).length).toBeGreaterThan(60);
    for (const { shape } of some) expect(flawsOf(shape).filter(({ path }) => path.includes('separateFrom'))).toEqual([]);
  });

  test('nobody decides two steps that exclude each other: whoever decided the one last is not who decides the other', () => {
    fc.assert(
      fc.property(lives, ({ shape, history, states }) => {
        expect(replay(history)).toEqual(states.at(-1));
        history.forEach((event, i) => {
          const step = event.type === 'decided' ? stepOf(shape, event.step) : undefined;
          if (!step || isService(step) || event.by.startsWith('system:')) return;
          for (const earlier of step.separateFrom ?? []) {
            const last = history.slice(0, i).findLast((one) => one.type === 'decided' && one.step === earlier);
            expect(last?.by).not.toBe(event.by);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  test('nor has such a one it in hand', () => {
    fc.assert(
      fc.property(lives, ({ shape, states }) => {
        for (const state of states) {
          const { phase } = state;
          if (phase.at === 'step' && phase.assignee !== undefined) expect(separatedBy(state, shape, phase.assignee)).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });
});
