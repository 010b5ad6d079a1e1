import { SQSClient } from '@aws-sdk/client-sqs';
import type { Action, Principal } from '#functions/identity/access.ts';
import { AuditTrail } from '#functions/identity/audit/trail.ts';
import { Directory } from '#functions/identity/store.ts';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { type Call, httpApi, serve } from '#runtime/http.ts';
import { newId } from '#runtime/ids.ts';
import * as api from '../api.ts';
import { assigning, listAssignees, type Register } from '../assignees.ts';
import { type Changed, command, saving, visible } from '../cases.ts';
import type { CaseworkApiConfig } from '../config.ts';
import { apiEnv } from '../environment.ts';
import { Files } from '../files.ts';
import { lookAtFile, lookInFull } from '../look.ts';
import { present, toFormSummary, toFormView } from '../present.ts';
import { type Desk, formAsked, listCases, openCase } from '../requests.ts';
import { CaseStore, type StoredCase } from '../store.ts';
import * as validators from '../validators.generated.ts';
import { toHistory } from '../view.ts';

const config = readConfig<CaseworkApiConfig>();
const env = readEnv(apiEnv);
const store = new CaseStore(dynamo(), env.CASES_TABLE, config.retention);
const files = new Files(env.FILES_BUCKET);
const desk: Desk = { ...config, store };
const register: Register = { ...config, directory: new Directory(dynamo(), env.DIRECTORY_TABLE, config.officers) };
const trail = new AuditTrail(new SQSClient(clientOptions), env.AUDIT_QUEUE);

const show = async (principal: Principal, { stored, form }: Changed, full = false): Promise<api.CaseView> =>
  present(principal, stored, form, await store.history(stored.state.caseId), full);

interface Changing extends Pick<Call<typeof api.submitCase>, 'principal' | 'ifMatch' | 'now' | 'requestId'> {
  readonly params: { readonly caseId: string };
}
const does = async (call: Changing, action: Action, make: Parameters<typeof command>[4]): Promise<api.CaseView> =>
  show(call.principal, await command(desk, call, call.params.caseId, action, make));

const shown = async (principal: Principal, stored: StoredCase) => show(principal, { stored, form: await store.form(stored.state.form) });

export const handler = httpApi(
  [
    serve(api.listForms, async ({ principal }) => ({ items: desk.forms.map((form) => toFormSummary(principal, form)) })),
    serve(api.getForm, async ({ principal, params, query }) => toFormView(principal, await formAsked(desk, params.formId, query))),
    serve(api.createCase, async (call) => shown(call.principal, await openCase(desk, call, newId('case', call.now)))),
    serve(api.listCases, ({ principal, query }) => listCases(desk, principal, query)),
    serve(api.getCase, async (call) =>
      call.query.unmask
        ? show(call.principal, await lookInFull(desk, trail, call), true)
        : shown(call.principal, await visible(desk, call.principal, call.params.caseId)),
    ),
    serve(api.getCaseHistory, async ({ principal, params }) => {
      const { state } = await visible(desk, principal, params.caseId);
      return { items: toHistory(await store.history(params.caseId), await store.form(state.form)) };
    }),
    serve(api.saveCase, (call) => does(call, 'cases:edit', saving(call.body.data))),
    serve(api.submitCase, (call) => does(call, 'cases:edit', () => ({ type: 'submit' }))),
    serve(api.withdrawCase, (call) => does(call, 'cases:edit', () => ({ type: 'withdraw', ...call.body }))),
    serve(api.decideCase, (call) => does(call, 'cases:decide', () => ({ type: 'decide', ...call.body }))),
    serve(api.returnCase, (call) => does(call, 'cases:decide', () => ({ type: 'return', ...call.body }))),
    serve(api.listAssignees, (call) => listAssignees(desk, register, call)),
    serve(api.assignCase, (call) => does(call, 'cases:assign', assigning(register, call))),
    serve(api.addCaseFile, async (call) => {
      const fileId = newId('file', call.now);
      const made = await does(call, 'cases:edit', (form) => {
        files.accept(form, call.body);
        return { type: 'addFile', file: { fileId, ...call.body, state: 'awaited' } };
      });
      return { case: made, upload: await files.upload(call.params.caseId, fileId, call.body, call.now), fileId };
    }),
    serve(api.getCaseFile, async (call) => files.download(call.params.caseId, await lookAtFile(desk, trail, call), call.now)),
    serve(api.removeCaseFile, (call) => does(call, 'cases:edit', () => ({ type: 'removeFile', fileId: call.params.fileId }))),
  ],
  validators,
);
