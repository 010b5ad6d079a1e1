import Type, { type Static } from 'typebox';
import { Finding } from '#events/casework.ts';
import { Id, Text, Timestamp } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';

const closed = { additionalProperties: false } as const;

export const FormSummary = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    name: Text,
    about: Text,
    /** Departments for which the caller may fill it in. */
    departments: Type.Array(Type.String()),
  },
  closed,
);
export type FormSummary = Static<typeof FormSummary>;

export const FormView = Type.Object(
  {
    ...FormSummary.properties,
    /** JSON Schema 2020-12 in both languages, as form renderers take it. */
    schema: Type.Object({ zh: Type.Record(Type.String(), Type.Unknown()), en: Type.Record(Type.String(), Type.Unknown()) }, closed),
    ui: Type.Record(Type.String(), Type.Unknown()),
    files: Type.Optional(Type.Object({ types: Type.Array(Type.String()), maximumBytes: Type.Integer(), maximum: Type.Integer() }, closed)),
    steps: Type.Array(Type.Object({ id: Type.String(), name: Text, service: Type.Boolean(), within: Text }, closed)),
  },
  closed,
);
export type FormView = Static<typeof FormView>;

const WaitsFor = Type.Object({ department: Type.String(), duty: Type.String() }, closed);
const NamedStep = Type.Object({ id: Type.String(), name: Text, service: Type.Boolean() }, closed);

export const CaseSummary = Type.Object(
  {
    caseId: Id('case'),
    form: Type.Object({ id: Type.String(), version: Type.Integer(), name: Text }, closed),
    department: Type.String(),
    applicant: Type.String({ description: '`person:…`, `service:…`, or `system:…` where the platform opened it' }),
    subject: Type.Optional(Type.String()),
    phase: Type.Union([Type.Literal('draft'), Type.Literal('step'), Type.Literal('returned'), Type.Literal('ended')]),
    step: Type.Optional(NamedStep),
    waitsFor: Type.Optional(WaitsFor),
    assignee: Type.Optional(Type.String()),
    since: Type.Optional(Timestamp),
    dueAt: Type.Optional(Timestamp),
    overdue: Type.Optional(Type.Boolean()),
    outcome: Type.Optional(Type.Object({ id: Type.String(), name: Text }, closed)),
    endedAt: Type.Optional(Timestamp),
    /** When a draft, or a case that ended, is erased. */
    lapsesAt: Type.Optional(Timestamp),
    reason: Type.Optional(Type.String()),
    openedAt: Timestamp,
    submittedAt: Type.Optional(Timestamp),
    version: Type.Integer({ minimum: 1, description: 'Also the ETag' }),
  },
  closed,
);
export type CaseSummary = Static<typeof CaseSummary>;

export const StepView = Type.Object(
  {
    id: Type.String(),
    name: Text,
    state: Type.Union([Type.Literal('done'), Type.Literal('byRule'), Type.Literal('current'), Type.Literal('open')]),
    outcome: Type.Optional(Type.String()),
    at: Type.Optional(Timestamp),
  },
  closed,
);
export type StepView = Static<typeof StepView>;

export const FileView = Type.Object(
  {
    fileId: Id('file'),
    name: Type.String(),
    type: Type.String(),
    bytes: Type.Integer(),
    state: Type.Union([Type.Literal('awaited'), Type.Literal('clean'), Type.Literal('refused')]),
    reason: Type.Optional(Type.String()),
    sha256: Type.Optional(Type.String()),
  },
  closed,
);

export const CaseView = Type.Object(
  {
    ...CaseSummary.properties,
    /** The definition that it runs by, as it was when it began: `getForm` answers it by version and digest. */
    form: Type.Object({ id: Type.String(), version: Type.Integer(), digest: Type.String(), name: Text }, closed),
    data: Type.Record(Type.String(), Type.Unknown()),
    /** JSON Pointers of fields that are masked for this caller. */
    masked: Type.Array(Type.String()),
    files: Type.Array(FileView),
    findings: Type.Array(Finding),
    results: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), { description: 'What services answered, by step' }),
    steps: Type.Array(StepView),
    returns: Type.Integer({ minimum: 0 }),
    /** What the caller may do: edit, decide, assign, unmask. */
    may: Type.Array(Type.String()),
    /** The caller decided this earlier step: the present one is for somebody else to decide. */
    separatedBy: Type.Optional(Type.Object({ id: Type.String(), name: Text }, closed)),
    options: Type.Array(Type.Object({ id: Type.String(), name: Text, needsReason: Type.Boolean() }, closed)),
    askBack: Type.Boolean(),
    amends: Type.Array(Type.String()),
  },
  closed,
);
export type CaseView = Static<typeof CaseView>;

