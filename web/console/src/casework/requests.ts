/** The casework API, as the console calls it. */
import { type Api, onVersion, type Schemas } from '../shared/api.ts';

export type CaseSummary = Schemas['CaseSummary'];
export type CaseView = Schemas['CaseView'];
export type FormSummary = Schemas['FormSummary'];
export type FormView = Schemas['FormView'];
export type FileView = Schemas['FileView'];
export type Finding = Schemas['Finding'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type StepView = Schemas['StepView'];

export interface CasePage {
  readonly items: CaseSummary[];
  readonly next?: string;
}

type Data = Record<string, unknown>;

const signalled = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const listForms = async (to: Api, signal?: AbortSignal) => (await to.GET('/v1/forms', signalled(signal))).data;
/** As it is now, or the one by which a request runs: its version and digest say so. */
export const getForm = async (
  to: Api,
  { id: formId, version, digest }: { readonly id: string; readonly version?: number; readonly digest?: string },
  signal?: AbortSignal,
): Promise<FormView> => {
  const query = { ...(version !== undefined && { version }), ...(digest !== undefined && { digest }) };
  return (await to.GET('/v1/forms/{formId}', { params: { path: { formId }, query }, ...signalled(signal) })).data;
};

/** What waits for the caller; one page, for nobody works through more than a hundred at once. */
export const listQueue = async (to: Api, signal?: AbortSignal): Promise<CasePage> =>
  (await to.GET('/v1/cases', { params: { query: { limit: 100 } }, ...signalled(signal) })).data;
export const listRequests = async (to: Api, department: string, cursor?: string, signal?: AbortSignal): Promise<CasePage> => {
  const query = { department, limit: 50, ...(cursor !== undefined && { cursor }) };
  return (await to.GET('/v1/cases', { params: { query }, ...signalled(signal) })).data;
};

export const getCase = async (to: Api, caseId: string, signal?: AbortSignal, unmask = false): Promise<CaseView> => {
  const query = unmask ? { unmask } : {};
  return (await to.GET('/v1/cases/{caseId}', { params: { path: { caseId }, query }, ...signalled(signal) })).data;
};
/** Only where something is masked is it asked for in full: that look is recorded. */
export const readInFull = async (to: Api, caseId: string, signal?: AbortSignal): Promise<CaseView> => {
  const view = await getCase(to, caseId, signal);
  return view.masked.length > 0 && view.may.includes('cases:edit') ? getCase(to, caseId, signal, true) : view;
};
export const getHistory = async (to: Api, caseId: string, signal?: AbortSignal) =>
  (await to.GET('/v1/cases/{caseId}/history', { params: { path: { caseId } }, ...signalled(signal) })).data;

export const createCase = async (to: Api, key: string, formId: string, department: string, data: Data): Promise<CaseView> => {
  const body = { formId, department, data };
  return (await to.POST('/v1/cases', { params: { header: { 'Idempotency-Key': key } }, body })).data;
};

export interface Version {
  readonly caseId: string;
  readonly version: number;
}

const of = ({ caseId, version }: Version) => ({ path: { caseId }, header: onVersion(version) });

export const saveCase = async (to: Api, at: Version, data: Data): Promise<CaseView> =>
  (await to.PUT('/v1/cases/{caseId}/data', { params: of(at), body: { data } })).data;
export const submitCase = async (to: Api, at: Version): Promise<CaseView> =>
  (await to.POST('/v1/cases/{caseId}/submission', { params: of(at) })).data;
export const withdrawCase = async (to: Api, at: Version, reason: string): Promise<CaseView> =>
  (await to.POST('/v1/cases/{caseId}/withdrawal', { params: of(at), body: { reason } })).data;

export interface Decision {
  readonly step: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly changes?: Data;
}
export const decideCase = async (to: Api, at: Version, decision: Decision): Promise<CaseView> =>
  (await to.POST('/v1/cases/{caseId}/decisions', { params: of(at), body: decision })).data;
export const returnCase = async (to: Api, at: Version, step: string, reason: string): Promise<CaseView> =>
  (await to.POST('/v1/cases/{caseId}/return', { params: of(at), body: { step, reason } })).data;
export const listAssignees = async (to: Api, caseId: string, signal?: AbortSignal) =>
  (await to.GET('/v1/cases/{caseId}/assignees', { params: { path: { caseId } }, ...signalled(signal) })).data;
/** To somebody; to nobody, it goes back to all who hold the duty. */
export const assignCase = async (to: Api, at: Version, person: string | undefined): Promise<CaseView> =>
  (await to.PUT('/v1/cases/{caseId}/assignee', { params: of(at), body: person === undefined ? {} : { to: person } })).data;

export const addFile = async (to: Api, at: Version, file: { name: string; type: string; bytes: number }) =>
  (await to.POST('/v1/cases/{caseId}/files', { params: of(at), body: file })).data;

const fileOf = (caseId: string, fileId: string) => ({ path: { caseId, fileId } });
export const removeFile = async (to: Api, { caseId, version }: Version, fileId: string): Promise<CaseView> =>
  (await to.DELETE('/v1/cases/{caseId}/files/{fileId}', { params: { ...fileOf(caseId, fileId), header: onVersion(version) } })).data;
export const downloadFile = async (to: Api, caseId: string, fileId: string) =>
  (await to.GET('/v1/cases/{caseId}/files/{fileId}', { params: fileOf(caseId, fileId) })).data;
