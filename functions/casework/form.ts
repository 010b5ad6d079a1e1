/**
 * A form is data (domains/<pack>/forms.yaml): what is asked, what is checked, the steps that a request walks, how long each may take, and
 * what each decision does. The engine knows no form by name.
 */
import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';
import { DUTIES, type DutyName } from '#functions/identity/terms.ts';

const FormId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' });
const StepId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' });

const Duty = Type.Unsafe<DutyName>(Type.Union(DUTIES.map((duty) => Type.Literal(duty))));

/** JSONata, over `data` (the form), `results` (what services answered, by step) and `department`. */
const Expression = Type.String({ minLength: 1, maxLength: 500, description: 'JSONata → true / false，可用 data、results、department' });

/** Working days end at the district's closing time; minutes are for services. */
export const Span = Type.Union([
  Type.Object({ workingDays: Type.Integer({ minimum: 1, maximum: 120 }) }, { additionalProperties: false }),
  Type.Object({ minutes: Type.Number({ exclusiveMinimum: 0, maximum: 60 * 24 * 366 }) }, { additionalProperties: false }),
]);
export type Span = Static<typeof Span>;

/** People who hold a duty: in the department that applies, or in the bureau. */
export const Holders = Type.Object(
  { duty: Duty, at: Type.Union([Type.Literal('applicant'), Type.Literal('bureau')]) },
  { additionalProperties: false },
);
export type Holders = Static<typeof Holders>;

/** Outcome of the step -> the next step, or the case's outcome. */
const Next = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }), Type.String(), {
  minProperties: 1,
  additionalProperties: false,
});

export const PeopleStep = Type.Object(
  {
    id: StepId,
    name: Text,
    people: Holders,
    within: Span,
    /** Counted from the step's beginning; told once. */
    remind: Type.Optional(Span),
    /** Whom it climbs to when it is overdue, and how long they have until they are told again, and again. */
    overdue: Type.Object({ to: Holders, again: Span }, { additionalProperties: false }),
    /** Decided by rule, without a hand, where the expression is true. */
    skip: Type.Optional(Type.Object({ when: Expression, outcome: Type.String(), reason: Text }, { additionalProperties: false })),
    /** May the applicant be asked to amend, and how long have they? */
    askBack: Type.Optional(Type.Object({ within: Span }, { additionalProperties: false })),
    /** Fields that a decision may set, such as what is granted of what was asked for. */
    amends: Type.Optional(Type.Array(Type.String())),
    /** Earlier steps: whoever decided one of them does not decide this one (separation.ts). */
    separateFrom: Type.Optional(
      Type.Array(StepId, {
        minItems: 1,
        uniqueItems: true,
        description:
          '不相容岗位分离：办理过所列在前环节的人不得办理本环节 Separation of duties: whoever decided one of these earlier steps does not decide this one',
      }),
    ),
    /** Outcomes that need a reason. */
    reasons: Type.Optional(Type.Array(Type.String())),
    outcomes: Type.Record(Type.String(), Text, { description: 'Words of the buttons, by outcome' }),
    on: Next,
  },
  { additionalProperties: false },
);
export type PeopleStep = Static<typeof PeopleStep>;

export const ServiceStep = Type.Object(
  {
    id: StepId,
    name: Text,
    service: Type.String({ pattern: '^[a-z][a-z-]+\\.[a-z][a-z-]+$', description: '<capability>.<what>' }),
    /** Fields of the form that it is given. */
    input: Type.Array(Type.String(), { minItems: 1 }),
    within: Span,
    /** What it counts as when no answer came in time; without it the service is asked again, until it answers. */
    silent: Type.Optional(Type.String()),
    /** From here on the request can no longer be withdrawn: the step changes something, and is waited for. */
    binding: Type.Optional(Type.Boolean()),
    on: Next,
  },
  { additionalProperties: false },
);
export type ServiceStep = Static<typeof ServiceStep>;

export const Step = Type.Union([PeopleStep, ServiceStep]);
export type Step = PeopleStep | ServiceStep;

export const Check = Type.Object(
  {
    id: StepId,
    /** True where something is amiss. */
    when: Expression,
    severity: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('blocking')]),
    text: Text,
    pointer: Type.Optional(Type.String({ pattern: '^(/[^/]+)+$', description: 'JSON Pointer (RFC 6901)' })),
  },
  { additionalProperties: false },
);
export type Check = Static<typeof Check>;

/** JSON Schema 2020-12 whose `title` and `description` are texts in both languages, `x-labels` the words of an enum's values. */
export const FormSchema = Type.Record(Type.String(), Type.Unknown());
export type FormSchema = Static<typeof FormSchema>;

export const Form = Type.Object(
  {
    id: FormId,
    version: Type.Integer({
      minimum: 1,
      description: '改动定义即升版本；进行中的申请沿用旧版 A changed definition is a new version; running cases keep theirs',
    }),
    name: Text,
    about: Text,
    /** Who fills it in, in their own department; nobody where the platform alone opens it. */
    applicants: Type.Array(Duty),
    schema: FormSchema,
    /** Hints to the form's renderer (react-jsonschema-form uiSchema). */
    ui: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    checks: Type.Optional(Type.Array(Check)),
    files: Type.Optional(
      Type.Object(
        {
          types: Type.Array(Type.String({ pattern: '^[a-z]+/[a-z0-9.+-]+$' }), { minItems: 1, description: 'Media types' }),
          maximumBytes: Type.Integer({ minimum: 1, maximum: 100 * 1024 * 1024 }),
          maximum: Type.Integer({ minimum: 1, maximum: 20 }),
        },
        { additionalProperties: false },
      ),
    ),
    /** The field whose text names the case in lists. */
    subject: Type.Optional(Type.String()),
    start: Type.String(),
    steps: Type.Array(Step, { minItems: 1 }),
    outcomes: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }), Text, { minProperties: 1, additionalProperties: false }),
  },
  { additionalProperties: false },
);
export type Form = Static<typeof Form>;

/** A form as cases run by it: the digest of its text tells two apart that bear the same version by mistake. */
export type Definition = Form & { readonly digest: string };

/** Outcomes that every form has: the applicant took it back; nobody answered when asked to amend. */
export const WITHDRAWN = 'withdrawn';
export const LAPSED = 'lapsed';
export const OWN_OUTCOMES: Readonly<Record<string, Text>> = {
  [WITHDRAWN]: { zh: '已撤回', en: 'Withdrawn' },
  [LAPSED]: { zh: '逾期未补正，自动终止', en: 'Lapsed: not amended in time' },
};

export const isService = (step: Step): step is ServiceStep => 'service' in step;

export const stepOf = (form: Form, id: string): Step => {
  const step = form.steps.find((one) => one.id === id);
  if (!step) throw new Error(`${form.id} v${form.version} has no step ${id}`);
  return step;
};

/** Fields that decisions set, and applicants do not. */
export const officialFields = (form: Form): string[] => form.steps.flatMap((step) => (isService(step) ? [] : (step.amends ?? [])));

export const outcomeText = (form: Form, outcome: string): Text | undefined => form.outcomes[outcome] ?? OWN_OUTCOMES[outcome];
