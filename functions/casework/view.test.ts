import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { CaseSummary, CaseView, FormView, HistoryEntry } from './api.ts';
import type { CaseEvent } from './case.ts';
import {
  APPROVER,
  APPROVING,
  ASSESSING,
  agreed,
  assessed,
  at,
  awaited,
  BOOKING,
  CASE_ID,
  checked,
  DATA,
  DRAFT,
  FORM,
  fengJie,
  fileId,
  formWith,
  GRANTED,
  heMei,
  iso,
  JIANG,
  jiangHe,
  opened,
  PENG,
  passed,
  pengTao,
  RETURNED,
  REVIEW,
  REVIEWING,
  RULES,
  returned,
  standIn,
  stateOf,
  submitted,
  suYu,
  TIME,
} from './casework.fixture.ts';
import { mayApplyFor, present, toFormSummary, toFormView } from './present.ts';
import { toHistory, toSummary } from './view.ts';

const ajv = new Ajv({ allErrors: true, formats: { 'date-time': true } });
const accepts = (schema: object, value: unknown): void => {
  expect(ajv.validate(schema, value), ajv.errorsText()).toBe(true);
};
const summary = (history: readonly CaseEvent[]) => toSummary(stateOf(...history), 4, FORM);
const seen = (history: readonly CaseEvent[], by = heMei) =>
  present(by, { state: stateOf(...history), version: 4, updatedAt: 0 }, FORM, history);

const climbed: CaseEvent = { type: 'climbed', waitsFor: APPROVER, dueAt: at(10, '17:30'), now: at(6, '17:30'), ...TIME };
const toPeng: CaseEvent = { type: 'assigned', to: 'peng-tao', now: at(1, '10:00'), ...PENG };
const withdrawn: CaseEvent = { type: 'ended', outcome: 'withdrawn', reason: 'Not needed', now: at(1, '10:00'), ...JIANG };

const SEPARATE = formWith({ approve: { people: REVIEW.people, separateFrom: ['review'] } });

const FACTS = {
  caseId: CASE_ID,
  form: { id: 'hall-booking', version: 3, name: FORM.name },
  department: 'education',
  applicant: 'person:jiang-he',
  subject: 'Lotus',
  openedAt: iso(1, '09:00'),
  version: 4,
};
const SENT = { ...FACTS, submittedAt: iso(1, '09:30') };

describe('a summary says where it is, with whom, until when and why', () => {
  test('a draft', () => expect(summary(DRAFT)).toEqual({ ...FACTS, phase: 'draft' }));
  test('at a service', () => {
    expect(summary(ASSESSING)).toEqual({
      ...SENT,
      phase: 'step',
      step: { id: 'assess', name: { zh: '中Assess', en: 'Assess' }, service: true },
      since: iso(1, '09:30'),
      dueAt: iso(1, '09:40'),
      overdue: false,
    });
  });
  test('at people', () => {
    expect(summary([...REVIEWING, toPeng])).toEqual({
      ...SENT,
      phase: 'step',
      step: { id: 'review', name: { zh: '中Review', en: 'Review' }, service: false },
      since: iso(1, '09:31'),
      dueAt: iso(6, '17:30'),
      overdue: false,
      waitsFor: { department: 'big-data', duty: 'reviewer' },
      assignee: 'peng-tao',
    });
    expect(summary([...REVIEWING, climbed])).toMatchObject({ overdue: true, waitsFor: { duty: 'approver' }, dueAt: iso(10, '17:30') });
  });
  test('returned', () => {
    expect(summary(RETURNED)).toEqual({
      ...SENT,
      phase: 'returned',
      step: { id: 'review', name: { zh: '中Review', en: 'Review' }, service: false },
      since: iso(1, '15:00'),
      dueAt: iso(9, '17:30'),
      reason: 'Which floor?',
    });
  });
  test('ended, by an outcome of the form or by one that every form has', () => {
    expect(summary(GRANTED)).toEqual({
      ...SENT,
      phase: 'ended',
      outcome: { id: 'granted', name: { zh: '中Granted', en: 'Granted' } },
      endedAt: iso(3, '10:01'),
    });
    expect(summary([...DRAFT, withdrawn])).toEqual({
      ...FACTS,
      phase: 'ended',
      outcome: { id: 'withdrawn', name: { zh: '已撤回', en: 'Withdrawn' } },
      endedAt: iso(1, '10:00'),
      reason: 'Not needed',
    });
  });
  test('is as its schema says, everywhere', () => {
    for (const history of [DRAFT, ASSESSING, [...REVIEWING, toPeng, climbed], RETURNED, BOOKING, GRANTED])
      accepts(CaseSummary, summary(history));
  });
});

