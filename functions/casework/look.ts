/** Personal data of a request in full: only for whoever may, and only once the look is on its way into the audit log. */
import { mayOn } from '#functions/identity/access.ts';
import { type Looking, personalLook } from '#functions/identity/audit/personal-look.ts';
import { LONGEST_DETAIL } from '#functions/identity/audit/record.ts';
import type { AuditTrail } from '#functions/identity/audit/trail.ts';
import { maskBySchema } from '#functions/identity/masking.ts';
import { denied } from '#runtime/http.ts';
import type { CaseFile } from './case.ts';
import { type Changed, cleanFile, type Engine, resourceOf, visible } from './cases.ts';

const GROUND = '办理申请 working on the request';

interface Look extends Looking {
  readonly params: { readonly caseId: string };
}

export const lookInFull = async (engine: Engine, trail: Pick<AuditTrail, 'record'>, { params, ...looking }: Look): Promise<Changed> => {
  const { principal } = looking;
  const stored = await visible(engine, principal, params.caseId);
  const resource = resourceOf(stored.state);
  if (!mayOn(principal, 'cases:unmask', resource)) throw denied(principal, 'cases:unmask', resource);
  const form = await engine.store.form(stored.state.form);
  const { masked } = maskBySchema(form.schema, stored.state.data);
  if (masked.length > 0) {
    const { caseId, department } = stored.state;
    const fields = masked.join(' ').slice(0, LONGEST_DETAIL);
    const shown = { action: 'cases:unmask', resource: `case:${caseId}`, department, ground: GROUND, detail: { fields } } as const;
    await trail.record([personalLook(looking, { permission: 'cases:unmask', on: resource, ...shown })]);
  }
  return { stored, form };
};

/** What is attached may hold anything: each download is a look. */
export const lookAtFile = async (
  engine: Engine,
  trail: Pick<AuditTrail, 'record'>,
  { params, ...looking }: Looking & { readonly params: { readonly caseId: string; readonly fileId: string } },
): Promise<CaseFile> => {
  const { state } = await visible(engine, looking.principal, params.caseId);
  const file = cleanFile(state, params.fileId);
  const { caseId, department } = state;
  const shown = {
    action: 'cases:download',
    resource: `case:${caseId}`,
    department,
    ground: GROUND,
    detail: { file: file.fileId },
  } as const;
  await trail.record([personalLook(looking, { permission: 'cases:read', on: resourceOf(state), ...shown })]);
  return file;
};
