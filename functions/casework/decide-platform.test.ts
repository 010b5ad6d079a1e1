import { describe, test } from 'vitest';
import type { StepAnswer } from '#events/casework.ts';
import type { CaseEvent } from './case.ts';
import {
  APPROVER,
  APPROVING,
  ASSESSING,
  approving,
  assessed,
  assessing,
  at,
  BLOCKING,
  BOOKING,
  booked,
  CASE_ID,
  DRAFT,
  GRANTED,
  given,
  granted,
  HALLS,
  PENG,
  passed,
  RETURNED,
  REVIEW,
  REVIEWING,
  RULES,
  reviewing,
  submitted,
  TIME,
  WARNING,
} from './casework.fixture.ts';
import { dutyOf } from './decide.ts';

const skipping = (...skips: string[]) => ({ conditions: { checks: [] as string[], skips } });

describe('answer', () => {
  const findings = (assessed as Extract<CaseEvent, { type: 'decided' }>).findings ?? [];
  const answer: StepAnswer = {
    caseId: CASE_ID,
    step: 'assess',
    attempt: 1,
    outcome: 'assessed',
    findings: [...findings],
    result: { price: 7 },
  };
  const says = (change: Partial<StepAnswer> = {}) => ({ type: 'answer', answer: { ...answer, ...change } }) as const;
  const now = at(1, '09:31');

  test('goes to the next step, with what it found', () =>
    given(...ASSESSING)
      .when(says(), { now, ...HALLS })
      .gives(assessed, reviewing));
  test('goes past people where a rule decides', () => {
    given(...ASSESSING)
      .when(says(), { now, ...HALLS, ...skipping('review') })
      .gives(
        assessed,
        { type: 'decided', step: 'review', outcome: 'pass', reason: '中Small', now, ...RULES },
        { type: 'stepStarted', step: 'approve', dueAt: at(7, '17:30'), waitsFor: { duty: 'head', department: 'education' }, now, ...HALLS },
      );
  });
  test('does not go past people whose step has no rule', () => {
    given(...ASSESSING)
      .when(says(), { now, ...HALLS, ...skipping('approve') })
      .gives(assessed, reviewing);
    given(...REVIEWING)
      .when({ type: 'decide', step: 'review', outcome: 'pass' }, { now: at(1, '16:00'), ...PENG, ...skipping('approve') })
      .gives(passed, approving);
  });
  test('ends it', () => {
    given(...BOOKING)
      .when(says({ step: 'book', attempt: 4, outcome: 'booked', findings: [], result: { room: 'L2' } }), { now: at(3, '10:01'), ...HALLS })
      .gives(booked, granted);
  });
  test('ends it with the reason that blocks', () => {
    const full = says({ step: 'book', attempt: 4, outcome: 'full', findings: [WARNING, BLOCKING], result: {} });
    given(...BOOKING)
      .when(full, { now: at(3, '10:01'), ...HALLS })
      .gives(
        { type: 'decided', step: 'book', outcome: 'full', findings: [WARNING, BLOCKING], result: {}, now: at(3, '10:01'), ...HALLS },
        { type: 'ended', outcome: 'not-available', reason: '中Too many seats', now: at(3, '10:01'), ...HALLS },
      );
  });
  test('that comes twice is no news', () =>
    given(...REVIEWING)
      .when(says())
      .staysQuiet());
  test('to an earlier attempt, or a later one, is no news', () => {
    const again = [...RETURNED, submitted, assessing];
    given(...again)
      .when(says({ attempt: 1 }))
      .staysQuiet();
    given(...again)
      .when(says({ attempt: 5 }))
      .staysQuiet();
  });
  test('for another step, for people’s, or after the end is no news', () => {
    given(...ASSESSING)
      .when(says({ step: 'book' }))
      .staysQuiet();
    given(...REVIEWING)
      .when(says({ step: 'review', attempt: 2, outcome: 'pass' }))
      .staysQuiet();
    given(...RETURNED)
      .when(says({ step: 'review', attempt: 3 }))
      .staysQuiet();
    given(...DRAFT)
      .when(says())
      .staysQuiet();
    given(...GRANTED)
      .when(says({ step: 'book', attempt: 4 }))
      .staysQuiet();
  });
  test.each(['review', 'constructor'])('“%s”, which the step does not have, is refused', (outcome) => {
    given(...ASSESSING)
      .when(says({ outcome }), HALLS)
      .refuses('unknown-outcome', { known: ['assessed', 'unavailable'] });
  });
  test.each([TIME, PENG, { by: 'system:halls-2' }])('is only for the capability that was asked: $by', (by) => {
    given(...ASSESSING)
      .when(says(), by)
      .refuses('not-the-service-asked');
  });
});

