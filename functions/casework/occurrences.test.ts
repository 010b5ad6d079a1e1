import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import * as casework from '#events/casework.ts';
import type { EventDefinition, Occurrence } from '#events/envelope.ts';
import { toOutbox } from '#runtime/outbox.ts';
import { type CaseEvent, replay } from './case.ts';
import {
  APPROVER,
  APPROVING,
  ASSESSING,
  agreed,
  assessed,
  assessing,
  at,
  awaited,
  BOOKING,
  booked,
  booking,
  CASE_ID,
  checked,
  DRAFT,
  FORM,
  fileId,
  GRANTED,
  granted,
  iso,
  JIANG,
  opened,
  PENG,
  passed,
  RETURNED,
  REVIEWING,
  RULES,
  returned,
  reviewing,
  submitted,
  TIME,
} from './casework.fixture.ts';
import { occurrencesOf } from './occurrences.ts';
import { farewell } from './retention.ts';

const told = (before: readonly CaseEvent[], ...events: readonly CaseEvent[]): Occurrence[] =>
  occurrencesOf(before.length === 0 ? undefined : replay(before), events, FORM);
const names = (occurrences: readonly Occurrence[]): string[] => occurrences.map(({ definition }) => definition.name);
const data = (occurrences: readonly Occurrence[]) => occurrences.map((one) => one.data);

const FACTS = { caseId: CASE_ID, form: { id: 'hall-booking', version: 3 }, department: 'education' };
const climbed: CaseEvent = { type: 'climbed', waitsFor: APPROVER, dueAt: at(10, '17:30'), now: at(6, '17:30'), ...TIME };
const askedAgain: CaseEvent = { type: 'climbed', dueAt: at(3, '10:40'), now: at(3, '10:20'), ...TIME };
const reminded: CaseEvent = { type: 'reminded', now: at(3, '17:30'), ...TIME };
const skipped: CaseEvent = { type: 'decided', step: 'review', outcome: 'pass', reason: '小', now: at(1, '09:31'), ...RULES };

const removed: CaseEvent = { type: 'fileRemoved', fileId: fileId(1), now: at(1, '09:12'), ...JIANG };

describe('told of a case', () => {
  test('nothing while it is a draft', () => {
    const saved: CaseEvent = { type: 'saved', data: {}, now: at(1, '09:13'), ...JIANG };
    expect(told([], opened, awaited(), checked(), saved)).toEqual([]);
    expect(told(REVIEWING, { type: 'assigned', to: 'peng-tao', now: at(1, '10:00'), ...PENG })).toEqual([]);
  });

  test('a file that was taken out: which one, for its object goes too', () => {
    expect(told([opened, awaited(), checked()], removed)).toMatchObject([
      { definition: { name: 'CaseFileRemoved' }, data: { ...FACTS, fileId: fileId(1) } },
    ]);
  });

  test('submitted: who sent it; the service is asked for the fields that the step names, and has a time limit', () => {
    const all = told(DRAFT, submitted, assessing);
    expect(names(all)).toEqual(['CaseSubmitted', 'StepStarted', 'StepRequested']);
    expect(data(all)).toEqual([
      { ...FACTS, applicant: 'person:jiang-he', submittedAt: iso(1, '09:30') },
      { ...FACTS, step: 'assess', attempt: 1, level: 0, waitsFor: 'halls.assess', dueAt: iso(1, '09:40') },
      {
        ...FACTS,
        applicant: 'person:jiang-he',
        step: 'assess',
        attempt: 1,
        service: 'halls.assess',
        input: { hall: { name: 'Lotus' }, seats: 40 },
      },
    ]);
  });

  test('submitted again: when that was', () => {
    const again: CaseEvent = { type: 'submitted', findings: [], now: at(2, '08:00'), ...JIANG };
    expect(data(told(RETURNED, again))).toMatchObject([{ submittedAt: iso(2, '08:00') }]);
  });

  test('a step of people: whom it waits for, until when, and when they are reminded', () => {
    const [decided, started] = told(ASSESSING, assessed, reviewing);
    expect(decided).toMatchObject({ data: { ...FACTS, step: 'assess', attempt: 1, outcome: 'assessed', by: 'system:halls' } });
    expect(started?.data).toEqual({
      ...FACTS,
      step: 'review',
      attempt: 2,
      level: 0,
      waitsFor: 'big-data/reviewer',
      dueAt: iso(6, '17:30'),
      remindAt: iso(3, '17:30'),
    });
  });

  test('a service is asked for fields that the form has by then, and for none that only seem to be there', () => {
    const form = {
      ...FORM,
      steps: FORM.steps.map((step) => (step.id === 'book' ? { ...step, input: ['granted', 'kind', 'constructor'] } : step)),
    };
    const [, , requested] = occurrencesOf(replay(APPROVING), [agreed, booking], form as typeof FORM);
    expect(requested?.data).toMatchObject({ service: 'halls.book', input: { granted: 30 } });
    expect(requested).toHaveProperty('data.input', { granted: 30 });
  });

  test('a service is told of nobody: personal data travel masked', () => {
    const form = { ...FORM, steps: FORM.steps.map((step) => (step.id === 'book' ? { ...step, input: ['granted', 'phone'] } : step)) };
    const before = { ...replay(APPROVING), data: { ...replay(APPROVING).data, phone: '13912345678' } };
    const [, , requested] = occurrencesOf(before, [agreed, booking], form as typeof FORM);
    expect(requested).toHaveProperty('data.input', { granted: 30, phone: '139****5678' });
  });

  test('a decision: by whom, for whom, why', () => {
    const full: CaseEvent = { ...passed, for: 'he-mei', reason: 'Fine' } as CaseEvent;
    expect(data(told(REVIEWING, full))).toEqual([
      { ...FACTS, step: 'review', attempt: 2, outcome: 'pass', by: 'person:peng-tao', for: 'he-mei', reason: 'Fine' },
    ]);
    expect(data(told(REVIEWING, passed))).toEqual([{ ...FACTS, step: 'review', attempt: 2, outcome: 'pass', by: 'person:peng-tao' }]);
  });

  test('a rule’s decision: of the attempt that the step would have been', () => {
    expect(data(told(ASSESSING, assessed, skipped))).toMatchObject([
      { step: 'assess', attempt: 1 },
      { step: 'review', attempt: 2, by: 'system:rules', reason: '小' },
    ]);
  });

  test('soon overdue: those who are waited for', () => {
    expect(told(REVIEWING, reminded)).toMatchObject([
      {
        definition: { name: 'StepReminded' },
        data: { ...FACTS, step: 'review', attempt: 2, waitsFor: 'big-data/reviewer', overdue: false },
      },
    ]);
  });

  test('overdue: those above, with a new time limit', () => {
    const all = told(REVIEWING, climbed);
    expect(names(all)).toEqual(['StepStarted', 'StepReminded']);
    expect(data(all)).toEqual([
      { ...FACTS, step: 'review', attempt: 2, level: 1, waitsFor: 'big-data/approver', dueAt: iso(10, '17:30') },
      { ...FACTS, step: 'review', attempt: 2, waitsFor: 'big-data/approver', overdue: true },
    ]);
  });

  test('a service that did not answer is asked again, for the same attempt', () => {
    expect(told(BOOKING, askedAgain)).toMatchObject([
      { definition: { name: 'StepStarted' }, data: { step: 'book', attempt: 4, level: 1, dueAt: iso(3, '10:40') } },
      { definition: { name: 'StepRequested' }, data: { step: 'book', attempt: 4, service: 'halls.book' } },
    ]);
  });

  test('returned: its applicant is waited for, in an attempt of its own', () => {
    expect(told(REVIEWING, returned)).toMatchObject([
      {
        definition: { name: 'StepStarted' },
        data: { ...FACTS, step: 'review', attempt: 3, level: 0, waitsFor: 'education/applicant', dueAt: iso(9, '17:30') },
      },
    ]);
  });

  test('ended: how, when and why', () => {
    expect(data(told([...BOOKING, booked], granted))).toEqual([{ ...FACTS, outcome: 'granted', endedAt: iso(3, '10:01') }]);
    const withdrawn: CaseEvent = { type: 'ended', outcome: 'withdrawn', reason: 'Not needed', now: at(1, '12:00'), ...JIANG };
    expect(data(told(DRAFT, withdrawn))).toEqual([{ ...FACTS, outcome: 'withdrawn', reason: 'Not needed', endedAt: iso(1, '12:00') }]);
  });
});

