/** Builders for the tests of this folder: a form with a step of each kind, a request on its way through it, and those who handle it. */
import { expect } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import type { Calendar } from './calendar.ts';
import { type Case, type CaseEvent, type CaseFile, replay } from './case.ts';
import { type Command, type Context, type Decided, decide, type RefusalCode } from './decide.ts';
import type { Definition, PeopleStep, ServiceStep } from './form.ts';

/** Local time in July 2026; the 1st is a Wednesday. */
export const at = (day: number, clock: string): number => Date.parse(`2026-07-${String(day).padStart(2, '0')}T${clock}:00+08:00`);
export const iso = (day: number, clock: string): string => new Date(at(day, clock)).toISOString();

export const NOW = at(1, '09:00');
export const CASE_ID = 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
export const caseId = (n: number): string => `case_${String(n).padStart(26, '0')}`;
export const fileId = (n: number): string => `file_${String(n).padStart(26, '0')}`;

/** Thursday the 2nd is a holiday and Saturday the 11th is worked. */
export const CALENDAR: Calendar = { offsetMinutes: 480, closing: '17:30', holidays: ['2026-07-02'], workdays: ['2026-07-11'] };
export const BUREAU = 'big-data';
export const RETENTION = { draftDays: 90, caseYears: 10 };

const words = (word: string) => ({ zh: `中${word}`, en: word });

export const ASSESS: ServiceStep = {
  id: 'assess',
  name: words('Assess'),
  service: 'halls.assess',
  input: ['hall', 'seats'],
  within: { minutes: 10 },
  silent: 'unavailable',
  on: { assessed: 'review', unavailable: 'review' },
};
export const REVIEW: PeopleStep = {
  id: 'review',
  name: words('Review'),
  people: { duty: 'reviewer', at: 'bureau' },
  within: { workingDays: 2 },
  remind: { workingDays: 1 },
  overdue: { to: { duty: 'approver', at: 'bureau' }, again: { workingDays: 4 } },
  skip: { when: 'results.assess.small', outcome: 'pass', reason: words('Small') },
  askBack: { within: { workingDays: 5 } },
  reasons: ['refuse'],
  outcomes: { pass: words('Pass'), refuse: words('Refuse') },
  on: { pass: 'approve', refuse: 'refused' },
};
export const APPROVE: PeopleStep = {
  id: 'approve',
  name: words('Approve'),
  people: { duty: 'head', at: 'applicant' },
  within: { workingDays: 3 },
  overdue: { to: { duty: 'approver', at: 'bureau' }, again: { minutes: 90 } },
  askBack: { within: { minutes: 45 } },
  amends: ['granted'],
  outcomes: { agree: words('Agree'), refuse: words('Not agreed') },
  on: { agree: 'book', refuse: 'refused' },
};
export const BOOK: ServiceStep = {
  id: 'book',
  name: words('Book'),
  service: 'halls.book',
  input: ['hall', 'granted'],
  within: { minutes: 20 },
  binding: true,
  on: { booked: 'granted', full: 'not-available' },
};

/** Asks for a hall with seats; granted is how many one gets. */
export const FORM: Definition = {
  id: 'hall-booking',
  version: 3,
  digest: 'd1e2f3a4b5c6',
  name: words('Hall'),
  about: words('Ask for a hall'),
  applicants: ['it-officer'],
  subject: 'hall.name',
  files: { types: ['application/pdf', 'text/plain'], maximumBytes: 5000, maximum: 2 },
  schema: {
    type: 'object',
    required: ['hall', 'seats'],
    additionalProperties: false,
    properties: {
      hall: {
        type: 'object',
        title: words('Hall'),
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', title: words('Name'), minLength: 2 },
          'floor/level': { type: 'integer', title: words('Floor') },
        },
      },
      seats: { type: 'integer', title: words('Seats'), minimum: 1 },
      kind: {
        type: 'string',
        title: words('Kind'),
        enum: ['small', 'large'],
        'x-labels': { small: words('Small hall'), large: words('Large hall') },
      },
      phone: { type: 'string', title: words('Phone'), format: 'phone', 'x-data-class': 'phone' },
      granted: { type: 'integer', title: words('Granted'), minimum: 1 },
    },
  },
  ui: { 'ui:order': ['hall', 'seats', '*'] },
  checks: [
    { id: 'many-seats', when: 'data.seats > 500', severity: 'blocking', text: words('Too many seats'), pointer: '/seats' },
    { id: 'no-phone', when: '$not($exists(data.phone))', severity: 'warning', text: words('No phone') },
  ],
  start: 'assess',
  steps: [ASSESS, REVIEW, APPROVE, BOOK],
  outcomes: { granted: words('Granted'), refused: words('Refused'), 'not-available': words('Not available') },
};