describe('its subject', () => {
  const subject = (data: object, path: string | undefined = 'hall.name') =>
    toSummary({ ...stateOf(opened), data: data as never }, 1, { ...FORM, subject: path as string }).subject;

  test('is the text of the field that the form names', () => {
    expect(subject({ hall: { name: 'Rose' } })).toBe('Rose');
    expect(subject({ title: 'x'.repeat(200) }, 'title')).toHaveLength(120);
  });
  test('is missing where there is no such text', () => {
    for (const data of [{}, { hall: null }, { hall: 'Rose' }, { hall: { name: 7 } }, { hall: { name: null } }])
      expect(subject(data)).toBeUndefined();
    const { subject: _, ...form } = FORM;
    expect(toSummary(stateOf(opened), 1, form)).not.toHaveProperty('subject');
  });
});

describe('the steps of a case', () => {
  const states = (history: readonly CaseEvent[]) =>
    seen(history).steps.map(({ id, state, outcome }) => [id, state, outcome].filter(Boolean).join(' '));

  test('are open, the present one, done', () => {
    expect(states(DRAFT)).toEqual(['assess open', 'review open', 'approve open', 'book open']);
    expect(states(APPROVING)).toEqual(['assess done assessed', 'review done pass', 'approve current', 'book open']);
    expect(states(GRANTED)).toEqual(['assess done assessed', 'review done pass', 'approve done agree', 'book done booked']);
    expect(seen(GRANTED).steps[1]).toMatchObject({ at: iso(1, '16:00') });
  });
  test('say where a rule decided, and not time', () => {
    const skipped: CaseEvent = { type: 'decided', step: 'review', outcome: 'pass', now: at(1, '09:31'), ...RULES };
    const silent: CaseEvent = { type: 'decided', step: 'assess', outcome: 'unavailable', now: at(1, '09:40'), ...TIME };
    expect(states([...ASSESSING, silent, skipped]).slice(1, 2)).toEqual(['review byRule pass']);
    expect(states([opened, submitted, skipped, ...APPROVING.slice(6)])[1]).toBe('review byRule pass');
    expect(states([...ASSESSING, silent, ...APPROVING.slice(4)])[0]).toBe('assess done unavailable');
  });
  test('are those of the last run: what was decided before an amendment is decided anew', () => {
    expect(states(RETURNED)).toEqual(['assess done assessed', 'review current', 'approve open', 'book open']);
    expect(states([...RETURNED, submitted, ...ASSESSING.slice(-1)])).toEqual([
      'assess current',
      'review open',
      'approve open',
      'book open',
    ]);
  });
});

