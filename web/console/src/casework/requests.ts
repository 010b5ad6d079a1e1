/** The casework API, as the console calls it. */
import type * as api from '#functions/casework/api.ts';
import type { Answer, Api } from '../shared/api.ts';
import { path } from '../shared/api.ts';

export type { CaseSummary, CaseView, FormSummary, FormView, HistoryEntry, StepView } from '#functions/casework/api.ts';
export type FileView = api.CaseView['files'][number];
export type CasePage = Answer<typeof api.listCases>;

export const listForms = (to: Api, signal?: AbortSignal) => to.get<Answer<typeof api.listForms>>('/v1/forms', {}, signal);
export const getForm = (to: Api, formId: string, signal?: AbortSignal) =>
  to.get<Answer<typeof api.getForm>>(path`/v1/forms/${formId}`, {}, signal);

/** What waits for the caller; one page, for nobody works through more than a hundred at once. */
export const listQueue = (to: Api, signal?: AbortSignal) => to.get<CasePage>('/v1/cases', { limit: 100 }, signal);
export const listRequests = (to: Api, department: string, cursor?: string, signal?: AbortSignal) =>
  to.get<CasePage>('/v1/cases', { department, limit: 50, cursor }, signal);

export const getCase = (to: Api, caseId: string, signal?: AbortSignal, unmask?: boolean) =>
  to.get<api.CaseView>(path`/v1/cases/${caseId}`, { unmask: unmask || undefined }, signal);
/** Only where something is masked is it asked for in full: that look is recorded. */
export const readInFull = async (to: Api, caseId: string, signal?: AbortSignal): Promise<api.CaseView> => {
  const view = await getCase(to, caseId, signal);
  return view.masked.length > 0 && view.may.includes('cases:edit') ? getCase(to, caseId, signal, true) : view;
};
export const getHistory = (to: Api, caseId: string, signal?: AbortSignal) =>
  to.get<Answer<typeof api.getCaseHistory>>(path`/v1/cases/${caseId}/history`, {}, signal);

export const createCase = (to: Api, key: string, formId: string, department: string, data: Record<string, unknown>) =>
  to.post<api.CaseView>('/v1/cases', { formId, department, data }, { key });

export interface Version {
  readonly caseId: string;
  readonly version: number;
}

export const saveCase = (to: Api, { caseId, version }: Version, data: Record<string, unknown>) =>
  to.put<api.CaseView>(path`/v1/cases/${caseId}/data`, { data }, { version });
export const submitCase = (to: Api, { caseId, version }: Version) =>
  to.post<api.CaseView>(path`/v1/cases/${caseId}/submission`, undefined, { version });
export const withdrawCase = (to: Api, { caseId, version }: Version, reason: string) =>
  to.post<api.CaseView>(path`/v1/cases/${caseId}/withdrawal`, { reason }, { version });

export interface Decision {
  readonly step: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly changes?: Record<string, unknown>;
}
export const decideCase = (to: Api, { caseId, version }: Version, decision: Decision) =>
  to.post<api.CaseView>(path`/v1/cases/${caseId}/decisions`, decision, { version });
export const returnCase = (to: Api, { caseId, version }: Version, step: string, reason: string) =>
  to.post<api.CaseView>(path`/v1/cases/${caseId}/return`, { step, reason }, { version });
/** To somebody; to nobody, it goes back to all who hold the duty. */
export const assignCase = (to: Api, { caseId, version }: Version, person: string | undefined) =>
  to.put<api.CaseView>(path`/v1/cases/${caseId}/assignee`, person === undefined ? {} : { to: person }, { version });

export const addFile = (to: Api, { caseId, version }: Version, file: { name: string; type: string; bytes: number }) =>
  to.post<Answer<typeof api.addCaseFile>>(path`/v1/cases/${caseId}/files`, file, { version });
export const removeFile = (to: Api, { caseId, version }: Version, fileId: string) =>
  to.delete<api.CaseView>(path`/v1/cases/${caseId}/files/${fileId}`, { version });
export const downloadFile = (to: Api, caseId: string, fileId: string) =>
  to.get<Answer<typeof api.getCaseFile>>(path`/v1/cases/${caseId}/files/${fileId}`);
