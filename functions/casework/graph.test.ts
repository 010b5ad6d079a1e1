import { describe, expect, test } from 'vitest';
import { APPROVE, ASSESS, BOOK, FORM, formWith, REVIEW } from './casework.fixture.ts';
import type { Definition, Form, Step } from './form.ts';
import { flawsOf } from './graph.ts';

/** Each flaw as `where: what was found`. */
const flaws = (form: Form): string[] => flawsOf(form).map(({ path, found }) => `${path.join('.')}: ${found}`);
const withSteps = (...steps: Step[]): Definition => ({ ...FORM, steps });

test('a form whose steps lead every request to an outcome has no flaw', () => {
  expect(flawsOf(FORM)).toEqual([]);
});

describe('ways', () => {
  test('a loop is told where it closes, with all that lie on it', () => {
    expect(flaws(formWith({ book: { on: { booked: 'granted', full: 'review' } } }, { outcomes: { ...FORM.outcomes } }))).toEqual([
      'steps.3.on.full: review → approve → book → review',
      'outcomes.not-available: not-available',
      'steps.1.askBack: review',
      'steps.2.askBack: approve',
    ]);
  });

  test('a step that leads to itself is a loop', () => {
    expect(flaws(formWith({ assess: { on: { assessed: 'assess', unavailable: 'review' } } }))).toEqual([
      'steps.0.on.assessed: assess → assess',
    ]);
  });

  test('each loop is told once, however many ways lead into it', () => {
    const form = formWith({
      assess: { on: { assessed: 'review', unavailable: 'approve' } },
      approve: { on: { agree: 'book', refuse: 'review' } },
    });
    expect(flaws(form)).toEqual(['steps.2.on.refuse: review → approve → review']);
  });

  test('two ways that meet again are no loop', () => {
    expect(flaws(formWith({ assess: { on: { assessed: 'review', unavailable: 'approve' } } }))).toEqual([]);
  });

  test('what no way leads to is told: steps and outcomes', () => {
    const form = formWith({ review: { on: { pass: 'refused', refuse: 'refused' } } });
    expect(flaws(form)).toEqual([
      'steps.2.id: approve',
      'steps.3.id: book',
      'outcomes.granted: granted',
      'outcomes.not-available: not-available',
    ]);
  });

  test('steps in a ring of their own are not reached', () => {
    const ring = [
      { ...BOOK, id: 'a', on: { next: 'b' } },
      { ...BOOK, id: 'b', on: { next: 'a' } },
    ];
    expect(flaws(withSteps(...FORM.steps, ...ring))).toEqual(['steps.4.id: a', 'steps.5.id: b']);
  });

  test('a dead end: a way to nowhere', () => {
    expect(flaws(formWith({ approve: { on: { agree: 'boook', refuse: 'refused' } } }))).toEqual(['steps.2.on.agree: boook']);
    expect(flaws(formWith({ assess: { on: { assessed: 'review', unavailable: 'withdrawn' } } }))).toEqual([
      'steps.0.on.unavailable: withdrawn',
    ]);
  });

  test('a beginning that is no step', () => {
    expect(flaws({ ...FORM, start: 'asess' })).toEqual(['start: asess']);
    expect(flaws({ ...FORM, start: 'refused' })).toEqual(['start: refused']);
  });

  test('where names are wrong, ways are not told: one mistake is one flaw', () => {
    expect(flaws(formWith({ review: { id: 'reveiw' } }))).toEqual(['steps.0.on.assessed: review', 'steps.0.on.unavailable: review']);
  });

  test('an amendment after a step that changes something would change it twice', () => {
    const late = { ...REVIEW, id: 'sign', on: { pass: 'granted', refuse: 'refused' } };
    const form = withSteps(ASSESS, REVIEW, APPROVE, { ...BOOK, on: { booked: 'sign', full: 'not-available' } }, late);
    expect(flaws(form)).toEqual(['steps.4.askBack: sign']);
    const { askBack: _, ...final } = late;
    expect(flaws({ ...form, steps: [...form.steps.slice(0, 4), final] })).toEqual([]);
    expect(flaws({ ...form, steps: form.steps.map((step) => (step.id === 'book' ? { ...step, binding: false } : step)) })).toEqual([]);
  });
});

