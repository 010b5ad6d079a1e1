import { describe, expect, test } from 'vitest';
import { type CaseEvent, evolve, replay } from './case.ts';
import {
  APPROVER,
  APPROVING,
  ASSESSING,
  agreed,
  at,
  awaited,
  BOOKING,
  booked,
  CASE_ID,
  checked,
  DATA,
  DRAFT,
  FENG,
  file,
  fileId,
  GRANTED,
  HALLS,
  JIANG,
  NOW,
  opened,
  PENG,
  passed,
  RETURNED,
  REVIEWING,
  returned,
  stateOf,
  submitted,
  TIME,
  WARNING,
} from './casework.fixture.ts';

const SU = { by: 'person:su-yu' };

describe('a case is what its history makes it', () => {
  test('opened: a draft of whoever opened it', () => {
    expect(stateOf(opened)).toEqual({
      caseId: CASE_ID,
      form: { id: 'hall-booking', version: 3, digest: 'd1e2f3a4b5c6' },
      department: 'education',
      applicant: 'person:jiang-he',
      people: ['jiang-he'],
      data: DATA,
      files: [],
      findings: [],
      results: {},
      deciders: {},
      openedAt: NOW,
      attempts: 0,
      returns: 0,
      bound: false,
      phase: { at: 'draft' },
    });
  });

  test('opened by the platform: nobody had a hand in it', () => {
    expect(stateOf({ ...opened, by: 'system:halls' })).toMatchObject({ applicant: 'system:halls', people: [] });
  });

  test('saved: other data, and one more who had a hand in it', () => {
    const saved: CaseEvent = { type: 'saved', data: { seats: 50 }, now: at(1, '09:20'), ...SU };
    expect(stateOf(opened, saved)).toEqual({ ...stateOf(opened), data: { seats: 50 }, people: ['jiang-he', 'su-yu'] });
    expect(stateOf(opened, saved, { ...saved, now: at(1, '09:21') }).people).toEqual(['jiang-he', 'su-yu']);
    expect(stateOf(opened, { ...saved, by: 'service:su-yu-ci' }).people).toEqual(['jiang-he', 'su-yu-ci']);
    expect(stateOf(opened, { ...saved, by: 'system:halls' }).people).toEqual(['jiang-he']);
  });

  test('files: awaited, checked, removed', () => {
    expect(stateOf(opened, { ...awaited(1), ...SU } as CaseEvent)).toEqual({
      ...stateOf(opened),
      files: [file(1)],
      people: ['jiang-he', 'su-yu'],
    });
    const two = [opened, awaited(1), awaited(2), checked(1)];
    expect(stateOf(...two)).toEqual({ ...stateOf(opened), files: [file(2), file(1, { state: 'clean', sha256: 'aa11' })] });
    const removed: CaseEvent = { type: 'fileRemoved', fileId: fileId(2), now: at(1, '09:12'), ...SU };
    expect(stateOf(...two, removed)).toMatchObject({ files: [{ fileId: fileId(1) }], people: ['jiang-he', 'su-yu'] });
  });

  test('submitted: with what checks found, and without what was answered to an earlier version of it', () => {
    expect(stateOf(...DRAFT, { ...submitted, ...SU } as CaseEvent)).toEqual({
      ...stateOf(opened),
      findings: [WARNING],
      submittedAt: at(1, '09:30'),
      people: ['jiang-he', 'su-yu'],
    });
    const again: CaseEvent = { type: 'submitted', findings: [], now: at(2, '08:00'), ...JIANG };
    expect(stateOf(...RETURNED, again)).toMatchObject({ findings: [], results: {}, submittedAt: at(1, '09:30'), returns: 1 });
  });

  test('at a step: each beginning is another attempt', () => {
    expect(stateOf(...ASSESSING).phase).toEqual({
      at: 'step',
      step: 'assess',
      attempt: 1,
      since: at(1, '09:30'),
      level: 0,
      dueAt: at(1, '09:40'),
    });
    expect(stateOf(...REVIEWING)).toMatchObject({
      attempts: 2,
      results: { assess: { price: 7 } },
      findings: [WARNING, { id: 'price' }],
      phase: { step: 'review', attempt: 2, remindAt: at(3, '17:30'), waitsFor: { duty: 'reviewer', department: 'big-data' } },
    });
  });

  test('assigned and given back', () => {
    const toPeng: CaseEvent = { type: 'assigned', to: 'peng-tao', now: at(1, '10:00'), ...PENG };
    const back: CaseEvent = { type: 'assigned', now: at(1, '10:05'), ...PENG };
    expect(stateOf(...REVIEWING, toPeng)).toEqual({
      ...stateOf(...REVIEWING),
      phase: { ...stateOf(...REVIEWING).phase, assignee: 'peng-tao' },
    });
    expect(stateOf(...REVIEWING, toPeng, back)).toEqual(stateOf(...REVIEWING));
  });

  test('reminded once', () => {
    const { remindAt: _, ...phase } = stateOf(...REVIEWING).phase as Extract<ReturnType<typeof stateOf>['phase'], { at: 'step' }>;
    expect(stateOf(...REVIEWING, { type: 'reminded', now: at(3, '17:30'), ...TIME })).toEqual({ ...stateOf(...REVIEWING), phase });
  });

  test('climbed: others are waited for, nobody has it in hand, and the attempt is the same', () => {
    const toPeng: CaseEvent = { type: 'assigned', to: 'peng-tao', now: at(1, '10:00'), ...PENG };
    const climbed: CaseEvent = { type: 'climbed', waitsFor: APPROVER, dueAt: at(10, '17:30'), now: at(6, '17:30'), ...TIME };
    expect(stateOf(...REVIEWING, toPeng, climbed).phase).toEqual({
      at: 'step',
      step: 'review',
      attempt: 2,
      since: at(1, '09:31'),
      level: 1,
      dueAt: at(10, '17:30'),
      waitsFor: APPROVER,
    });
    expect(stateOf(...ASSESSING, { type: 'climbed', dueAt: at(1, '09:50'), now: at(1, '09:40'), ...TIME }).phase).toMatchObject({
      level: 1,
      dueAt: at(1, '09:50'),
      since: at(1, '09:30'),
    });
  });

  test('decided: with what it sets, found and was answered', () => {
    expect(stateOf(...APPROVING, agreed).data).toEqual({ ...DATA, granted: 30 });
    expect(stateOf(...APPROVING, passed).data).toEqual(DATA);
    expect(stateOf(...BOOKING, booked).results).toEqual({ assess: { price: 7 }, book: { room: 'L2' } });
  });

  test('bound from a binding step on', () => {
    expect([ASSESSING, REVIEWING, APPROVING, BOOKING, GRANTED].map((history) => stateOf(...history).bound)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('returned: waits anew, and what decisions set is forgotten', () => {
    expect(stateOf(...RETURNED)).toMatchObject({
      returns: 1,
      attempts: 3,
      phase: {
        at: 'returned',
        from: 'review',
        attempt: 3,
        since: at(1, '15:00'),
        dueAt: at(9, '17:30'),
        by: 'person:peng-tao',
        reason: 'Which floor?',
      },
    });
    const late: CaseEvent = {
      type: 'returned',
      step: 'book',
      reason: 'Who pays?',
      dueAt: at(9, '17:30'),
      forgets: ['granted'],
      now: at(3, '11:00'),
      ...FENG,
    };
    expect(stateOf(...BOOKING, late).data).toEqual(DATA);
    expect(stateOf(...BOOKING, { ...late, forgets: [] }).data).toEqual({ ...DATA, granted: 30 });
  });

  test('ended', () => {
    expect(stateOf(...GRANTED)).toMatchObject({ phase: { at: 'ended', outcome: 'granted', endedAt: at(3, '10:01') } });
    expect(stateOf(...DRAFT, { type: 'ended', outcome: 'withdrawn', reason: 'Not needed', now: at(1, '10:00'), ...JIANG }).phase).toEqual({
      at: 'ended',
      outcome: 'withdrawn',
      endedAt: at(1, '10:00'),
      reason: 'Not needed',
    });
  });
});

describe('a history that cannot be is an error, for nothing may be guessed from our own record', () => {
  const someday = { now: at(4, '08:00'), ...HALLS };
  test.each<[string, readonly CaseEvent[]]>([
    ['without anything', []],
    ['that does not begin with its opening', [submitted]],
    ['that opens twice', [opened, opened]],
    ['assigned in a draft', [opened, { type: 'assigned', to: 'x', ...someday }]],
    ['reminded in a draft', [opened, { type: 'reminded', ...someday }]],
    ['climbed while returned', [...RETURNED, { type: 'climbed', dueAt: 1, ...someday }]],
    ['returned twice', [...RETURNED, returned]],
    ['returned in a draft', [opened, returned]],
    ['that goes on after its end', [...GRANTED, { type: 'saved', data: {}, ...someday }]],
    ['that ends twice', [...GRANTED, { type: 'ended', outcome: 'refused', ...someday }]],
    ['with a file after its end', [...GRANTED, checked()]],
  ])('%s', (_, history) => {
    expect(() => replay(history)).toThrow(/without history|before anything|: \w+ while (draft|step|returned|ended)$/);
  });
});

test('an event leaves the case before it as it was', () => {
  for (const [i, event] of GRANTED.entries()) {
    const before = i === 0 ? undefined : Object.freeze(replay(GRANTED.slice(0, i)));
    const copy = structuredClone(before);
    evolve(before, event);
    expect(before).toEqual(copy);
  }
});