describe('a case for one caller', () => {
  test('shows what it holds, and to nobody the bucket’s versions', () => {
    const view = seen([opened, awaited(1), checked(1, { state: 'clean', sha256: 'aa11', version: 'v-9' })]);
    expect(view).toMatchObject({ data: DATA, masked: [], returns: 0, findings: [], results: {} });
    expect(view.files).toEqual([
      { fileId: fileId(1), name: 'plan-1.pdf', type: 'application/pdf', bytes: 1001, state: 'clean', sha256: 'aa11' },
    ]);
    expect(seen(GRANTED)).toMatchObject({
      results: { assess: { price: 7 }, book: { room: 'L2' } },
      findings: [{ id: 'no-phone' }, { id: 'price' }],
    });
  });

  test.each([
    ['the IT officer of a draft', jiangHe, DRAFT, ['cases:edit']],
    ['the IT officer, once it is sent: take it back', jiangHe, REVIEWING, ['cases:edit']],
    ['the IT officer, asked to amend', jiangHe, RETURNED, ['cases:edit']],
    ['the IT officer, once it binds', jiangHe, BOOKING, []],
    ['the IT officer, when it has ended', jiangHe, GRANTED, []],
    ['whoever is waited for', pengTao, REVIEWING, ['cases:decide', 'cases:assign']],
    ['whoever was waited for', pengTao, APPROVING, []],
    ['an approver, to hand over', heMei, REVIEWING, ['cases:assign']],
    ['the head, at the head’s step', fengJie, APPROVING, ['cases:decide', 'cases:assign']],
    ['anybody, at a service', heMei, ASSESSING, []],
  ])('says what %s may do', (_, by, history, may) => {
    expect(seen(history, by).may).toEqual(may);
  });

  test('is not offered to who decided the step before, and says which', () => {
    const waits = { ...APPROVING.at(-1), waitsFor: { duty: 'reviewer', department: 'big-data' } } as CaseEvent;
    const history = [...APPROVING.slice(0, -1), waits];
    const shown = (by: Principal, form = SEPARATE) => present(by, { state: stateOf(...history), version: 4, updatedAt: 0 }, form, history);
    expect(shown(pengTao)).toMatchObject({ may: ['cases:assign'], separatedBy: { id: 'review', name: REVIEW.name } });
    expect(shown(standIn)).toMatchObject({ may: ['cases:decide', 'cases:assign'] });
    expect(shown(standIn)).not.toHaveProperty('separatedBy');
    expect(shown(pengTao, FORM).may).toContain('cases:decide');
    // Whom other rules keep from it as well is told of those.
    expect(shown({ ...pengTao, duties: heMei.duties })).not.toHaveProperty('separatedBy');
    accepts(CaseView, shown(pengTao));
  });

  test('says by which text of its form it runs', () => {
    expect(seen(REVIEWING).form).toEqual({ id: 'hall-booking', version: 3, digest: 'd1e2f3a4b5c6', name: FORM.name });
  });

  test('opened by the platform is not taken back', () => {
    expect(seen([{ ...opened, by: 'system:halls' }, ...ASSESSING.slice(1)], jiangHe).may).toEqual([]);
  });

  test('has the buttons of the step that waits for people', () => {
    expect(seen(REVIEWING)).toMatchObject({
      options: [
        { id: 'pass', name: { en: 'Pass' }, needsReason: false },
        { id: 'refuse', name: { en: 'Refuse' }, needsReason: true },
      ],
      askBack: true,
      amends: [],
    });
    expect(seen(APPROVING)).toMatchObject({
      options: [{ needsReason: false }, { needsReason: false }],
      askBack: true,
      amends: ['granted'],
    });
    for (const history of [DRAFT, ASSESSING, RETURNED, GRANTED])
      expect(seen(history)).toMatchObject({ options: [], askBack: false, amends: [] });
  });

  test('is as its schema says, everywhere', () => {
    for (const history of [DRAFT, [opened, awaited(), checked()], ASSESSING, REVIEWING, RETURNED, BOOKING, GRANTED])
      accepts(CaseView, seen(history));
  });
});

