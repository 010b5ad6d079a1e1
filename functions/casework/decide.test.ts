import { describe, expect, test } from 'vitest';
import type { CaseProposal, StepAnswer } from '#events/casework.ts';
import type { CaseEvent } from './case.ts';
import {
  APPROVE,
  APPROVER,
  APPROVING,
  ASSESSING,
  agreed,
  approving,
  assessed,
  assessing,
  at,
  awaited,
  BLOCKING,
  BOOKING,
  booked,
  booking,
  CASE_ID,
  checked,
  context,
  DATA,
  DRAFT,
  FENG,
  file,
  fileId,
  formWith,
  GRANTED,
  given,
  granted,
  HALLS,
  JIANG,
  NOW,
  opened,
  PENG,
  passed,
  RETURNED,
  REVIEW,
  REVIEWING,
  RULES,
  returned,
  reviewing,
  submitted,
  TIME,
  WARNING,
} from './casework.fixture.ts';
import { decide, dutyOf, MAXIMUM_RETURNS } from './decide.ts';

const found = (...checks: string[]) => ({ conditions: { checks, skips: [] as string[] } });
const skipping = (...skips: string[]) => ({ conditions: { checks: [] as string[], skips } });
const MISSING = [{ pointer: '/seats', message: 'is missing' }];

describe('open', () => {
  const open = { type: 'open', caseId: CASE_ID, department: 'education', data: DATA } as const;

  test('begins a draft, however little of the form is filled in', () => {
    given()
      .when(open, { now: NOW, ...JIANG, errors: MISSING, ...found('many-seats') })
      .gives(opened);
  });
  test('records whose duty it was, where it is held by delegation', () => {
    given()
      .when(open, { now: NOW, ...JIANG, for: 'han-bo' })
      .gives({ ...opened, for: 'han-bo' });
  });
  test('of what is open already is no news', () =>
    given(...DRAFT)
      .when(open)
      .staysQuiet());
});

describe('propose', () => {
  const reason = { zh: '长期闲置', en: 'Idle for long' };
  const proposal: CaseProposal = { proposalId: 'p-1', formId: 'hall-booking', department: 'education', data: DATA, reason };
  const propose = { type: 'propose', caseId: CASE_ID, proposal } as const;
  const why = { id: 'proposed', severity: 'info', text: reason } as const;
  const now = at(1, '09:30');

  test('opens and sends it at once, with the reason for people to read', () => {
    given()
      .when(propose, { now, ...HALLS })
      .gives({ ...opened, now, ...HALLS, name: undefined } as never, { type: 'submitted', findings: [why], now, ...HALLS }, {
        ...assessing,
        now,
        ...HALLS,
        name: undefined,
      } as never);
  });
  test('is not held up by a check, but shows what it found', () => {
    const answer = decide(undefined, propose, context({ now, ...HALLS, ...found('many-seats') }));
    expect('events' in answer && answer.state.findings).toEqual([why, BLOCKING]);
  });
  test('of an incomplete form is refused', () =>
    given().when(propose, { errors: MISSING }).refuses('form-incomplete', { errors: MISSING }));
  test('of what is open already is no news', () =>
    given(...DRAFT)
      .when(propose)
      .staysQuiet());
});

describe('save', () => {
  const save = { type: 'save', data: { seats: 50 } } as const;
  const now = at(1, '09:20');
  const saved: CaseEvent = { type: 'saved', data: { seats: 50 }, now, ...JIANG };

  test('keeps a draft, complete or not', () =>
    given(...DRAFT)
      .when(save, { now, ...JIANG, errors: MISSING })
      .gives(saved));
  test('keeps an amendment', () =>
    given(...RETURNED)
      .when(save, { now, ...JIANG })
      .gives(saved));
  test.each([ASSESSING, REVIEWING, BOOKING])('is refused once it is on its way', (...history) =>
    given(...(history as CaseEvent[]))
      .when(save)
      .refuses('case-not-draft'),
  );
  test('is refused when it has ended', () =>
    given(...GRANTED)
      .when(save)
      .refuses('case-ended'));
});

describe('addFile', () => {
  const add = { type: 'addFile', file: file(2) } as const;
  const now = at(1, '09:10');

  test('awaits it', () =>
    given(...DRAFT)
      .when(add, { now, ...JIANG })
      .gives(awaited(2)));
  test('awaits it in an amendment', () =>
    given(...RETURNED)
      .when(add, { now, ...JIANG })
      .gives(awaited(2)));
  test('beyond the form’s number is refused', () => {
    given(opened, awaited(1), awaited(3)).when(add).refuses('too-many-files', { maximum: 2 });
    given(opened, awaited(1))
      .when(add, { now, ...JIANG })
      .gives(awaited(2));
  });
  test('to a form without files is refused', () => {
    const { files: _, ...form } = formWith({});
    given(...DRAFT)
      .when(add, { form })
      .refuses('too-many-files', { maximum: 0 });
  });
  test('once it is on its way is refused', () =>
    given(...REVIEWING)
      .when(add)
      .refuses('case-not-draft'));
  test('when it has ended is refused', () =>
    given(...GRANTED)
      .when(add)
      .refuses('case-ended'));
});

describe('checkFile', () => {
  const clean = file(1, { state: 'clean', sha256: 'aa11' });
  const check = { type: 'checkFile', file: clean } as const;
  const now = at(1, '09:11');
  const by = 'system:files';

  test('tells what the file is', () => given(opened, awaited()).when(check, { now, by }).gives(checked()));
  test('that comes twice is no news', () => {
    given(opened, awaited(), checked()).when(check).staysQuiet();
    given(opened, awaited(), checked(1, { state: 'refused', reason: 'is text' }))
      .when(check)
      .staysQuiet();
  });
  test('of a file that was removed is no news', () => {
    given(opened).when(check).staysQuiet();
    given(opened, awaited(2)).when(check).staysQuiet();
  });
  test('of a request that has ended is no news', () => {
    given(opened, awaited(), { type: 'ended', outcome: 'withdrawn', now, ...JIANG })
      .when(check)
      .staysQuiet();
  });
});