/** A request that is returned, climbs, is asked for again and is granted. */
const LONG: readonly CaseEvent[] = [
  ...[...RETURNED, { ...submitted, now: at(1, '16:00') } as CaseEvent, assessing, assessed, reviewing, reminded, climbed],
  ...[passed, { ...booking, step: 'approve', binding: false } as CaseEvent, agreed, booking, askedAgain, booked, granted],
];

test('all that is told is as its schema says', () => {
  const ajv = new Ajv({ allErrors: true, formats: { 'date-time': true } });
  const definitions = (Object.values(casework) as object[]).filter((one) => 'sample' in one) as EventDefinition[];
  const files = told([], opened, awaited(), checked(), removed);
  const all = [...told([], ...LONG), ...told([], ...ASSESSING, assessed, skipped), ...files, ...farewell({ id: CASE_ID, part: 'case' })];
  for (const { definition, data: told } of all) {
    const { data: schema } = definitions.find(({ name }) => name === definition.name) as EventDefinition;
    expect(ajv.validate(schema, told), `${definition.name}: ${ajv.errorsText()}`).toBe(true);
  }
  expect(new Set(names(all))).toEqual(new Set(definitions.map(({ name }) => name)));
});

describe('ids', () => {
  const idsOf = (history: readonly CaseEvent[]): string[] =>
    history.flatMap((event, i) => {
      const outbox = toOutbox(told(history.slice(0, i), event), { actor: event.by, trace: `request-${i}`, now: event.now });
      return outbox === undefined ? [] : (JSON.parse(outbox) as { metadata: { id: string } }[]).map(({ metadata }) => metadata.id);
    });

  test('are the same when the same is decided again', () => {
    expect(idsOf(LONG)).toEqual(idsOf(structuredClone(LONG)));
    expect(idsOf(LONG).length).toBeGreaterThan(15);
  });

  test('are different for all that is ever told of a case, even at one moment', () => {
    const atOnce = LONG.map((event) => ({ ...event, now: at(1, '09:00') }));
    for (const history of [LONG, atOnce]) expect(new Set(idsOf(history)).size).toBe(idsOf(history).length);
  });

  test('are different for another case', () => {
    const other = GRANTED.map((event) => (event.type === 'opened' ? { ...event, caseId: 'case_00000000000000000000000009' } : event));
    expect(idsOf(other).filter((id) => idsOf(GRANTED).includes(id))).toEqual([]);
  });
});
