import { describe, expect, test } from 'vitest';
import { change, type Files, load, mistakes, sample } from './sample.fixture.ts';

const FORMS = 'domains/water/forms/halls.yaml';
const files: Files = {
  ...sample,
  [FORMS]: `forms:
  - id: hall-booking
    version: 3
    name: { zh: 会议室申请, en: Hall }
    about: { zh: 申请会议室。, en: Ask for a hall. }
    applicants: [it-officer]
    subject: name
    files: { types: [application/pdf], maximumBytes: 5000, maximum: 2 }
    schema:
      type: object
      required: [name]
      properties:
        name: { type: string, title: { zh: 名称, en: Name } }
        kind: { type: string, enum: [small, large], x-labels: { small: { zh: 小, en: Small }, large: { zh: 大, en: Large } } }
        granted: { type: integer, minimum: 1 }
    checks:
      - { id: no-kind, when: $not($exists(data.kind)), severity: warning, text: { zh: 未选, en: No kind }, pointer: /kind }
    start: review
    steps:
      - id: review
        name: { zh: 审核, en: Review }
        people: { duty: reviewer, at: bureau }
        within: { workingDays: 2 }
        remind: { workingDays: 1 }
        overdue: { to: { duty: head, at: applicant }, again: { workingDays: 1 } }
        skip: { when: data.kind = 'small', outcome: pass, reason: { zh: 小, en: Small } }
        amends: [granted]
        outcomes: { pass: { zh: 通过, en: Pass }, refuse: { zh: 不通过, en: Refuse } }
        on: { pass: book, refuse: refused }
      - id: book
        name: { zh: 预订, en: Book }
        service: halls.book
        input: [name, granted]
        within: { minutes: 10 }
        binding: true
        on: { done: granted }
    outcomes:
      granted: { zh: 已订, en: Granted }
      refused: { zh: 未准, en: Refused }
`,
};

test('a form that is right is loaded as it is written', () => {
  const { forms } = load(files).domains[0] as { forms: readonly { id: string; start: string }[] };
  expect(forms).toMatchObject([{ id: 'hall-booking', version: 3, start: 'review' }]);
});

/** One slip, and all that is said about it, each at its line and column. */
const says = (from: string, to: string): string[] => mistakes(change(FORMS, from, to, files)).map((text) => text.replace(`${FORMS}:`, ''));

describe('its shape', () => {
  const id = 'expected an id of lower-case letters, digits and hyphens that begins with a letter';
  test.each<[string, string, string, string]>([
    [
      'an unknown duty',
      'duty: reviewer',
      'duty: reviewr',
      '22:25: forms[0].steps[0].people.duty: expected one of it-officer | head | reviewer | approver | operator | registrar | auditor, found "reviewr"',
    ],
    [
      'an unknown duty of those who apply',
      '[it-officer]',
      '[officer]',
      '6:18: forms[0].applicants[0]: expected one of it-officer | head | reviewer | approver | operator | registrar | auditor, found "officer"',
    ],
    [
      'people who are nowhere',
      'at: applicant',
      'at: applicnt',
      '25:42: forms[0].steps[0].overdue.to.at: expected one of applicant | bureau, found "applicnt"',
    ],
    ['no time at all', 'workingDays: 2', 'workingDays: 0', '23:32: forms[0].steps[0].within.workingDays: expected at least 1, found 0'],
    [
      'a time limit that is none',
      'within: { minutes: 10 }',
      'within: 10',
      '34:17: forms[0].steps[1].within: expected a mapping (name: value), found 10',
    ],
    ['no ways', 'on: { done: granted }', 'on: {}', '36:13: forms[0].steps[1].on: expected at least one entry, found a mapping'],
    [
      'a way of a strange name',
      'on: { done: granted',
      'on: { done: granted, __proto__: granted',
      `36:30: forms[0].steps[1].on.__proto__: ${id}, found unknown field "__proto__"`,
    ],
    [
      'an outcome of a strange name',
      '      refused: { zh: 未准',
      '      Refused: { zh: 未准',
      `39:7: forms[0].outcomes.Refused: ${id}, found unknown field "Refused"`,
    ],
    ['a step of a strange name', '- id: book', '- id: Book', `30:13: forms[0].steps[1].id: ${id}, found "Book"`],
    [
      'a word that was misspelt',
      '        binding',
      '        bindign',
      '35:9: forms[0].steps[1].bindign: expected one of the fields id | name | service | input | within | silent | binding | on, found unknown field "bindign"; did you mean "binding"?',
    ],
    [
      'a service without a capability',
      'halls.book',
      'book',
      '32:18: forms[0].steps[1].service: expected text that matches ^[a-z][a-z-]+\\.[a-z][a-z-]+$, found "book"',
    ],
    [
      'words in one language',
      '{ zh: 未准, en: Refused }',
      '{ zh: 未准 }',
      '39:16: forms[0].outcomes.refused.en: expected a field of this name (string), found nothing',
    ],
    [
      'an unknown severity',
      'severity: warning',
      'severity: wrong',
      '17:66: forms[0].checks[0].severity: expected one of info | warning | blocking, found "wrong"',
    ],
  ])('%s', (_, from, to, said) => {
    expect(says(from, to)).toEqual([said]);
  });

  test('both mistakes of two steps are told', () => {
    const twice = change(FORMS, 'minutes: 10', 'minutes: 0', change(FORMS, 'duty: reviewer', 'duty: reviewr', files));
    expect(mistakes(twice).map((text) => text.split(': ')[1])).toEqual([
      'forms[0].steps[0].people.duty',
      'forms[0].steps[1].within.minutes',
    ]);
  });
});