describe('ids', () => {
  test('of steps are each other’s and the outcomes’ neither', () => {
    expect(flaws(withSteps(...FORM.steps, { ...BOOK, id: 'assess' }))).toEqual(['steps.4.id: assess']);
    expect(flaws(withSteps(...FORM.steps, { ...BOOK, id: 'granted' }))).toEqual(['steps.4.id: granted']);
    expect(flaws(withSteps(...FORM.steps, { ...BOOK, id: 'withdrawn' }))).toEqual(['steps.4.id: withdrawn']);
    expect(flaws(withSteps(...FORM.steps, { ...BOOK, id: 'lapsed' }))).toEqual(['steps.4.id: lapsed']);
  });

  test('of outcomes are not those that every form has', () => {
    const outcomes = { ...FORM.outcomes, lapsed: { zh: '过期', en: 'Too late' } };
    expect(flaws(formWith({ book: { on: { booked: 'granted', full: 'not-available', late: 'lapsed' } } }, { outcomes }))).toEqual([
      'outcomes.lapsed: lapsed',
    ]);
  });

  test('of checks are each other’s', () => {
    const [first, second] = FORM.checks as NonNullable<Form['checks']>;
    expect(flaws({ ...FORM, checks: [first, second, { ...first, when: 'true' }] as Form['checks'] as never })).toEqual([
      'checks.2.id: many-seats',
    ]);
  });
});

describe('a step of people', () => {
  test.each<[string, object, string]>([
    ['an outcome without words for its button', { outcomes: { pass: REVIEW.outcomes.pass } }, 'on.refuse: refuse'],
    [
      'words for an outcome that it does not have',
      { outcomes: { ...REVIEW.outcomes, defer: { zh: '缓', en: 'Defer' } } },
      'outcomes.defer: defer',
    ],
    ['a rule for an unknown outcome', { skip: { ...REVIEW.skip, outcome: 'approve' } }, 'skip.outcome: approve'],
    ['a reason for an unknown outcome', { reasons: ['refuse', 'refuze'] }, 'reasons.1: refuze'],
    ['a field that the form does not have', { amends: ['granted', 'grantd'] }, 'amends.1: grantd'],
    ['a field that its applicant must fill in', { amends: ['seats'] }, 'amends.0: seats'],
    ['a reminder no sooner than the end', { remind: { workingDays: 2 } }, 'remind: {"workingDays":2}'],
    ['a reminder after the end, in minutes', { within: { minutes: 60 }, remind: { minutes: 60.5 } }, 'remind: {"minutes":60.5}'],
  ])('%s', (_, change, flaw) => {
    expect(flaws(formWith({ review: change }))).toEqual([`steps.1.${flaw}`]);
  });

  test('may remind in one unit of what ends in another', () => {
    expect(flaws(formWith({ review: { remind: { minutes: 9000 } } }))).toEqual([]);
    expect(flaws(formWith({ review: { within: { minutes: 60 }, remind: { minutes: 59 } } }))).toEqual([]);
    expect(flaws(formWith({ review: { within: { minutes: 60 }, remind: { minutes: 60 } } }))).toHaveLength(1);
    expect(flaws(formWith({ review: { within: { minutes: 60 } } }))).toEqual([]);
  });

  test('cannot ask back where nobody applied, and may set what the platform proposed', () => {
    const proposed = formWith({ approve: { amends: ['seats'] } }, { applicants: [] });
    expect(flaws(proposed)).toEqual(['steps.1.askBack: applicants: []', 'steps.2.askBack: applicants: []']);
  });
});

