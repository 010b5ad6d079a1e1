/** What a decision carries: pure, from what stands in its fields. */
import { changedFields, partOf, prunedData, type Schema } from '../forms/schema.ts';
import type { CaseView } from './requests.ts';

/** A decision that asks the applicant to amend; no outcome of a form has such a name (they are words with dashes). */
export const ASK_BACK = '*ask-back';

/** As often may an applicant be asked (functions/casework/decide.ts). */
export const MAXIMUM_RETURNS = 3;

type Option = CaseView['options'][number];

export const optionOf = (view: CaseView, choice: string | undefined): Option | undefined => view.options.find(({ id }) => id === choice);

export const needsReason = (view: CaseView, choice: string | undefined): boolean =>
  choice === ASK_BACK || (optionOf(view, choice)?.needsReason ?? false);

/** Fields that the decision may set matter to it, unless it is one that must be explained and only begins with what was asked for. */
export const setsFields = (view: CaseView, choice: string | undefined): boolean => {
  if (view.amends.length === 0 || choice === ASK_BACK) return false;
  const only = view.amends.every((field) => view.data[field] === undefined);
  return !(only && needsReason(view, choice));
};

/** What differs from the case as it is. Undefined where nothing does. */
export const changesOf = (view: CaseView, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined => {
  const content = prunedData(fields);
  const changed = changedFields(content, view.data).filter((field) => view.amends.includes(field) && content[field] !== undefined);
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map((field) => [field, content[field]]));
};

export const partSchema = (schema: Schema, view: CaseView): Schema => partOf(schema, view.amends);
