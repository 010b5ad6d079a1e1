import { createHash } from 'node:crypto';
import { department, mayOn, type Principal, type Resource } from '#functions/identity/access.ts';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { type Call, denied, httpApi, serve } from '#runtime/http.ts';
import { newId } from '#runtime/ids.ts';
import { retryConflicts } from '#runtime/table.ts';
import * as api from '../api.ts';
import { actorOf, type Changed, change, checkFields, command, type Engine, visible } from '../cases.ts';
import type { CaseworkConfig } from '../config.ts';
import { apiEnv } from '../environment.ts';
import { Files } from '../files.ts';
import { mayApplyFor, present, toFormSummary, toFormView } from '../present.ts';
import { keyReused, toFailure, unknownCase, unknownForm } from '../refusals.ts';
import { CaseStore, keyClaim, type StoredCase } from '../store.ts';
import * as validators from '../validators.generated.ts';
import { toHistory } from '../view.ts';

const { forms, bureau, calendar, departments } = readConfig<CaseworkConfig>();
const env = readEnv(apiEnv);
const store = new CaseStore(dynamo(), env.CASES_TABLE);
const files = new Files(env.FILES_BUCKET);
const engine: Engine = { store, bureau, calendar };

const show = async (principal: Principal, { stored, form }: Changed): Promise<api.CaseView> =>
  present(principal, stored, form, await store.history(stored.state.caseId));

const shown = async (principal: Principal, stored: StoredCase) => show(principal, { stored, form: await store.form(stored.state.form) });

const formOf = (id: string) => {
  const form = forms.find((one) => one.id === id);
  if (!form) throw unknownForm();
  return form;
};

/** Named by its key, a request that is sent again is answered with what it made the first time. */
const create = ({ principal, body, key, now, requestId }: Call<typeof api.createCase>): Promise<api.CaseView> =>
  retryConflicts(async () => {
    const form = formOf(body.formId);
    const where = department(body.department);
    if (!mayApplyFor(principal, form).includes(body.department)) throw denied(principal, 'cases:create', where);
    checkFields(form, body.data);
    const claim = keyClaim(`${principal.kind}:${principal.id}`, key, createHash('sha256').update(JSON.stringify(body)).digest('hex'), now);
    const earlier = await store.claimed(claim);
    if (earlier) {
      if (earlier.hash !== claim.hash) throw keyReused();
      return shown(principal, (await store.get(earlier.caseId)) as StoredCase);
    }
    await store.keepForm(form);
    const caseId = newId('case', now);
    const actor = actorOf(principal, 'cases:create', where, requestId);
    const opening = { type: 'open', caseId, department: body.department, data: body.data } as const;
    return show(principal, { stored: await change(engine, form, undefined, opening, actor, now, claim), form });
  });

/** Of a department that the caller may read, or of all queues in which the caller's duties are waited for. */
const list = async ({ principal, query: { department: wanted, limit = 50, cursor } }: Call<typeof api.listCases>) => {
  if (wanted !== undefined) {
    const any: Resource = { type: 'Case', id: '', department: wanted, people: [] };
    if (!departments.includes(wanted) || !mayOn(principal, 'cases:read', any)) throw unknownCase();
    return store.ofDepartment(wanted, limit, cursor);
  }
  const queues = [...new Set(principal.duties.map((held) => `${held.department}/${held.duty}`))];
  const pages = await Promise.all(queues.map((queue) => store.inQueue(queue, limit)));
  const items = pages.flatMap((page) => page.items).sort((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1));
  return { items: items.slice(0, limit) };
};

export const handler = httpApi(
  [
    serve(api.listForms, async ({ principal }) => ({ items: forms.map((form) => toFormSummary(principal, form)) })),
    serve(api.getForm, async ({ principal, params }) => toFormView(principal, formOf(params.formId))),
    serve(api.createCase, create),
    serve(api.listCases, list),
    serve(api.getCase, async ({ principal, params }) => shown(principal, await visible(engine, principal, params.caseId))),
    serve(api.getCaseHistory, async ({ principal, params }) => {
      const { state } = await visible(engine, principal, params.caseId);
      return { items: toHistory(await store.history(params.caseId), await store.form(state.form)) };
    }),
    serve(api.saveCase, async (call) => {
      const made = await command(engine, call, call.params.caseId, 'cases:edit', (_, form) => {
        checkFields(form, call.body.data);
        return { type: 'save', data: call.body.data };
      });
      return show(call.principal, made);
    }),
    serve(api.submitCase, async (call) =>
      show(call.principal, await command(engine, call, call.params.caseId, 'cases:edit', () => ({ type: 'submit' }))),
    ),
    serve(api.withdrawCase, async (call) =>
      show(
        call.principal,
        await command(engine, call, call.params.caseId, 'cases:edit', () => ({ type: 'withdraw', reason: call.body.reason })),
      ),
    ),
    serve(api.decideCase, async (call) =>
      show(call.principal, await command(engine, call, call.params.caseId, 'cases:decide', () => ({ type: 'decide', ...call.body }))),
    ),
    serve(api.returnCase, async (call) =>
      show(call.principal, await command(engine, call, call.params.caseId, 'cases:decide', () => ({ type: 'return', ...call.body }))),
    ),
    serve(api.assignCase, async (call) =>
      show(call.principal, await command(engine, call, call.params.caseId, 'cases:assign', () => ({ type: 'assign', ...call.body }))),
    ),
    serve(api.addCaseFile, async (call) => {
      const fileId = newId('file', call.now);
      const made = await command(engine, call, call.params.caseId, 'cases:edit', (_, form) => {
        files.accept(form, call.body);
        return { type: 'addFile', file: { fileId, ...call.body, state: 'awaited' } };
      });
      const upload = await files.upload(call.params.caseId, fileId, call.body, call.now);
      return { case: await show(call.principal, made), upload, fileId };
    }),
    serve(api.getCaseFile, async ({ principal, params, now }) => {
      const { state } = await visible(engine, principal, params.caseId);
      const file = state.files.find(({ fileId }) => fileId === params.fileId);
      if (!file) throw toFailure({ refused: 'unknown-file' });
      if (file.state !== 'clean') throw toFailure({ refused: 'file-not-ready' });
      return files.download(params.caseId, file, now);
    }),
    serve(api.removeCaseFile, async (call) =>
      show(
        call.principal,
        await command(engine, call, call.params.caseId, 'cases:edit', () => ({ type: 'removeFile', fileId: call.params.fileId })),
      ),
    ),
  ],
  validators,
);