/** The form with some of its steps changed, by their ids. */
export const formWith = (changes: Readonly<Record<string, object>>, rest: Partial<Definition> = {}): Definition => ({
  ...FORM,
  ...rest,
  steps: FORM.steps.map((step) => ({ ...step, ...changes[step.id] }) as (typeof FORM.steps)[number]),
});

export const DATA = { hall: { name: 'Lotus' }, seats: 40 };
export const JIANG = { by: 'person:jiang-he', name: 'Jiang He' };
export const PENG = { by: 'person:peng-tao', name: 'Peng Tao' };
export const FENG = { by: 'person:feng-jie', name: 'Feng Jie' };
export const HALLS = { by: 'system:halls' };
export const TIME = { by: 'system:time' };
export const RULES = { by: 'system:rules' };

const REVIEWER = { duty: 'reviewer', department: BUREAU } as const;
export const APPROVER = { duty: 'approver', department: BUREAU } as const;
const HEAD = { duty: 'head', department: 'education' } as const;

export const WARNING = { id: 'no-phone', severity: 'warning', text: words('No phone') } as const;
export const BLOCKING = { id: 'many-seats', severity: 'blocking', text: words('Too many seats'), pointer: '/seats' } as const;

export const file = (n = 1, change: Partial<CaseFile> = {}): CaseFile => ({
  fileId: fileId(n),
  name: `plan-${n}.pdf`,
  type: 'application/pdf',
  bytes: 1000 + n,
  state: 'awaited',
  ...change,
});

export const opened: CaseEvent = {
  type: 'opened',
  caseId: CASE_ID,
  form: { id: 'hall-booking', version: 3, digest: 'd1e2f3a4b5c6' },
  department: 'education',
  data: DATA,
  now: NOW,
  ...JIANG,
};
export const submitted: CaseEvent = { type: 'submitted', findings: [WARNING], now: at(1, '09:30'), ...JIANG };
export const assessing: CaseEvent = { type: 'stepStarted', step: 'assess', dueAt: at(1, '09:40'), now: at(1, '09:30'), ...JIANG };
export const assessed: CaseEvent = {
  type: 'decided',
  step: 'assess',
  outcome: 'assessed',
  findings: [{ id: 'price', severity: 'info', text: words('Costs 7') }],
  result: { price: 7 },
  now: at(1, '09:31'),
  ...HALLS,
};
export const reviewing: CaseEvent = {
  type: 'stepStarted',
  step: 'review',
  dueAt: at(6, '17:30'),
  remindAt: at(3, '17:30'),
  waitsFor: REVIEWER,
  now: at(1, '09:31'),
  ...HALLS,
};
export const returned: CaseEvent = {
  type: 'returned',
  step: 'review',
  reason: 'Which floor?',
  dueAt: at(9, '17:30'),
  now: at(1, '15:00'),
  ...PENG,
};
export const passed: CaseEvent = { type: 'decided', step: 'review', outcome: 'pass', now: at(1, '16:00'), ...PENG };
export const approving: CaseEvent = {
  type: 'stepStarted',
  step: 'approve',
  dueAt: at(7, '17:30'),
  waitsFor: HEAD,
  now: at(1, '16:00'),
  ...PENG,
};
export const agreed: CaseEvent = {
  type: 'decided',
  step: 'approve',
  outcome: 'agree',
  changes: { granted: 30 },
  now: at(3, '10:00'),
  ...FENG,
};
export const booking: CaseEvent = {
  type: 'stepStarted',
  step: 'book',
  dueAt: at(3, '10:20'),
  binding: true,
  now: at(3, '10:00'),
  ...FENG,
};
export const booked: CaseEvent = {
  type: 'decided',
  step: 'book',
  outcome: 'booked',
  findings: [],
  result: { room: 'L2' },
  now: at(3, '10:01'),
  ...HALLS,
};
export const granted: CaseEvent = { type: 'ended', outcome: 'granted', now: at(3, '10:01'), ...HALLS };