describe('its schema', () => {
  test('is JSON Schema', () => {
    expect(says('{ type: integer, minimum', '{ type: integr, minimum')).toEqual([
      expect.stringMatching(
        /^10:7: forms\[0\]\.schema: expected a JSON Schema \(2020-12\), found schema is invalid: data\/properties\/granted\/type /,
      ),
    ]);
    expect(says('minimum: 1 }', 'minimun: 1 }')).toEqual([
      '10:7: forms[0].schema: expected a JSON Schema (2020-12), found strict mode: unknown keyword: "minimun"',
    ]);
  });

  test('has its words in both languages, also those of choices', () => {
    expect(says('{ zh: 名称, en: Name }', 'Name')).toEqual([
      '13:38: forms[0].schema.properties.name.title: expected words in both languages { zh, en }, found "Name"',
    ]);
    expect(says('{ zh: 名称, en: Name }', '{ zh: 名称 }')).toEqual([
      '13:38: forms[0].schema.properties.name.title: expected words in both languages { zh, en }, found a mapping',
    ]);
    expect(says('enum: [small, large]', 'enum: [small, larger]')).toEqual([
      '14:64: forms[0].schema.properties.kind.x-labels.larger: expected words in both languages { zh, en }, found nothing',
    ]);
  });
});

test('its choices are from lists that the district has', () => {
  expect(says('minimum: 1 }', 'minimum: 1, x-enum-of: departmens }')).toEqual([
    '15:58: forms[0].schema.properties.granted.x-enum-of: expected one of the lists departments | zones | dataClasses | kinds, found "departmens"; did you mean "departments"?',
  ]);
  expect(says('{ type: integer, minimum: 1 }', '{ x-amounts-of: kind }')).toEqual([
    '15:34: forms[0].schema.properties.granted.x-amounts-of: expected one of the lists departments | zones | dataClasses | kinds, found "kind"; did you mean "kinds"?',
  ]);
  expect(says('{ type: integer, minimum: 1 }', '{ x-amounts-of: kinds }')).toEqual([]);
});

describe('its expressions', () => {
  test.each([
    [
      '$not($exists(data.kind))',
      '"$not($exists(data.kind)"',
      '17:30: forms[0].checks[0].when: expected a JSONata expression that can be read, found Expected ")"',
    ],
    [
      "when: data.kind = 'small'",
      'when: data.kind =',
      '26:23: forms[0].steps[0].skip.when: expected a JSONata expression that can be read, found Unexpected end of expression',
    ],
  ])('can be read', (from, to, said) => {
    expect(says(from, to)).toEqual([expect.stringContaining(said)]);
  });
});

