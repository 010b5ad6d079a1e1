/** Personal data of a request in full: only for whoever may, and only once the look is on its way into the audit log. */
import { mayOn, type Principal } from '#functions/identity/access.ts';
import type { AuditRecord } from '#functions/identity/audit/record.ts';
import type { AuditTrail } from '#functions/identity/audit/trail.ts';
import { maskBySchema } from '#functions/identity/masking.ts';
import { denied } from '#runtime/http.ts';
import { idFor } from '#runtime/ids.ts';
import type { Case } from './case.ts';
import { type Actor, actorOf, type Changed, type Engine, resourceOf, visible } from './cases.ts';

/** `fields`: JSON Pointers of what is masked otherwise. The same request sent again is one look. */
const lookOf = ({ caseId, department }: Case, fields: readonly string[], actor: Actor, now: number): AuditRecord => ({
  id: idFor('aud', now, actor.trace, caseId),
  at: new Date(now).toISOString(),
  action: 'cases:unmask',
  actor: actor.by,
  ...(actor.for !== undefined && { onBehalfOf: `person:${actor.for}` }),
  department,
  resource: `case:${caseId}`,
  ground: '办理申请 working on the request',
  outcome: 'permitted',
  detail: { fields: fields.join(' ').slice(0, 300) },
});

interface Look {
  readonly principal: Principal;
  readonly params: { readonly caseId: string };
  readonly now: number;
  readonly requestId: string;
}

export const lookInFull = async (
  engine: Engine,
  trail: Pick<AuditTrail, 'record'>,
  { principal, params, now, requestId }: Look,
): Promise<Changed> => {
  const stored = await visible(engine, principal, params.caseId);
  const resource = resourceOf(stored.state);
  if (!mayOn(principal, 'cases:unmask', resource)) throw denied(principal, 'cases:unmask', resource);
  const form = await engine.store.form(stored.state.form);
  const { masked } = maskBySchema(form.schema, stored.state.data);
  if (masked.length > 0) await trail.record([lookOf(stored.state, masked, actorOf(principal, 'cases:unmask', resource, requestId), now)]);
  return { stored, form };
};