export const HistoryEntry = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    at: Timestamp,
    type: Type.String(),
    by: Type.String(),
    name: Type.Optional(Type.String()),
    for: Type.Optional(Type.String()),
    step: Type.Optional(Type.Object({ id: Type.String(), name: Text }, closed)),
    outcome: Type.Optional(Type.String()),
    /** In words; what a service answered has none. */
    outcomeName: Type.Optional(Text),
    reason: Type.Optional(Type.String()),
    changed: Type.Optional(Type.Array(Type.String())),
    waitsFor: Type.Optional(WaitsFor),
    dueAt: Type.Optional(Timestamp),
    to: Type.Optional(Type.String()),
    file: Type.Optional(Type.String()),
  },
  closed,
);
export type HistoryEntry = Static<typeof HistoryEntry>;

const params = Type.Object({ caseId: Id('case') });
const Data = Type.Record(Type.String(), Type.Unknown(), { description: 'As the form’s schema says; a draft may be incomplete' });
const Reason = Type.String({ minLength: 2, maxLength: 1000, pattern: '\\S' });

export const listForms = operation({
  id: 'listForms',
  method: 'GET',
  path: '/v1/forms',
  summary: { zh: '可办理的申请', en: 'The forms there are' },
  action: 'forms:read',
  response: Type.Object({ items: Type.Array(FormSummary) }),
});

export const getForm = operation({
  id: 'getForm',
  method: 'GET',
  path: '/v1/forms/{formId}',
  summary: { zh: '一份申请表：问什么、走哪些环节、各需多久', en: 'One form: what it asks, its steps and their time limits' },
  action: 'forms:read',
  params: Type.Object({ formId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' }) }),
  query: Type.Object({
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: '进行中的申请所用的版本；不写则为现行版本 That of a running request; the current one without it',
      }),
    ),
    digest: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: '同一版本文字不同时区分 Tells texts apart that bear the same version' }),
    ),
  }),
  response: FormView,
  failures: ['unknown-form', 'unknown-form-version'],
});

export const createCase = operation({
  id: 'createCase',
  method: 'POST',
  path: '/v1/cases',
  summary: { zh: '新建申请（草稿）', en: 'Begin a request, as a draft' },
  action: 'cases:create',
  body: Type.Object({ formId: Type.String(), department: Type.String(), data: Data }, closed),
  keyed: true,
  status: 201,
  response: CaseView,
  failures: ['unknown-form', 'unknown-field', 'form-too-large', 'masked-value'],
});

export const listCases = operation({
  id: 'listCases',
  method: 'GET',
  path: '/v1/cases',
  summary: {
    zh: '申请列表：本部门的（新的在前），或待我办理的（先到期的在前）',
    en: 'A department’s requests, newest first; or what waits for me, the most urgent first',
  },
  action: 'cases:read',
  query: Type.Object({
    /** Of this department; without it, what waits for the caller's duties. */
    department: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
    cursor: Type.Optional(Type.String()),
  }),
  response: Type.Object({ items: Type.Array(CaseSummary), next: Type.Optional(Type.String()) }),
  failures: ['invalid-cursor'],
});

export const getCase = operation({
  id: 'getCase',
  method: 'GET',
  path: '/v1/cases/{caseId}',
  summary: { zh: '一件申请：在哪里、在谁手里、到何时、为什么', en: 'One request: where it is, with whom, until when, and why' },
  action: 'cases:read',
  params,
  query: Type.Object({
    /** Shows personal data in full; recorded in the audit log. */
    unmask: Type.Optional(Type.Boolean({ default: false })),
  }),
  response: CaseView,
  failures: ['unknown-case'],
});

export const getCaseHistory = operation({
  id: 'getCaseHistory',
  method: 'GET',
  path: '/v1/cases/{caseId}/history',
  summary: { zh: '办理经过', en: 'All that happened to it' },
  action: 'cases:read',
  params,
  response: Type.Object({ items: Type.Array(HistoryEntry) }),
  failures: ['unknown-case'],
});

const changing = ['unknown-case', 'not-permitted', 'case-ended'] as const;

export const saveCase = operation({
  id: 'saveCase',
  method: 'PUT',
  path: '/v1/cases/{caseId}/data',
  summary: { zh: '保存草稿或补正内容', en: 'Save the draft, or an amendment' },
  action: 'cases:edit',
  params,
  body: Type.Object({ data: Data }, closed),
  versioned: true,
  response: CaseView,
  failures: [...changing, 'case-not-draft', 'unknown-field', 'form-too-large', 'masked-value'],
});

export const submitCase = operation({
  id: 'submitCase',
  method: 'POST',
  path: '/v1/cases/{caseId}/submission',
  summary: { zh: '提交', en: 'Send it' },
  action: 'cases:edit',
  params,
  versioned: true,
  response: CaseView,
  failures: [...changing, 'case-not-draft', 'form-incomplete', 'check-blocks', 'file-not-ready'],
});