describe('timer', () => {
  const due = (attempt: number, level = 0) => ({ type: 'timer', attempt, level, kind: 'due' }) as const;
  const remind = (attempt: number, level = 0) => ({ type: 'timer', attempt, level, kind: 'remind' }) as const;
  const reminded: CaseEvent = { type: 'reminded', now: at(3, '17:30'), ...TIME };
  const climbed: CaseEvent = { type: 'climbed', waitsFor: APPROVER, dueAt: at(10, '17:30'), now: at(6, '17:30'), ...TIME };

  test('reminds people once', () => {
    given(...REVIEWING)
      .when(remind(2), { now: at(3, '17:30') })
      .gives(reminded);
    given(...REVIEWING, reminded)
      .when(remind(2), { now: at(3, '17:30') })
      .staysQuiet();
    given(...APPROVING)
      .when(remind(3), { now: at(30, '17:30') })
      .staysQuiet();
  });
  test('that rings early is no news', () => {
    given(...REVIEWING)
      .when(remind(2), { now: at(3, '17:30') - 1 })
      .staysQuiet();
    given(...REVIEWING)
      .when(due(2), { now: at(6, '17:30') - 1 })
      .staysQuiet();
    given(...RETURNED)
      .when(due(3), { now: at(9, '17:30') - 1 })
      .staysQuiet();
  });

  test('climbs to those above, and again and again', () => {
    given(...REVIEWING)
      .when(due(2), { now: at(6, '17:30') })
      .gives(climbed);
    // Friday the 10th to Wednesday the 15th: the Saturday is worked.
    given(...REVIEWING, climbed)
      .when(due(2, 1), { now: at(10, '17:30') })
      .gives({ type: 'climbed', waitsFor: APPROVER, dueAt: at(15, '17:30'), now: at(10, '17:30'), ...TIME });
    given(...APPROVING)
      .when(due(3), { now: at(7, '18:00') })
      .gives({ type: 'climbed', waitsFor: APPROVER, dueAt: at(7, '19:30'), now: at(7, '18:00'), ...TIME });
  });
  test('of a level that was climbed already is no news', () => {
    given(...REVIEWING, climbed)
      .when(due(2), { now: at(6, '17:30') })
      .staysQuiet();
    given(...REVIEWING, climbed)
      .when(due(2), { now: at(30, '17:30') })
      .staysQuiet();
    given(...REVIEWING, climbed)
      .when(remind(2), { now: at(30, '17:30') })
      .staysQuiet();
  });

  test('takes a service’s silence for an outcome', () => {
    const now = at(1, '09:40');
    given(...ASSESSING)
      .when(due(1), { now })
      .gives(
        { type: 'decided', step: 'assess', outcome: 'unavailable', now, ...TIME },
        {
          type: 'stepStarted',
          step: 'review',
          dueAt: at(6, '17:30'),
          remindAt: at(3, '17:30'),
          waitsFor: dutyOf(REVIEW.people, 'education', 'big-data'),
          now,
          by: 'system:casework',
        },
      );
  });
  test('asks a service again where it must answer', () => {
    given(...BOOKING)
      .when(due(4), { now: at(3, '10:20') })
      .gives({ type: 'climbed', dueAt: at(3, '10:40'), now: at(3, '10:20'), ...TIME });
  });

  test('ends what was not amended in time', () => {
    given(...RETURNED)
      .when(due(3), { now: at(9, '17:30') })
      .gives({ type: 'ended', outcome: 'lapsed', reason: 'Which floor?', now: at(9, '17:30'), ...TIME });
  });
  test('of the step that asked back does not end the amendment', () => {
    given(...RETURNED)
      .when(due(2), { now: at(9, '17:30') })
      .staysQuiet();
    given(...RETURNED)
      .when(remind(3), { now: at(9, '17:30') })
      .staysQuiet();
  });
  test('of an earlier attempt, of a draft, of what has ended is no news', () => {
    const now = at(30, '09:00');
    given(...APPROVING)
      .when(due(2), { now })
      .staysQuiet();
    given(...DRAFT)
      .when(due(1), { now })
      .staysQuiet();
    given(...GRANTED)
      .when(due(4), { now })
      .staysQuiet();
    given(...RETURNED, submitted, assessing)
      .when(due(3), { now })
      .staysQuiet();
  });
});