export const awaited = (n = 1): CaseEvent => ({ type: 'fileAwaited', file: file(n), now: at(1, '09:10'), ...JIANG });
export const checked = (n = 1, change: Partial<CaseFile> = { state: 'clean', sha256: 'aa11' }): CaseEvent => ({
  type: 'fileChecked',
  file: file(n, change),
  now: at(1, '09:11'),
  by: 'system:files',
});

/** Histories up to where a request waits. */
export const DRAFT = [opened];
export const ASSESSING = [...DRAFT, submitted, assessing];
export const REVIEWING = [...ASSESSING, assessed, reviewing];
export const RETURNED = [...REVIEWING, returned];
export const APPROVING = [...REVIEWING, passed, approving];
export const BOOKING = [...APPROVING, agreed, booking];
export const GRANTED = [...BOOKING, booked, granted];

export const stateOf = (...history: readonly CaseEvent[]): Case => replay(history);

export const context = (change: Partial<Context> = {}): Context => ({
  form: FORM,
  bureau: BUREAU,
  calendar: CALENDAR,
  now: NOW,
  by: 'system:casework',
  errors: [],
  conditions: { checks: [], skips: [] },
  ...change,
});

export const isRefusal = (answer: ReturnType<typeof decide>): answer is Exclude<ReturnType<typeof decide>, Decided> => 'refused' in answer;

/** given(events).when(command, by whom and when).gives(events) */
export const given = (...history: readonly CaseEvent[]) => ({
  when: (command: Command, circumstances: Partial<Context> = {}) => {
    const before = history.length === 0 ? undefined : replay(history);
    const answer = decide(before, command, context(circumstances));
    return {
      gives: (...events: readonly CaseEvent[]): void => {
        expect(isRefusal(answer) ? answer : answer.events).toEqual(events);
        if (!isRefusal(answer)) expect(answer.state).toEqual(replay([...history, ...events]));
      },
      refuses: (refused: RefusalCode, details?: object): void => {
        expect(answer).toEqual({ refused, ...(details && { details }) });
      },
      staysQuiet: (): void => {
        expect(answer).toEqual({ events: [], state: before });
      },
    };
  },
});

const principal = (id: string, name: string, ...duties: Principal['duties'][number][]): Principal => ({
  kind: 'person',
  id,
  name,
  roles: [],
  towns: [],
  duties,
  bureau: BUREAU,
});

/** The education bureau's IT officer, its head; the health bureau's; a reviewer and an approver of the bureau. */
export const jiangHe = principal('jiang-he', 'Jiang He', { department: 'education', duty: 'it-officer' });
export const fengJie = principal('feng-jie', 'Feng Jie', { department: 'education', duty: 'head' });
export const suYu = principal('su-yu', 'Su Yu', { department: 'health', duty: 'it-officer' });
export const pengTao = principal('peng-tao', 'Peng Tao', REVIEWER);
export const heMei = principal('he-mei', 'He Mei', APPROVER);
/** Reviews for Peng Tao while he is away. */
export const standIn = principal('lu-qi', 'Lu Qi', { ...REVIEWER, for: 'peng-tao' });