describe('its steps', () => {
  test.each<[string, string, string, string]>([
    [
      'a loop',
      'done: granted',
      'done: granted, again: review',
      '36:37: forms[0].steps[1].on.again: expected no step that was passed already (askBack asks for amendments), found "review → book → review"',
    ],
    [
      'a dead end',
      'pass: book',
      'pass: bok',
      '29:21: forms[0].steps[0].on.pass: expected a step or an outcome (review, book, granted, refused), found "bok"',
    ],
    [
      'an outcome that is never reached',
      'refuse: refused',
      'refuse: granted',
      '39:16: forms[0].outcomes.refused: expected a way to it from start, found "refused"',
    ],
    [
      'a step that is never reached',
      'pass: book',
      'pass: granted',
      '30:13: forms[0].steps[1].id: expected a way to it from start, found "book"',
    ],
    [
      'a step named like an outcome',
      '- id: book',
      '- id: granted',
      '30:13: forms[0].steps[1].id: expected an id that nothing else in the form has, found "granted"',
    ],
    [
      'a button without words',
      ', refuse: { zh: 不通过, en: Refuse }',
      '',
      '29:35: forms[0].steps[0].on.refuse: expected words for it in outcomes, found "refuse"',
    ],
    [
      'a rule for an outcome that there is not',
      'outcome: pass',
      'outcome: passed',
      '26:53: forms[0].steps[0].skip.outcome: expected an outcome of the step (pass, refuse), found "passed"',
    ],
    [
      'silence where it binds',
      'binding: true',
      'binding: true\n        silent: done',
      '36:17: forms[0].steps[1].silent: expected no silent in a step that changes something, found "done"',
    ],
    [
      'a field that there is not',
      'input: [name, granted]',
      'input: [name, grant]',
      '33:23: forms[0].steps[1].input[1]: expected a field of the form, found "grant"',
    ],
    [
      'a step kept apart from one that there is not',
      '        amends: [granted]',
      '        separateFrom: [reveiw]\n        amends: [granted]',
      '27:24: forms[0].steps[0].separateFrom[0]: expected a step before this one that people decide (there is none), found "reveiw"',
    ],
    [
      'a step kept apart from a later one',
      '        amends: [granted]',
      '        separateFrom: [book]\n        amends: [granted]',
      '27:24: forms[0].steps[0].separateFrom[0]: expected a step before this one that people decide (there is none), found "book"',
    ],
    [
      'a reminder when it is too late',
      'remind: { workingDays: 1 }',
      'remind: { workingDays: 2 }',
      '24:17: forms[0].steps[0].remind: expected a time shorter than within, found "{"workingDays":2}"',
    ],
    [
      'a duty that nobody can hold there',
      'duty: reviewer, at: bureau',
      'duty: reviewer, at: applicant',
      '22:39: forms[0].steps[0].people.at: expected bureau, where alone this duty means something, found "applicant"',
    ],
    [
      'a duty above that nobody can hold there',
      'duty: head',
      'duty: approver',
      '25:46: forms[0].steps[0].overdue.to.at: expected bureau, where alone this duty means something, found "applicant"',
    ],
  ])('%s', (_, from, to, said) => {
    expect(says(from, to)).toContain(said);
  });
});

test('no two forms have one id, in whatever pack', () => {
  const form = String(files[FORMS]);
  const second = { ...files, 'domains/water/forms/more.yaml': form };
  expect(mistakes(second)).toEqual([
    'domains/water/forms/more.yaml:2:9: forms[0].id: expected an id that no other form has, found "hall-booking" again',
  ]);
});

test('the forms of the district itself are right', async () => {
  const { loadConfig } = await import('./load.ts');
  const { domains } = loadConfig(`${import.meta.dirname}/../..`, 'luojiang', new Date('2026-07-01T12:00:00+08:00'));
  expect(domains.flatMap(({ forms }) => forms).length).toBeGreaterThan(5);
});
