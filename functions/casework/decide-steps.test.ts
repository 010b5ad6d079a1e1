import { describe, expect, test } from 'vitest';
import type { CaseEvent } from './case.ts';
import {
  APPROVE,
  APPROVING,
  ASSESSING,
  agreed,
  approving,
  assessed,
  assessing,
  at,
  BOOKING,
  booking,
  context,
  DRAFT,
  FENG,
  formWith,
  GRANTED,
  given,
  PENG,
  passed,
  RETURNED,
  REVIEW,
  REVIEWING,
  RULES,
  returned,
  reviewing,
  submitted,
} from './casework.fixture.ts';
import { decide, dutyOf, MAXIMUM_RETURNS } from './decide.ts';

const skipping = (...skips: string[]) => ({ conditions: { checks: [] as string[], skips } });
const MISSING = [{ pointer: '/seats', message: { zh: '缺少', en: 'is missing' } }];

describe('decide', () => {
  const pass = { type: 'decide', step: 'review', outcome: 'pass' } as const;
  const refuse = { type: 'decide', step: 'review', outcome: 'refuse', reason: 'No money' } as const;
  const agree = { type: 'decide', step: 'approve', outcome: 'agree', changes: { granted: 30 } } as const;
  const now = at(1, '16:00');

  test('goes to the next step', () =>
    given(...REVIEWING)
      .when(pass, { now, ...PENG })
      .gives(passed, approving));
  test('ends it with its reason', () => {
    given(...REVIEWING)
      .when(refuse, { now, ...PENG })
      .gives(
        { type: 'decided', step: 'review', outcome: 'refuse', reason: 'No money', now, ...PENG },
        { type: 'ended', outcome: 'refused', reason: 'No money', now, ...PENG },
      );
  });
  test('sets fields, and begins a step that binds', () => {
    given(...APPROVING)
      .when(agree, { now: at(3, '10:00'), ...FENG })
      .gives(agreed, booking);
  });
  test('may set nothing', () => {
    const { changes: _, ...plain } = agreed as Extract<CaseEvent, { type: 'decided' }>;
    given(...APPROVING)
      .when({ ...agree, changes: {} }, { now: at(3, '10:00'), ...FENG })
      .gives(plain, booking);
  });
  test('keeps a reason that was not needed', () => {
    given(...REVIEWING)
      .when({ ...pass, reason: 'Fine' }, { now, ...PENG })
      .gives({ ...passed, reason: 'Fine' } as CaseEvent, approving);
  });
  test('records whose duty it was, in all that follows from it but what a rule decides', () => {
    const form = formWith({ approve: { skip: { ...REVIEW.skip, outcome: 'refuse' } } });
    given(...REVIEWING)
      .when(pass, { form, now, ...PENG, for: 'he-mei', ...skipping('approve') })
      .gives(
        { ...passed, for: 'he-mei' },
        { type: 'decided', step: 'approve', outcome: 'refuse', reason: '中Small', now, ...RULES },
        { type: 'ended', outcome: 'refused', now, ...PENG, for: 'he-mei' },
      );
  });

  test('of another step is refused: it was decided meanwhile', () => {
    given(...APPROVING)
      .when(pass)
      .refuses('case-not-at-step');
    given(...RETURNED)
      .when(pass)
      .refuses('case-not-at-step');
    given(...DRAFT)
      .when(pass)
      .refuses('case-not-at-step');
  });
  test('of a service’s step is refused', () => {
    given(...ASSESSING)
      .when({ type: 'decide', step: 'assess', outcome: 'assessed' })
      .refuses('step-is-not-decided-by-people');
  });
  test('when it has ended is refused', () =>
    given(...GRANTED)
      .when(pass)
      .refuses('case-ended'));
  test.each(['approve', 'constructor', '__proto__', ''])('by the outcome “%s”, which the step does not have, is refused', (outcome) => {
    given(...REVIEWING)
      .when({ ...pass, outcome })
      .refuses('unknown-outcome', { known: ['pass', 'refuse'] });
  });
  test('without the reason that it needs is refused', () => {
    given(...REVIEWING)
      .when({ ...refuse, reason: '' })
      .refuses('reason-required');
    given(...REVIEWING)
      .when({ type: 'decide', step: 'review', outcome: 'refuse' })
      .refuses('reason-required');
  });
  test('that sets what is not its to set is refused', () => {
    given(...APPROVING)
      .when({ ...agree, changes: { granted: 1, seats: 2 } })
      .refuses('field-not-amendable', { fields: ['seats'] });
    given(...REVIEWING)
      .when({ ...pass, changes: { granted: 1 } })
      .refuses('field-not-amendable', { fields: ['granted'] });
    const sly = JSON.parse('{"__proto__": {"granted": 1}}');
    given(...APPROVING)
      .when({ ...agree, changes: sly })
      .refuses('field-not-amendable', { fields: ['__proto__'] });
  });
  test('that sets what the form does not accept is refused', () => {
    given(...APPROVING)
      .when(agree, { errors: MISSING })
      .refuses('form-incomplete', { errors: MISSING });
  });
});