describe('a step is kept apart', () => {
  test('from steps before it that people decide', () => {
    expect(flaws(formWith({ approve: { separateFrom: ['review'] } }))).toEqual([]);
    const around = formWith({ assess: { on: { assessed: 'review', unavailable: 'approve' } }, approve: { separateFrom: ['review'] } });
    expect(flaws(around)).toEqual([]);
  });

  test.each<[string, string, string[], string[]]>([
    ['an unknown step', 'approve', ['review', 'reveiw'], ['steps.2.separateFrom.1: reveiw']],
    ['a later step', 'review', ['approve'], ['steps.1.separateFrom.0: approve']],
    ['itself', 'approve', ['approve'], ['steps.2.separateFrom.0: approve']],
    ['a step of a service', 'approve', ['assess'], ['steps.2.separateFrom.0: assess']],
    ['what every object has', 'approve', ['constructor', ''], ['steps.2.separateFrom.0: constructor', 'steps.2.separateFrom.1: ']],
    ['an outcome', 'approve', ['refused'], ['steps.2.separateFrom.0: refused']],
  ])('not from %s', (_, id, separateFrom, found) => {
    expect(flaws(formWith({ [id]: { separateFrom } }))).toEqual(found);
  });

  test('nor from one on another way, wherever it stands in the file', () => {
    const form = formWith({
      assess: { on: { assessed: 'review', unavailable: 'approve' } },
      review: { on: { pass: 'book', refuse: 'refused' } },
      approve: { separateFrom: ['review'] },
    });
    expect(flaws(form)).toEqual(['steps.2.separateFrom.0: review']);
    const { steps } = formWith({ approve: { separateFrom: ['review'] } });
    expect(flaws(withSteps(...[...steps].reverse()))).toEqual([]);
  });

  test('and is told which there are', () => {
    const [flaw] = flawsOf(formWith({ approve: { separateFrom: ['reveiw'] } }));
    expect(flaw?.expected).toEqual({
      zh: '在本环节之前、由人办理的环节（review）',
      en: 'a step before this one that people decide (review)',
    });
    const [none] = flawsOf(formWith({ review: { separateFrom: ['approve'] } }));
    expect(none?.expected.en).toContain('(there is none)');
  });
});

describe('a step of a service', () => {
  test.each<[string, string, object, string]>([
    ['silence that is no outcome', 'assess', { silent: 'unavailabel' }, '0.silent: unavailabel'],
    ['silence in a step that changes something', 'book', { silent: 'full' }, '3.silent: full'],
    ['a field that the form does not have', 'book', { input: ['hall', 'chairs'] }, '3.input.1: chairs'],
    ['a field named like what every object has', 'book', { input: ['constructor'] }, '3.input.0: constructor'],
    ['silence named like what every object has', 'assess', { silent: 'constructor' }, '0.silent: constructor'],
  ])('%s', (_, id, change, flaw) => {
    expect(flaws(formWith({ [id]: change }))).toEqual([`steps.${flaw}`]);
  });

  test('may be silent where it changes nothing', () => {
    expect(flaws(formWith({ book: { silent: 'full', binding: false } }))).toEqual([]);
  });
});

test('the form’s own references are to its fields', () => {
  expect(flaws({ ...FORM, subject: 'haul.name' })).toEqual(['subject: haul.name']);
  expect(flaws({ ...FORM, subject: 'seats' })).toEqual([]);
  const [check] = FORM.checks as NonNullable<Form['checks']>;
  expect(flaws({ ...FORM, checks: [{ ...check, pointer: '/chairs/0' }] as never })).toEqual(['checks.0.pointer: /chairs/0']);
});

test('every flaw says what was expected, in both languages', () => {
  const form = formWith({
    review: { reasons: ['no'], amends: ['x'] },
    book: { silent: 'full', input: ['y'] },
    approve: { on: { a: 'z' } },
  });
  for (const { expected } of [
    ...flawsOf(form),
    ...flawsOf({ ...FORM, start: 'x' }),
    ...flawsOf(formWith({ assess: { on: { a: 'assess' } } })),
  ]) {
    expect(expected.zh).toMatch(/\p{Script=Han}/u);
    expect(expected.en).toMatch(/^[\x20-\x7e]+$/);
  }
});
