import { describe, expect, test } from 'vitest';
import type { CaseProposal } from '#events/casework.ts';
import type { CaseEvent } from './case.ts';
import {
  ASSESSING,
  assessing,
  at,
  awaited,
  BLOCKING,
  BOOKING,
  booked,
  CASE_ID,
  checked,
  context,
  DATA,
  DRAFT,
  file,
  fileId,
  formWith,
  GRANTED,
  given,
  HALLS,
  JIANG,
  NOW,
  opened,
  RETURNED,
  REVIEW,
  REVIEWING,
  RULES,
  reviewing,
  submitted,
} from './casework.fixture.ts';
import { decide } from './decide.ts';

const found = (...checks: string[]) => ({ conditions: { checks, skips: [] as string[] } });
const skipping = (...skips: string[]) => ({ conditions: { checks: [] as string[], skips } });
const MISSING = [{ pointer: '/seats', message: { zh: '缺少', en: 'is missing' } }];

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
