/**
 * What is logged. A leaf holds nothing personal: in the place of each personal field stands a commitment, the hash of a salt and the
 * value. Salt and value, the field's opening, are kept beside the log; without them nobody can tell whom a leaf is about, and every proof
 * still holds.
 */
import canonicalize from 'canonicalize';
import { Failure } from '#runtime/failure.ts';
import { sha256 } from '#runtime/sha256.ts';
import { joined, toBase64, toHex, utf8 } from './bytes.ts';

export type Outcome = 'permitted' | 'refused' | 'done';
const OUTCOMES: readonly string[] = ['permitted', 'refused', 'done'] satisfies Outcome[];

export interface Logged {
  /** What makes it recognisable when it comes again: one id is one leaf. */
  readonly id: string;
  /** RFC 3339 */
  readonly at: string;
  /** A Cedar action, `cases:unmask`, or an event, `casework/StepDecided`. */
  readonly action: string;
  /** `person:…`, `service:…`, `system:…` */
  readonly actor: string;
  /** Whose duty the actor held by delegation. */
  readonly onBehalfOf?: string;
  readonly department?: string;
  /** What it was done to: `case:case_…` */
  readonly resource: string;
  /** Whose data were looked at: `person:…` */
  readonly subject?: string;
  /** Why: free text, so it may name people. */
  readonly ground?: string;
  readonly outcome: Outcome;
  readonly detail?: Readonly<Record<string, string>>;
}

/** What a capability logs itself: never without a ground. */
export interface AuditRecord extends Logged {
  readonly ground: string;
}

/** `resource` counts among them where it is a person. */
export const PERSONAL = ['actor', 'onBehalfOf', 'subject', 'ground', 'detail', 'resource'] as const;
export type Field = (typeof PERSONAL)[number];

export interface Opening {
  /** Base64 */
  readonly salt: string;
  readonly value: unknown;
}
export type Openings = Readonly<Partial<Record<Field, Opening>>>;

export interface Sealed {
  readonly id: string;
  readonly at: string;
  /** The entry in the log: canonical JSON (RFC 8785). */
  readonly leaf: string;
  readonly openings: Openings;
}

/** The shape of a leaf; leaves of an older shape stay as they are. */
const VERSION = 1;
export const SALT_BYTES = 16;

const canonical = (value: unknown): string => canonicalize(value) as string;

export const commitmentOf = (salt: Uint8Array, value: unknown): string => toHex(sha256(joined(salt, utf8(canonical(value)))));

const isPersonal = (field: Field, value: unknown): boolean =>
  value !== undefined && (field !== 'resource' || String(value).startsWith('person:'));

export const seal = (record: Logged, salt: () => Uint8Array): Sealed => {
  const leaf: Record<string, unknown> = { ...record, v: VERSION };
  const openings: Partial<Record<Field, Opening>> = {};
  for (const field of PERSONAL) {
    const value = record[field];
    if (!isPersonal(field, value)) continue;
    const bytes = salt();
    leaf[field] = { sha256: commitmentOf(bytes, value) };
    openings[field] = { salt: toBase64(bytes), value };
  }
  return { id: record.id, at: record.at, leaf: canonical(leaf), openings };
};

const LONGEST: Readonly<Record<string, number>> = {
  action: 128,
  actor: 160,
  onBehalfOf: 160,
  department: 64,
  resource: 200,
  subject: 160,
  ground: 2_000,
};
/** Ten records of the longest fit into one call of the queue (trail.ts). */
const DETAILS = 16;
export const LONGEST_DETAIL = 300;

const ID = /^(aud|evt)_[0-9A-HJKMNP-TV-Z]{26}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const FIELDS = new Set(['id', 'at', 'action', 'actor', 'onBehalfOf', 'department', 'resource', 'subject', 'ground', 'outcome', 'detail']);
const OPTIONAL = new Set(['onBehalfOf', 'department', 'subject', 'ground']);

const isText = (value: unknown, longest: number): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= longest && value.isWellFormed();

const isDetail = (value: unknown): boolean =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= DETAILS &&
    Object.entries(value).every(
      ([name, text]) => isText(name, 64) && typeof text === 'string' && text.length <= LONGEST_DETAIL && text.isWellFormed(),
    ));

const invalid = (field: string): Failure =>
  new Failure('invalid', 'invalid-audit-record', {
    zh: `审计记录的 ${field} 不符合要求`,
    en: `The ${field} of an audit record is not as it must be`,
  });

/** Throws for what cannot be logged as it is: it is for a person to look at, as nothing may be left out of the log unseen. */
export const checked = (value: unknown): Logged => {
  const record = (value ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(record).find((name) => !FIELDS.has(name));
  if (unknown !== undefined) throw invalid(unknown);
  if (!ID.test(String(record.id))) throw invalid('id');
  if (!TIME.test(String(record.at)) || Number.isNaN(Date.parse(String(record.at)))) throw invalid('at');
  if (!OUTCOMES.includes(String(record.outcome))) throw invalid('outcome');
  for (const [name, longest] of Object.entries(LONGEST)) {
    const missing = record[name] === undefined && OPTIONAL.has(name);
    if (!missing && !isText(record[name], longest)) throw invalid(name);
  }
  if (!isDetail(record.detail)) throw invalid('detail');
  return record as unknown as Logged;
};

/** Fields by which events name what they are about, the most particular first. */
const ABOUT: readonly (readonly [string, string])[] = [
  ['caseId', 'case'],
  ['allocationId', 'allocation'],
  ['systemId', 'system'],
  ['incidentId', 'incident'],
  ['alertId', 'alert'],
  ['deviceId', 'device'],
  ['personId', 'person'],
  ['officerId', 'person'],
  ['departmentId', 'department'],
  ['department', 'department'],
];

/** What EventBridge puts into the queue. */
interface Envelope {
  readonly source?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: {
    readonly metadata?: { readonly id?: unknown; readonly time?: unknown; readonly actor?: unknown };
    readonly data?: unknown;
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.length > 0 ? value : undefined);

/** Of the event's data only its hash goes into the log, and by what it is known: nothing else of it could be forgotten again. */
const fromEvent = ({ source, 'detail-type': name, detail }: Envelope): Logged => {
  const { metadata = {}, data } = detail ?? {};
  const facts = (data ?? {}) as Record<string, unknown>;
  const about = ABOUT.find(([field]) => text(facts[field]) !== undefined);
  const reason = text(facts.reason) ?? text((facts.reason as { zh?: unknown } | undefined)?.zh);
  const department = text(facts.department);
  const onBehalfOf = text(facts.for);
  const person = (id: string): string => (id.includes(':') ? id : `person:${id}`);
  return checked({
    id: metadata.id,
    at: metadata.time,
    action: `${source}/${name}`,
    actor: metadata.actor,
    ...(onBehalfOf && { onBehalfOf: person(onBehalfOf) }),
    ...(department && { department }),
    resource: about ? `${about[1]}:${facts[about[0]]}` : String(source),
    ...(reason && { ground: reason.slice(0, LONGEST.ground) }),
    outcome: 'done',
    detail: { sha256: toHex(sha256(utf8(canonical(data ?? null)))) },
  });
};

/** A message of the queue: a record that a capability sent (trail.ts), or an event of the bus. */
export const fromMessage = (body: string): Logged => {
  const message = JSON.parse(body) as Envelope & { readonly record?: unknown };
  return message['detail-type'] === undefined ? checked(message.record) : fromEvent(message);
};
