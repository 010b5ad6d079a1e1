/** A case and a form for one caller: what may be seen of it, and done with it. */
import { type Action, departmentsOf, mayOn, type Principal } from '#functions/identity/access.ts';
import { maskBySchema } from '#functions/identity/masking.ts';
import type { CaseView, FormSummary, FormView } from './api.ts';
import type { Case, CaseEvent, Data } from './case.ts';
import { resourceOf } from './cases.ts';
import { type Definition, type Form, isService, type Span } from './form.ts';
import { localized } from './schema.ts';
import { separatedBy } from './separation.ts';
import type { StoredCase } from './store.ts';
import { toView } from './view.ts';

/** What makes sense in the phase; whether the caller may is the policies' to say. */
const sensible = ({ phase, bound, applicant }: Case): Action[] => {
  switch (phase.at) {
    case 'draft':
    case 'returned':
      return ['cases:edit'];
    case 'step': {
      const withdrawable: Action[] = bound || applicant.startsWith('system:') ? [] : ['cases:edit'];
      return phase.waitsFor ? [...withdrawable, 'cases:decide', 'cases:assign'] : withdrawable;
    }
    case 'ended':
      return [];
    default:
      return phase satisfies never;
  }
};

/** `full` shows personal data as they are: for whoever may, once the look is recorded (look.ts). */
export const present = (
  principal: Principal,
  { state, version, expires }: StoredCase,
  form: Definition,
  history: readonly CaseEvent[],
  full = false,
): CaseView => {
  const resource = resourceOf(state);
  const { value, masked } = maskBySchema(form.schema, state.data);
  const sensibly: Action[] = masked.length > 0 ? [...sensible(state), 'cases:unmask'] : sensible(state);
  const permitted = sensibly.filter((action) => mayOn(principal, action, resource));
  const separated = permitted.includes('cases:decide') ? separatedBy(state, form, principal.id) : undefined;
  const may = separated ? permitted.filter((action) => action !== 'cases:decide') : permitted;
  const shown = full ? { data: state.data, masked: [] } : { data: value as Data, masked };
  const view = toView({ state, version, form, history, may, separatedBy: separated, ...shown });
  return { ...view, ...(expires !== undefined && { lapsesAt: new Date(expires * 1000).toISOString() }) };
};

const spanText = (span: Span): { zh: string; en: string } =>
  'workingDays' in span
    ? { zh: `${span.workingDays} 个工作日`, en: `${span.workingDays} working day${span.workingDays === 1 ? '' : 's'}` }
    : { zh: `${span.minutes} 分钟`, en: `${span.minutes} minute${span.minutes === 1 ? '' : 's'}` };

/** The departments for which the caller may fill the form in. */
export const mayApplyFor = (principal: Principal, form: Form): string[] => {
  const where = departmentsOf(principal, 'cases:create');
  const departments = principal.duties.filter(({ duty }) => form.applicants.includes(duty)).map(({ department }) => department);
  return [...new Set(departments)].filter((department) => where === 'all' || (where !== 'none' && where.includes(department)));
};

export const toFormSummary = (principal: Principal, form: Form): FormSummary => ({
  id: form.id,
  version: form.version,
  name: form.name,
  about: form.about,
  departments: mayApplyFor(principal, form),
});

export const toFormView = (principal: Principal, form: Form): FormView => ({
  ...toFormSummary(principal, form),
  schema: { zh: localized(form.schema, 'zh') as never, en: localized(form.schema, 'en') as never },
  ui: { ...form.ui },
  ...(form.files && { files: form.files }),
  steps: form.steps.map((step) => ({ id: step.id, name: step.name, service: isService(step), within: spanText(step.within) })),
});