describe('return', () => {
  const back = { type: 'return', step: 'review', reason: 'Which floor?' } as const;
  const now = at(1, '15:00');
  /** Returned and sent again, so many times. */
  const rounds = (n: number): CaseEvent[] =>
    Array.from({ length: n }, (): CaseEvent[] => [returned, submitted, assessing, assessed, reviewing]).flat();

  test('asks the applicant, who has so many working days', () =>
    given(...REVIEWING)
      .when(back, { now, ...PENG })
      .gives(returned));
  test('forgets what decisions had set', () => {
    const form = formWith({ approve: { on: { agree: 'review', refuse: 'refused' } }, review: { on: { pass: 'book', refuse: 'refused' } } });
    given(...APPROVING, agreed, { ...reviewing, now: at(3, '10:00') } as CaseEvent)
      .when(back, { form, now, ...PENG })
      .gives({ ...returned, forgets: ['granted'] } as CaseEvent);
  });
  test('is refused where the step does not ask back', () => {
    const { askBack: _, ...review } = REVIEW;
    const form = formWith({});
    given(...REVIEWING)
      .when(back, { form: { ...form, steps: [form.steps[0] as never, review] } })
      .refuses('no-asking-back');
  });
  test('is refused when it was done as often as may be', () => {
    given(...REVIEWING, ...rounds(MAXIMUM_RETURNS - 1))
      .when(back, { now, ...PENG })
      .gives(returned);
    given(...REVIEWING, ...rounds(MAXIMUM_RETURNS))
      .when(back)
      .refuses('asked-back-too-often', { maximum: MAXIMUM_RETURNS });
  });
  test('of another step, of a service’s, of what has ended is refused', () => {
    given(...APPROVING)
      .when(back)
      .refuses('case-not-at-step');
    given(...ASSESSING)
      .when({ ...back, step: 'assess' })
      .refuses('step-is-not-decided-by-people');
    given(...RETURNED)
      .when(back)
      .refuses('case-not-at-step');
    given(...GRANTED)
      .when(back)
      .refuses('case-ended');
  });
});

describe('assign', () => {
  const now = at(1, '10:00');
  const toPeng: CaseEvent = { type: 'assigned', to: 'peng-tao', now, ...PENG };

  test('claims it, hands it over, gives it back', () => {
    given(...REVIEWING)
      .when({ type: 'assign', to: 'peng-tao' }, { now, ...PENG })
      .gives(toPeng);
    given(...REVIEWING, toPeng)
      .when({ type: 'assign', to: 'lu-qi' }, { now, ...PENG })
      .gives({ ...toPeng, to: 'lu-qi' } as CaseEvent);
    given(...REVIEWING, toPeng)
      .when({ type: 'assign' }, { now, ...PENG })
      .gives({ type: 'assigned', now, ...PENG });
  });
  test('to whom it is assigned is no news', () => {
    given(...REVIEWING, toPeng)
      .when({ type: 'assign', to: 'peng-tao' })
      .staysQuiet();
    given(...REVIEWING)
      .when({ type: 'assign' })
      .staysQuiet();
  });
  test('where no people are waited for is refused', () => {
    for (const history of [DRAFT, ASSESSING, RETURNED, BOOKING])
      given(...history)
        .when({ type: 'assign', to: 'x' })
        .refuses('case-not-at-step');
    given(...GRANTED)
      .when({ type: 'assign', to: 'x' })
      .refuses('case-ended');
  });
});

test('a duty is held in the department that applies, or in the bureau', () => {
  expect(dutyOf(REVIEW.people, 'education', 'big-data')).toEqual({ duty: 'reviewer', department: 'big-data' });
  expect(dutyOf(APPROVE.people, 'education', 'big-data')).toEqual({ duty: 'head', department: 'education' });
});

test('a command on no case is a mistake of ours', () => {
  expect(() => decide(undefined, { type: 'submit' }, context())).toThrow('submit on no case');
});
