/** What is logged of the log's own use: an auditor's look at openings, and an erasure. */
import type { Principal } from '#functions/identity/access.ts';
import { Failure } from '#runtime/failure.ts';
import { idFor } from '#runtime/ids.ts';
import type { AuditRecord, Field } from './record.ts';
import type { Entry } from './store.ts';

export interface Look {
  readonly principal: Principal;
  readonly requestId: string;
  /** ms since the epoch */
  readonly now: number;
}

const actorOf = ({ kind, id, duties, bureau }: Principal) => {
  const delegator = duties.find((held) => held.department === bureau && held.duty === 'auditor')?.for;
  return { actor: `${kind}:${id}`, department: bureau, ...(delegator !== undefined && { onBehalfOf: `person:${delegator}` }) };
};

/** One for each person whose data were seen, so that each finds it among their own; one where nobody's were. */
export const looked = (entries: readonly Entry[], asked: string, { principal, requestId, now }: Look): AuditRecord[] => {
  if (entries.length === 0) return [];
  const subjects = [...new Set(entries.map(({ openings }) => openings.subject?.value as string | undefined))];
  const people = subjects.filter((subject) => subject !== undefined);
  const numbers = entries.map(({ index }) => index);
  const detail = {
    asked: asked.slice(0, 300),
    entries: String(entries.length),
    from: String(Math.min(...numbers)),
    to: String(Math.max(...numbers)),
  };
  const record = (subject?: string): AuditRecord => ({
    id: idFor('aud', now, requestId, subject ?? ''),
    at: new Date(now).toISOString(),
    action: 'audit:read',
    ...actorOf(principal),
    resource: entries.length === 1 ? `audit:${entries[0]?.id}` : 'audit:entries',
    ...(subject !== undefined && { subject }),
    ground: '审计岗履职 duty of an auditor',
    outcome: 'permitted',
    detail,
  });
  return people.length > 0 ? people.map(record) : [record()];
};

const DAY_MS = 86_400_000;

/** Who acted answers for it as long as the log's term runs; whom it was about may be forgotten before. */
const ACCOUNTABLE: readonly Field[] = ['actor', 'onBehalfOf'];

const keptUntil = (at: string, years: number): Date => {
  const end = new Date(at);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end;
};

export interface Erasure {
  readonly field: Field;
  readonly ground: string;
}

/** Undefined where nothing is left to erase. Nobody's name is in it: it would be kept anew. */
export const erasing = (entry: Entry, { field, ground }: Erasure, years: number, { principal, now }: Look): AuditRecord | undefined => {
  if (entry.openings[field] === undefined) return undefined;
  const until = keptUntil((JSON.parse(entry.leaf) as { at: string }).at, years);
  if (ACCOUNTABLE.includes(field) && now < until.getTime()) {
    throw new Failure(
      'refused',
      'kept-for-accountability',
      {
        zh: `经办人须保存至 ${until.toISOString().slice(0, 10)}（法定保存期限未届满，《个人信息保护法》第四十七条第二款）`,
        en: `Who acted is kept until ${until.toISOString().slice(0, 10)}: the term set by law has not ended (PIPL art. 47 para. 2)`,
      },
      { until: until.toISOString() },
    );
  }
  return {
    // The same erasure asked for again is logged once.
    id: idFor('aud', now - (now % DAY_MS), 'erase', entry.id, field),
    at: new Date(now).toISOString(),
    action: 'audit:erase',
    ...actorOf(principal),
    resource: `audit:${entry.id}`,
    ground,
    outcome: 'done',
    detail: { field },
  };
};