describe('the history', () => {
  const long: CaseEvent[] = [
    ...[opened, awaited(), checked(), ...RETURNED.slice(1, 3), { ...assessed }, ...REVIEWING.slice(4), toPeng, climbed, returned],
    ...[{ ...passed, for: 'he-mei', reason: 'Fine' } as CaseEvent, agreed, withdrawn],
  ];

  test('says who did what, when and why, in order, and nothing of what the form holds', () => {
    const entries = toHistory(long, FORM);
    expect(entries.map(({ seq, type }) => `${seq} ${type}`)).toEqual(long.map(({ type }, i) => `${i + 1} ${type}`));
    expect(entries[0]).toEqual({ seq: 1, at: iso(1, '09:00'), type: 'opened', by: 'person:jiang-he', name: 'Jiang He' });
    expect(entries[1]).toMatchObject({ file: 'plan-1.pdf' });
    expect(entries.find(({ type }) => type === 'assigned')).toMatchObject({ to: 'peng-tao' });
    expect(entries.find(({ type }) => type === 'climbed')).toMatchObject({
      waitsFor: { department: 'big-data', duty: 'approver' },
      dueAt: iso(10, '17:30'),
    });
    expect(entries.find(({ type }) => type === 'returned')).toMatchObject({
      step: { id: 'review', name: { en: 'Review' } },
      reason: 'Which floor?',
      dueAt: iso(9, '17:30'),
    });
    expect(entries.at(-3)).toEqual({
      seq: long.length - 2,
      at: iso(1, '16:00'),
      type: 'decided',
      by: 'person:peng-tao',
      name: 'Peng Tao',
      for: 'he-mei',
      step: { id: 'review', name: { zh: '中Review', en: 'Review' } },
      outcome: 'pass',
      outcomeName: { zh: '中Pass', en: 'Pass' },
      reason: 'Fine',
    });
    expect(entries.at(-2)).toMatchObject({ changed: ['granted'] });
    expect(entries.at(-1)).toMatchObject({ outcome: 'withdrawn', reason: 'Not needed' });
    expect(JSON.stringify(entries)).not.toContain('Lotus');
    for (const entry of entries) accepts(HistoryEntry, entry);
  });
});

describe('a form', () => {
  test('is for the departments in which the caller may fill it in', () => {
    expect(mayApplyFor(jiangHe, FORM)).toEqual(['education']);
    expect(mayApplyFor({ ...jiangHe, duties: [...jiangHe.duties, ...suYu.duties, ...jiangHe.duties, ...fengJie.duties] }, FORM)).toEqual([
      'education',
      'health',
    ]);
    expect(mayApplyFor(fengJie, FORM)).toEqual([]);
    // The form would let heads apply; the policies let IT officers only.
    expect(mayApplyFor(fengJie, { ...FORM, applicants: ['head'] })).toEqual([]);
    const headElsewhere = { ...jiangHe, duties: [...jiangHe.duties, { department: 'health', duty: 'head' } as const] };
    expect(mayApplyFor(headElsewhere, { ...FORM, applicants: ['it-officer', 'head'] })).toEqual(['education']);
    expect(mayApplyFor(jiangHe, { ...FORM, applicants: [] })).toEqual([]);
    expect(mayApplyFor(pengTao, FORM)).toEqual([]);
  });

  test('is shown with its schema in both languages, its steps and their time limits', () => {
    const view = toFormView(jiangHe, formWith({ review: { within: { workingDays: 1 } }, book: { within: { minutes: 1 } } }));
    expect(view).toMatchObject({
      ...toFormSummary(jiangHe, FORM),
      departments: ['education'],
      schema: { zh: { properties: { seats: { title: '中Seats' } } }, en: { properties: { seats: { title: 'Seats' } } } },
      ui: { 'ui:order': ['hall', 'seats', '*'] },
      files: { types: ['application/pdf', 'text/plain'], maximumBytes: 5000, maximum: 2 },
      steps: [
        { id: 'assess', service: true, within: { zh: '10 分钟', en: '10 minutes' } },
        { id: 'review', service: false, within: { zh: '1 个工作日', en: '1 working day' } },
        { id: 'approve', within: { en: '3 working days' } },
        { id: 'book', within: { en: '1 minute' } },
      ],
    });
    accepts(FormView, view);
  });

  test('without files and hints says so', () => {
    const { files: _, ui: __, ...plain } = FORM;
    expect(toFormView(jiangHe, plain)).not.toHaveProperty('files');
    expect(toFormView(jiangHe, plain).ui).toEqual({});
    accepts(FormView, toFormView(jiangHe, plain));
  });
});
