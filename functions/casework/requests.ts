/** Opens requests by their Idempotency-Key, and lists those that a caller may see. */
import { department, mayOn, type Principal, type Resource } from '#functions/identity/access.ts';
import { denied } from '#runtime/http.ts';
import { idFor } from '#runtime/ids.ts';
import { keyReused } from '#runtime/preconditions.ts';
import { retryConflicts } from '#runtime/table.ts';
import type { Data } from './case.ts';
import { actorOf, change, checkFields, type Engine } from './cases.ts';
import type { Definition } from './form.ts';
import { mayApplyFor } from './present.ts';
import { unknownCase, unknownForm, unknownFormVersion } from './refusals.ts';
import { type CaseStore, keyClaim, type Page, type StoredCase } from './store.ts';

export interface Desk extends Engine {
  readonly store: Engine['store'] & Pick<CaseStore, 'claimed' | 'keptForm' | 'ofDepartment' | 'inQueue'>;
  readonly forms: readonly Definition[];
  readonly departments: readonly string[];
}

export const formOf = (forms: readonly Definition[], id: string): Definition => {
  const form = forms.find((one) => one.id === id);
  if (!form) throw unknownForm();
  return form;
};

/** The current one, or one that running cases keep: also of a form that there is no more. */
export const formAsked = async (
  { forms, store }: Desk,
  id: string,
  { version, digest }: { readonly version?: number; readonly digest?: string },
): Promise<Definition> => {
  const current = forms.find((one) => one.id === id);
  if (version === undefined || (current?.version === version && (digest ?? current.digest) === current.digest)) return formOf(forms, id);
  const kept = await store.keptForm(id, version, digest);
  if (!kept) throw current ? unknownFormVersion() : unknownForm();
  return kept;
};

interface Opening {
  readonly principal: Principal;
  readonly body: { readonly formId: string; readonly department: string; readonly data: Data };
  readonly key: string;
  readonly now: number;
  readonly requestId: string;
}

/** Named by its key, a request that is sent again is answered with what it made the first time. */
export const openCase = (desk: Desk, { principal, body, key, now, requestId }: Opening, caseId: string): Promise<StoredCase> =>
  retryConflicts(async () => {
    const form = formOf(desk.forms, body.formId);
    const where = department(body.department);
    if (!mayApplyFor(principal, form).includes(body.department)) throw denied(principal, 'cases:create', where);
    checkFields(form, body.data);
    const claim = keyClaim(`${principal.kind}:${principal.id}`, key, idFor('hash', 0, JSON.stringify(body)), now);
    const earlier = await desk.store.claimed(claim);
    if (earlier) {
      if (earlier.hash !== claim.hash) throw keyReused();
      return (await desk.store.get(earlier.caseId)) as StoredCase;
    }
    await desk.store.keepForm(form);
    const actor = actorOf(principal, 'cases:create', where, requestId);
    return change(desk, form, undefined, { type: 'open', caseId, department: body.department, data: body.data }, actor, now, claim);
  });

interface Wanted {
  readonly department?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** Of a department that the caller may read, or of all queues in which the caller's duties are waited for. */
export const listCases = async (desk: Desk, principal: Principal, { department: wanted, limit = 50, cursor }: Wanted): Promise<Page> => {
  if (wanted !== undefined) {
    const any: Resource = { type: 'Case', id: '', department: wanted, people: [] };
    if (!desk.departments.includes(wanted) || !mayOn(principal, 'cases:read', any)) throw unknownCase();
    return desk.store.ofDepartment(wanted, limit, cursor);
  }
  const queues = [...new Set(principal.duties.map((held) => `${held.department}/${held.duty}`))];
  const pages = await Promise.all(queues.map((queue) => desk.store.inQueue(queue, limit)));
  const items = pages.flatMap((page) => page.items).sort((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1));
  return { items: items.slice(0, limit) };
};