describe('removeFile', () => {
  const remove = { type: 'removeFile', fileId: fileId(1) } as const;
  const now = at(1, '09:12');

  test('takes it away', () =>
    given(opened, awaited())
      .when(remove, { now, ...JIANG })
      .gives({ type: 'fileRemoved', fileId: fileId(1), now, ...JIANG }));
  test('of what is not there is refused', () => given(opened, awaited(2)).when(remove).refuses('unknown-file'));
  test('once it is on its way is refused', () =>
    given(opened, awaited(), checked(), submitted, assessing).when(remove).refuses('case-not-draft'));
  test('when it has ended is refused', () =>
    given(...GRANTED)
      .when(remove)
      .refuses('case-ended'));
});

describe('submit', () => {
  const submit = { type: 'submit' } as const;
  const now = at(1, '09:30');

  test('sends it to the first step, with what checks found', () => {
    given(...DRAFT)
      .when(submit, { now, ...JIANG, ...found('no-phone') })
      .gives(submitted, assessing);
  });
  test('sends an amendment the whole way again', () => {
    given(...RETURNED)
      .when(submit, { now: at(1, '16:00'), ...JIANG })
      .gives(
        { type: 'submitted', findings: [], now: at(1, '16:00'), ...JIANG },
        { type: 'stepStarted', step: 'assess', dueAt: at(1, '16:10'), now: at(1, '16:00'), ...JIANG },
      );
  });
  test('incomplete is refused', () =>
    given(...DRAFT)
      .when(submit, { errors: MISSING })
      .refuses('form-incomplete', { errors: MISSING }));
  test('with what a check blocks is refused, and told only of that', () => {
    given(...DRAFT)
      .when(submit, found('no-phone', 'many-seats'))
      .refuses('check-blocks', { findings: [BLOCKING] });
  });
  test('with files that are not checked, or not accepted, is refused', () => {
    given(opened, awaited(1), checked(1), awaited(2))
      .when(submit)
      .refuses('file-not-ready', { files: [fileId(2)] });
    given(opened, awaited(1), checked(1, { state: 'refused', reason: 'EICAR' }))
      .when(submit)
      .refuses('file-not-ready', { files: [fileId(1)] });
    given(opened, awaited(1), checked(1))
      .when(submit, { now, ...JIANG, ...found('no-phone') })
      .gives(submitted, assessing);
  });
  test('twice is refused', () =>
    given(...ASSESSING)
      .when(submit)
      .refuses('case-not-draft'));
  test('when it has ended is refused', () =>
    given(...GRANTED)
      .when(submit)
      .refuses('case-ended'));
  test('may begin with people, and end at once by rules', () => {
    const form = formWith({ approve: { skip: { ...REVIEW.skip, outcome: 'refuse' } } }, { start: 'review' });
    given(...DRAFT)
      .when(submit, { form, now, ...JIANG, ...skipping('review', 'approve') })
      .gives(
        { ...submitted, findings: [] } as CaseEvent,
        { type: 'decided', step: 'review', outcome: 'pass', reason: '中Small', now, ...RULES },
        { type: 'decided', step: 'approve', outcome: 'refuse', reason: '中Small', now, ...RULES },
        { type: 'ended', outcome: 'refused', now, ...JIANG },
      );
  });
});

describe('withdraw', () => {
  const withdraw = { type: 'withdraw', reason: 'Not needed' } as const;
  const now = at(2, '11:00');
  const ended: CaseEvent = { type: 'ended', outcome: 'withdrawn', reason: 'Not needed', now, ...JIANG };

  test.each([
    ['a draft', DRAFT],
    ['at a service', ASSESSING],
    ['at people', REVIEWING],
    ['returned', RETURNED],
  ])('ends it: %s', (_, history) =>
    given(...history)
      .when(withdraw, { now, ...JIANG })
      .gives(ended),
  );
  test('is refused from the binding step on', () =>
    given(...BOOKING)
      .when(withdraw)
      .refuses('not-withdrawable'));
  test('is refused after a binding step too', () => {
    const form = formWith({ book: { on: { booked: 'review', full: 'not-available' } } });
    given(...BOOKING, booked, { ...reviewing, now: at(3, '10:01') } as CaseEvent)
      .when(withdraw, { form })
      .refuses('not-withdrawable');
  });
  test('of what the platform opened is refused', () => {
    given({ ...opened, ...HALLS }, submitted, assessing)
      .when(withdraw)
      .refuses('nothing-to-withdraw');
  });
  test('when it has ended is refused', () => {
    given(...GRANTED)
      .when(withdraw)
      .refuses('case-ended');
    given(...DRAFT, ended)
      .when(withdraw)
      .refuses('case-ended');
  });
});

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
      .when(says({ outcome }))
      .refuses('unknown-outcome', { known: ['assessed', 'unavailable'] });
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

test('a duty is held in the department that applies, or in the bureau', () => {
  expect(dutyOf(REVIEW.people, 'education', 'big-data')).toEqual({ duty: 'reviewer', department: 'big-data' });
  expect(dutyOf(APPROVE.people, 'education', 'big-data')).toEqual({ duty: 'head', department: 'education' });
});

test('a command on no case is a mistake of ours', () => {
  expect(() => decide(undefined, { type: 'submit' }, context())).toThrow('submit on no case');
});