export const withdrawCase = operation({
  id: 'withdrawCase',
  method: 'POST',
  path: '/v1/cases/{caseId}/withdrawal',
  summary: { zh: '撤回', en: 'Take it back' },
  action: 'cases:edit',
  params,
  body: Type.Object({ reason: Reason }, closed),
  versioned: true,
  response: CaseView,
  failures: [...changing, 'not-withdrawable', 'nothing-to-withdraw'],
});

export const decideCase = operation({
  id: 'decideCase',
  method: 'POST',
  path: '/v1/cases/{caseId}/decisions',
  summary: { zh: '办理：按环节的选项作出决定，可部分批准', en: 'Decide the present step, in part if one likes' },
  action: 'cases:decide',
  params,
  body: Type.Object(
    {
      step: Type.String(),
      outcome: Type.String(),
      reason: Type.Optional(Reason),
      changes: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Fields that the step may set' })),
    },
    closed,
  ),
  versioned: true,
  response: CaseView,
  failures: [
    ...changing,
    'case-not-at-step',
    'step-is-not-decided-by-people',
    'separation-of-duties',
    'unknown-outcome',
    'reason-required',
    'field-not-amendable',
    'unknown-field',
    'form-incomplete',
    'form-too-large',
  ],
});

export const returnCase = operation({
  id: 'returnCase',
  method: 'POST',
  path: '/v1/cases/{caseId}/return',
  summary: { zh: '退回补正', en: 'Ask the applicant to amend it' },
  action: 'cases:decide',
  params,
  body: Type.Object({ step: Type.String(), reason: Reason }, closed),
  versioned: true,
  response: CaseView,
  failures: [
    ...changing,
    'case-not-at-step',
    'step-is-not-decided-by-people',
    'separation-of-duties',
    'no-asking-back',
    'asked-back-too-often',
  ],
});

export const Assignee = Type.Object({ id: Type.String(), name: Text }, closed);
export type Assignee = Static<typeof Assignee>;

export const listAssignees = operation({
  id: 'listAssignees',
  method: 'GET',
  path: '/v1/cases/{caseId}/assignees',
  summary: { zh: '可以接手当前环节的人', en: 'Who can take the present step on' },
  action: 'cases:assign',
  params,
  response: Type.Object({ items: Type.Array(Assignee) }),
  failures: ['unknown-case'],
});

export const assignCase = operation({
  id: 'assignCase',
  method: 'PUT',
  path: '/v1/cases/{caseId}/assignee',
  summary: { zh: '认领、转办或退回公共队列', en: 'Claim it, hand it over, or give it back to the queue' },
  action: 'cases:assign',
  params,
  body: Type.Object({ to: Type.Optional(Type.String({ pattern: '^[\\w.:@-]{1,128}$' })) }, closed),
  versioned: true,
  response: CaseView,
  failures: [...changing, 'case-not-at-step', 'assignee-without-duty', 'assignee-may-not-decide', 'separation-of-duties'],
});

export const addCaseFile = operation({
  id: 'addCaseFile',
  method: 'POST',
  path: '/v1/cases/{caseId}/files',
  summary: { zh: '添加附件：返回直传地址', en: 'Add a file: the answer says where to upload it' },
  action: 'cases:edit',
  params,
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^/\\\\\\u0000-\\u001f]+$' }),
      type: Type.String({ pattern: '^[a-z]+/[a-z0-9.+-]+$' }),
      bytes: Type.Integer({ minimum: 1 }),
    },
    closed,
  ),
  versioned: true,
  status: 201,
  response: Type.Object({
    case: CaseView,
    /** A presigned POST of S3: send the fields, then the file, as multipart/form-data, within the time. */
    upload: Type.Object({ url: Type.String(), fields: Type.Record(Type.String(), Type.String()), expiresAt: Timestamp }, closed),
    fileId: Id('file'),
  }),
  failures: [...changing, 'case-not-draft', 'too-many-files', 'file-type-not-accepted', 'file-too-large'],
});

const fileParams = Type.Object({ caseId: Id('case'), fileId: Id('file') });

export const getCaseFile = operation({
  id: 'getCaseFile',
  method: 'GET',
  path: '/v1/cases/{caseId}/files/{fileId}',
  summary: { zh: '附件的下载地址（短时有效）', en: 'Where to download a file, for a short time' },
  action: 'cases:read',
  params: fileParams,
  response: Type.Object({ url: Type.String(), expiresAt: Timestamp }),
  failures: ['unknown-case', 'unknown-file', 'file-not-ready'],
});

export const removeCaseFile = operation({
  id: 'removeCaseFile',
  method: 'DELETE',
  path: '/v1/cases/{caseId}/files/{fileId}',
  summary: { zh: '移除附件', en: 'Take a file away' },
  action: 'cases:edit',
  params: fileParams,
  versioned: true,
  response: CaseView,
  failures: [...changing, 'case-not-draft', 'unknown-file'],
});
