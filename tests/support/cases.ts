/** People and departments at work on requests, in the words of the tests. */
import { randomUUID } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CaseSummary, CaseView, HistoryEntry } from '#functions/casework/api.ts';
import type { Timer } from '#functions/casework/intake.ts';
import { messageOf } from '#functions/casework/timers.ts';
import type { AllocationDetail, PoolView } from '#functions/cloud-quota/api.ts';
import { aws, config, eventually, outputs, tokenOf } from './district.ts';

export interface Reply<T = { readonly code?: string }> {
  readonly status: number;
  readonly etag: string | null;
  readonly body: T;
}

/** A request as a client sends it, headers and all. */
export const send = async <T = { readonly code?: string }>(
  who: string,
  method: string,
  path: string,
  { body, headers = {} }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply<T>> => {
  const response = await fetch(`${outputs().apiUrl}${path}`, {
    method,
    headers: { 'accept-language': 'en', authorization: `Bearer ${await tokenOf(who)}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, etag: response.headers.get('etag'), body: (text === '' ? undefined : JSON.parse(text)) as T };
};

export const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });
export const named = (key: string = randomUUID()) => ({ 'idempotency-key': key });

/** What an IT officer fills in; each test names its own system. */
export const application = (name: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  system: { name, level: 2, owner: { name: '蒋小河', phone: '13912345678' } },
  purpose: '义务教育阶段网上招生报名，峰值两万人同时在线',
  dataClasses: ['personal'],
  zone: 'government',
  environment: 'production',
  amounts: { vcpu: 100, memoryGiB: 400 },
  months: 12,
  migration: '新建系统，无迁移',
  ...changes,
});

export type Application = ReturnType<typeof application>;

export const IT_OFFICER = 'it-officer-education';

const must = <T>(reply: Reply<T>, what: string): T => {
  if (reply.status >= 300) throw new Error(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
};

export const draft = async (data: object, formId = 'cloud-quota', department = 'education', who = IT_OFFICER): Promise<CaseView> =>
  must(await send<CaseView>(who, 'POST', '/v1/cases', { body: { formId, department, data }, headers: named() }), 'draft');

export const submit = async ({ caseId, version }: CaseView, who = IT_OFFICER): Promise<CaseView> =>
  must(await send<CaseView>(who, 'POST', `/v1/cases/${caseId}/submission`, { headers: ifMatch(version) }), 'submit');

export const view = async (caseId: string, who = 'approver'): Promise<CaseView> =>
  must(await send<CaseView>(who, 'GET', `/v1/cases/${caseId}`), 'view');

export const historyOf = async (caseId: string, who = 'approver'): Promise<HistoryEntry[]> =>
  must(await send<{ items: HistoryEntry[] }>(who, 'GET', `/v1/cases/${caseId}/history`), 'history').items;

/** Waits until the case is at a step, or has ended (`ended`). */
export const until = (caseId: string, where: string, who = 'approver'): Promise<CaseView> =>
  eventually(`${caseId} at ${where}`, async () => {
    const found = await view(caseId, who);
    return (
      (where === 'ended' || where === 'returned' ? found.phase === where : found.phase === 'step' && found.step?.id === where) && found
    );
  });

export const decide = async (who: string, caseId: string, step: string, outcome: string, more: object = {}): Promise<CaseView> => {
  const { version } = await until(caseId, step);
  const body = { step, outcome, ...more };
  return must(await send<CaseView>(who, 'POST', `/v1/cases/${caseId}/decisions`, { body, headers: ifMatch(version) }), outcome);
};

/** From the form to the allocation, by the hands that it needs: a small one passes by rule. */
export const granted = async (name: string, changes: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const { caseId } = await submit(await draft(application(name, changes)));
  const assessed = await eventually(`${name} assessed`, async () => {
    const found = await view(caseId);
    return found.step?.id !== 'assess' && found;
  });
  if (assessed.step?.id === 'review') {
    await decide('reviewer', caseId, 'review', 'pass');
    await decide('approver', caseId, 'approve', 'approve');
  }
  const { outcome, results } = await until(caseId, 'ended');
  if (outcome?.id !== 'granted') throw new Error(`${name}: ${outcome?.id}`);
  return (results.allocate as { allocationId: string }).allocationId;
};

export const allocation = async (id: string, who = 'operator'): Promise<AllocationDetail & { phase: string }> =>
  must(await send<AllocationDetail>(who, 'GET', `/v1/cloud-quota/allocations/${id}`), 'allocation') as never;

export const pool = async (zone: string, who = 'operator'): Promise<PoolView> => {
  const { items } = must(await send<{ items: PoolView[] }>(who, 'GET', '/v1/cloud-quota/pools'), 'pools');
  return items.find((one) => one.zone === zone) as PoolView;
};

export const casesOf = async (department: string, who = 'approver'): Promise<CaseSummary[]> =>
  must(await send<{ items: CaseSummary[] }>(who, 'GET', `/v1/cases?department=${department}&limit=100`), 'list').items;

/** The cases that the platform opened about an allocation. */
export const proposals = async (formId: string, allocationId: string): Promise<CaseView[]> => {
  const cases = (await casesOf('education')).filter(({ form }) => form.id === formId);
  const found = await Promise.all(cases.map(({ caseId }) => view(caseId)));
  return found.filter(({ data }) => data.allocationId === allocationId);
};

export const proposed = (formId: string, allocationId: string): Promise<CaseView> =>
  eventually(`${formId} about ${allocationId}`, async () => (await proposals(formId, allocationId))[0]);

/** What EventBridge Scheduler sends when a step's time is over, sent now: its own time is the timer's only clock. */
export const ring = async (caseId: string, kind: Timer['kind']): Promise<void> => {
  const { version: _, ...found } = await view(caseId);
  const history = await historyOf(caseId);
  const attempt = history.filter(({ type }) => type === 'stepStarted').length;
  const started = history.findLastIndex(({ type }) => type === 'stepStarted');
  const level = history.slice(started).filter(({ type }) => type === 'climbed').length;
  const sqs = new SQSClient(aws());
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${config.district.id}-casework-intake` }));
  const timer: Timer = { caseId, attempt, level, kind, at: found.dueAt as string };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: messageOf(timer, 'test') }));
};

const lambda = () => new LambdaClient(aws());

/** Runs a nightly function as of another time: the schedule's own time is its only clock. */
export const nightly = async (name: 'daily' | 'audit' | 'meter', time: Date): Promise<unknown> => {
  const { FunctionError, Payload } = await lambda().send(
    new InvokeCommand({
      FunctionName: `${config.district.id}-cloud-quota-${name}`,
      Payload: JSON.stringify({ time: time.toISOString() }),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError) throw new Error(`${name}: ${text}`);
  return JSON.parse(text);
};
