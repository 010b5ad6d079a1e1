import Type, { type Static } from 'typebox';
import { defineEvent, type EventOf, Id, Text, Timestamp } from './envelope.ts';

const CaseFacts = {
  caseId: Id('case'),
  /** A running case keeps the version of the form's definition that it began with. */
  form: Type.Object({ id: Type.String(), version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  /** The department that applies. */
  department: Type.String(),
};

/** What a check found, for people to read beside the form. */
export const Finding = Type.Object(
  {
    id: Type.String(),
    severity: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('blocking')]),
    text: Text,
    /** JSON Pointer (RFC 6901) to the field of the form that it is about. */
    pointer: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type Finding = Static<typeof Finding>;

const Fields = Type.Record(Type.String(), Type.Unknown(), { description: 'Fields of the form, as its definition names them' });

/** What a step of a case asks of the capability that owns the resource. */
export const StepRequested = defineEvent({
  source: 'casework',
  name: 'StepRequested',
  version: 1,
  description: 'A case waits for a capability: `service` says which and for what. It answers by an event of the shape StepAnswer.',
  data: Type.Object(
    {
      ...CaseFacts,
      /** Who sent the request: `person:…`, `service:…`, or `system:…` where the platform opened the case. */
      applicant: Type.String(),
      step: Type.String(),
      /** Counts the times that this step began: an answer to an earlier one counts for nothing. */
      attempt: Type.Integer({ minimum: 1 }),
      /** `<capability>.<what>`, e.g. cloud-quota.allocate */
      service: Type.String(),
      input: Fields,
    },
    { additionalProperties: false },
  ),
  sample: {
    caseId: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
    form: { id: 'cloud-quota', version: 1 },
    department: 'education',
    applicant: 'person:jiang-he',
    step: 'assess',
    attempt: 1,
    service: 'cloud-quota.assess',
    input: { zone: 'government', amounts: { vcpu: 8, memoryGiB: 16 }, months: 12 },
  },
});

/** The answer's shape; each capability publishes it as an event of its own. */
export const StepAnswer = Type.Object(
  {
    caseId: Id('case'),
    step: Type.String(),
    attempt: Type.Integer({ minimum: 1 }),
    /** One of the outcomes that the form's definition names for the step. */
    outcome: Type.String(),
    findings: Type.Array(Finding),
    /** Facts for later steps, kept with the case under the step's id. */
    result: Fields,
  },
  { additionalProperties: false },
);
export type StepAnswer = Static<typeof StepAnswer>;

/** A case that the platform opens by itself, for a person to decide on; each capability publishes it as an event of its own. */
export const CaseProposal = Type.Object(
  {
    /** The same proposal opens one case, however often it is told. */
    proposalId: Type.String({ maxLength: 128 }),
    formId: Type.String(),
    department: Type.String(),
    data: Fields,
    reason: Text,
  },
  { additionalProperties: false },
);
export type CaseProposal = Static<typeof CaseProposal>;

const caseSample = {
  caseId: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  form: { id: 'cloud-quota', version: 1 },
  department: 'education',
};

export const CaseSubmitted = defineEvent({
  source: 'casework',
  name: 'CaseSubmitted',
  version: 1,
  description: 'A request was sent, or opened by the platform.',
  data: Type.Object({ ...CaseFacts, applicant: Type.String(), submittedAt: Timestamp }, { additionalProperties: false }),
  sample: { ...caseSample, applicant: 'person:jiang-he', submittedAt: '2026-07-01T09:00:00.000+08:00' },
});

export const StepStarted = defineEvent({
  source: 'casework',
  name: 'StepStarted',
  version: 1,
  description: 'A case waits: for people who hold a duty, for a service, or for its applicant to amend it; its timers follow from this.',
  data: Type.Object(
    {
      ...CaseFacts,
      step: Type.String(),
      attempt: Type.Integer({ minimum: 1 }),
      /** How often it was overdue. */
      level: Type.Integer({ minimum: 0 }),
      /** `<department>/<duty>`, `<department>/applicant` where it was returned, or a service. */
      waitsFor: Type.String(),
      remindAt: Type.Optional(Timestamp),
      dueAt: Type.Optional(Timestamp),
    },
    { additionalProperties: false },
  ),
  sample: {
    ...caseSample,
    step: 'review',
    attempt: 1,
    level: 0,
    waitsFor: 'big-data/reviewer',
    remindAt: '2026-07-02T09:00:00.000+08:00',
    dueAt: '2026-07-03T09:00:00.000+08:00',
  },
});

export const StepReminded = defineEvent({
  source: 'casework',
  name: 'StepReminded',
  version: 1,
  description: 'A step is overdue or about to be; those who are waited for are told.',
  data: Type.Object(
    { ...CaseFacts, step: Type.String(), attempt: Type.Integer({ minimum: 1 }), waitsFor: Type.String(), overdue: Type.Boolean() },
    { additionalProperties: false },
  ),
  sample: { ...caseSample, step: 'review', attempt: 1, waitsFor: 'big-data/reviewer', overdue: false },
});

export const StepDecided = defineEvent({
  source: 'casework',
  name: 'StepDecided',
  version: 1,
  description: 'A person decided a step, or a rule or time did (`by` then begins with `system:`).',
  data: Type.Object(
    {
      ...CaseFacts,
      step: Type.String(),
      attempt: Type.Integer({ minimum: 1 }),
      outcome: Type.String(),
      by: Type.String(),
      /** Whose duty it was, where it was held by delegation. */
      for: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  sample: { ...caseSample, step: 'review', attempt: 1, outcome: 'approve', by: 'person:peng-tao' },
});

export const CaseEnded = defineEvent({
  source: 'casework',
  name: 'CaseEnded',
  version: 1,
  description: 'A case has its outcome: granted, refused, withdrawn, lapsed, or what its definition names.',
  data: Type.Object(
    { ...CaseFacts, outcome: Type.String(), endedAt: Timestamp, reason: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  sample: { ...caseSample, outcome: 'granted', endedAt: '2026-07-03T10:00:00.000+08:00' },
});

export const CaseFileRemoved = defineEvent({
  source: 'casework',
  name: 'CaseFileRemoved',
  version: 1,
  description: 'A file was taken out of a request; its object goes too.',
  data: Type.Object({ ...CaseFacts, fileId: Id('file') }, { additionalProperties: false }),
  sample: { ...caseSample, fileId: 'file_01JZ1Q2W3E4R5T6Y7V8X9C0B1N' },
});

export const CaseLapsed = defineEvent({
  source: 'casework',
  name: 'CaseLapsed',
  version: 1,
  description: 'A case was kept as long as it may be (`retention` of the district) and is gone; its history and its files go too.',
  data: Type.Object({ caseId: CaseFacts.caseId }, { additionalProperties: false }),
  sample: { caseId: caseSample.caseId },
});

export type CaseworkEvent =
  | EventOf<typeof StepRequested>
  | EventOf<typeof CaseSubmitted>
  | EventOf<typeof StepStarted>
  | EventOf<typeof StepReminded>
  | EventOf<typeof StepDecided>
  | EventOf<typeof CaseEnded>
  | EventOf<typeof CaseFileRemoved>
  | EventOf<typeof CaseLapsed>;
