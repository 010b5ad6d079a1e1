import Type, { type Static } from 'typebox';
import { Timestamp } from '#events/envelope.ts';
import { type Bytes, operation } from '#runtime/operation.ts';
import type { Field, Outcome } from './record.ts';

const literals = <const L extends string>(...values: readonly L[]) =>
  Type.Unsafe<L>(Type.Union(values.map((value) => Type.Literal(value))));

const FieldName = literals<Field>('actor', 'onBehalfOf', 'subject', 'ground', 'detail', 'resource');
const EntryId = Type.String({ pattern: '^(aud|evt)_[0-9A-HJKMNP-TV-Z]{26}$', examples: ['evt_01JZ4N8Q6M3V7X0K2T5R9W1ABC'] });
const Base64 = Type.String({ contentEncoding: 'base64' });
const Party = Type.String({ pattern: '^(person|service|system|device):[\\w.:@-]{1,150}$', examples: ['person:peng-tao'] });

const Logged = Type.Object(
  {
    at: Timestamp,
    action: Type.String({ description: 'A permission such as cases:unmask, or an event such as casework/StepDecided' }),
    outcome: literals<Outcome>('permitted', 'refused', 'done'),
    department: Type.Optional(Type.String()),
    resource: Type.Optional(Type.String()),
    actor: Type.Optional(Type.String()),
    onBehalfOf: Type.Optional(Type.String()),
    subject: Type.Optional(Type.String({ description: 'Whose data were looked at' })),
    ground: Type.Optional(Type.String()),
    detail: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
);

const entryFields = {
  id: EntryId,
  index: Type.Integer({ minimum: 0, description: 'The number of the leaf' }),
  record: Logged,
  /** Committed to in the leaf, but erased or not for the caller to see. */
  hidden: Type.Array(FieldName),
  /** The entry's bytes as they lie in the log. */
  leaf: Base64,
  /** leaf[field].sha256 = SHA-256(salt || canonical JSON of record[field]), RFC 8785. */
  salts: Type.Record(Type.String(), Base64),
};

export const EntryView = Type.Object(entryFields, { additionalProperties: false });
export type EntryView = Static<typeof EntryView>;

const checkpointFields = {
  checkpoint: Type.String({ description: 'A signed note, https://c2sp.org/tlog-checkpoint' }),
  vkey: Type.String({
    description: 'Verifies it, https://c2sp.org/signed-note. Keep your own copy: one that comes with what it verifies proves nothing',
  }),
  size: Type.Integer({ minimum: 0 }),
};

export const ProvenEntry = Type.Object(
  { ...entryFields, ...checkpointFields, proof: Type.Array(Base64, { description: 'Inclusion proof, RFC 6962 section 2.1.1' }) },
  { additionalProperties: false },
);
export type ProvenEntry = Static<typeof ProvenEntry>;

export const listAuditEntries = operation({
  id: 'listAuditEntries',
  method: 'GET',
  path: '/v1/audit/entries',
  summary: {
    zh: '审计记录（新的在前）；非审计岗只见涉及本人的',
    en: 'Audit entries, newest first; others than auditors see those about themselves',
  },
  action: 'audit:read',
  query: Type.Object({
    resource: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    actor: Type.Optional(Party),
    subject: Type.Optional(Party),
    day: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Local date', examples: ['2026-07-01'] })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before' })),
  }),
  response: Type.Object({ items: Type.Array(EntryView), next: Type.Optional(Type.String()) }),
  failures: ['one-filter', 'invalid-cursor', 'audit-unavailable'],
});

export const getAuditEntry = operation({
  id: 'getAuditEntry',
  method: 'GET',
  path: '/v1/audit/entries/{entryId}',
  summary: { zh: '一条审计记录及其存在证明', en: 'One entry, with the proof that it is in the log' },
  action: 'audit:read',
  params: Type.Object({ entryId: EntryId }),
  response: ProvenEntry,
  failures: ['unknown-audit-entry', 'not-yet-signed', 'audit-unavailable'],
});

export const eraseAuditField = operation({
  id: 'eraseAuditField',
  method: 'POST',
  path: '/v1/audit/entries/{entryId}/erasures',
  summary: {
    zh: '删除记录中的个人信息（《个人信息保护法》第四十七条）；存在证明不受影响，删除本身亦被记录',
    en: 'Erases a personal field of an entry (PIPL art. 47); its proofs still hold, and the erasure is logged',
  },
  action: 'audit:erase',
  params: Type.Object({ entryId: EntryId }),
  body: Type.Object({ field: FieldName, ground: Type.String({ minLength: 2, maxLength: 500 }) }, { additionalProperties: false }),
  response: EntryView,
  failures: ['unknown-audit-entry', 'not-yet-signed', 'kept-for-accountability', 'audit-unavailable'],
});

export const proveAuditConsistency = operation({
  id: 'proveAuditConsistency',
  method: 'GET',
  path: '/v1/audit/proofs/consistency',
  summary: { zh: '证明较早的日志是现有日志的开头', en: 'Proves that the log as it was is the beginning of the log as it is' },
  action: 'audit:read',
  query: Type.Object({
    from: Type.Integer({ minimum: 1, description: 'The earlier size' }),
    to: Type.Optional(Type.Integer({ minimum: 1, description: 'The later size; that of the checkpoint without it' })),
  }),
  response: Type.Object({ from: Type.Integer(), to: Type.Integer(), proof: Type.Array(Base64) }, { additionalProperties: false }),
  failures: ['no-such-size'],
});

export const getAuditCheckpoint = operation({
  id: 'getAuditCheckpoint',
  method: 'GET',
  path: '/v1/audit/checkpoint',
  summary: { zh: '已签名的检查点', en: 'The signed checkpoint' },
  action: 'audit:read',
  response: Type.Object(checkpointFields, { additionalProperties: false }),
  failures: ['not-yet-signed'],
});

export const getAuditFile = operation({
  id: 'getAuditFile',
  method: 'GET',
  path: '/v1/audit/log/{path+}',
  summary: {
    zh: '日志的静态文件：checkpoint、tile/…（C2SP tlog-tiles），不含个人信息',
    en: 'The log’s static files: checkpoint, tile/… (C2SP tlog-tiles); nothing in them is personal',
  },
  action: 'audit:read',
  params: Type.Object({ path: Type.String({ maxLength: 100 }) }),
  response: Type.Unsafe<Bytes>(Type.String({ format: 'binary' })),
  produces: 'application/octet-stream',
  failures: ['no-such-file'],
});
