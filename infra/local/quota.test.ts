import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AllocationView, Estimate } from '#functions/cloud-quota/api.ts';
import { apply, plan, planText, QuotaClient, readRequest } from './quota.ts';

const YAML = `department: education
data:
  system: { name: 招生系统, level: 2 }
  dataClasses: [internal]
  zone: government
  amounts: { vcpu: 16, memoryGiB: 32 }
  months: 12
`;

describe('a request in YAML', () => {
  test('is the form’s fields, named by its content', () => {
    const request = readRequest('r.yaml', YAML);
    expect(request).toMatchObject({ formId: 'cloud-quota', department: 'education', data: { zone: 'government', amounts: { vcpu: 16 } } });
    expect(request.key).toMatch(/^[0-9a-f]{64}$/);
    expect(readRequest('other.yaml', `# said otherwise\n${YAML}`).key).toBe(request.key);
    expect(readRequest('r.yaml', YAML.replace('16', '17')).key).not.toBe(request.key);
    expect(readRequest('r.yaml', `form: cloud-quota-resize\n${YAML}`).formId).toBe('cloud-quota-resize');
  });

  test.each([
    [YAML.replace('department: education', 'department: 5'), 'r.yaml:1:13: department: 应为申请部门的 id，实为 5'],
    [YAML.replace('department', 'departement'), 'r.yaml:1:1: departement: 应为已知字段'],
    ['department: education\n', 'r.yaml:1:1: data: 应为表单内容（名称: 值），实为空'],
    ['department: education\ndata: [1]\n', 'r.yaml:2:7: data: 应为表单内容'],
    ['department: [', 'r.yaml:'],
  ])('that is wrong is refused with its place: %#', (text, says) => {
    expect(() => readRequest('r.yaml', text)).toThrow(says);
  });
});

interface Call {
  readonly request: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Answers as the platform would, by what the test says, and remembers what it was asked. */
let server: Server;
let client: QuotaClient;
let calls: Call[];
let answers: Record<string, { status?: number; etag?: string; body: object }>;
beforeEach(async () => {
  calls = [];
  answers = {};
  server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = `${incoming.method} ${incoming.url}`;
      const text = Buffer.concat(chunks).toString();
      calls.push({ request, headers: incoming.headers, body: text === '' ? undefined : JSON.parse(text) });
      const {
        status = 200,
        etag,
        body,
      } = answers[request] ?? { status: 404, body: { code: 'unknown-route', title: '未找到', detail: '没有' } };
      response.writeHead(status, { ...(etag && { etag }) }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  client = new QuotaClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 'a.b.c');
});
afterEach(() => new Promise((closed) => server.close(closed)));

const ESTIMATE: Estimate = {
  currency: 'CNY',
  lines: [
    { kind: 'vcpu', amount: 16, price: 4500, fenPerMonth: 72_000 },
    { kind: 'memoryGiB', amount: 32, price: 1800, fenPerMonth: 57_600 },
  ],
  priceFenPerMonth: 129_600,
  priceFen: 1_555_200,
  freeInPool: { vcpu: 1988, memoryGiB: 7968 },
  freeInDepartment: { vcpu: 188, memoryGiB: -1 },
  standard: false,
  findings: [{ id: 'allocated-already', severity: 'warning', text: { zh: '已有资源', en: 'There already' }, pointer: '/system' }],
};
const allocation = (change: Partial<AllocationView>): AllocationView => ({
  allocationId: 'alc_01',
  department: 'education',
  system: { systemId: 'sys_01', name: '招生系统' },
  zone: 'government',
  environment: 'production',
  amounts: { vcpu: 12, objectGiB: 5 },
  validFrom: '2026-07-01T00:00:00Z',
  expiresAt: '2027-07-01T00:00:00Z',
  phase: 'active',
  level: 2,
  dataClasses: [],
  caseId: 'case_01',
  priceFenPerMonth: 1,
  budgetFenPerMonth: 1,
  version: 1,
  ...change,
});
const request = readRequest('r.yaml', YAML);
const ALLOCATIONS = 'GET /v1/cloud-quota/allocations?department=education&phase=active&limit=200';

describe('a plan', () => {
  test('asks for an estimate and for what the system has there', async () => {
    answers['POST /v1/cloud-quota/estimates'] = { body: ESTIMATE };
    answers[ALLOCATIONS] = {
      body: {
        items: [
          allocation({ zone: 'internet' }),
          allocation({ environment: 'test' }),
          allocation({ system: { systemId: 'sys_02', name: '别的' } }),
          allocation({ allocationId: 'alc_02' }),
        ],
      },
    };
    expect((await plan(client, request)).current?.allocationId).toBe('alc_02');
    expect(calls[0]?.headers.authorization).toBe('Bearer a.b.c');
    expect(calls[0]?.body).toEqual({
      department: 'education',
      zone: 'government',
      amounts: { vcpu: 16, memoryGiB: 32 },
      months: 12,
      system: { name: '招生系统', level: 2 },
      dataClasses: ['internal'],
    });
  });

  test('in words: what changes, what it costs, what is left, what was found', () => {
    expect(planText(request, { estimate: ESTIMATE, current: allocation({}) }).split('\n')).toEqual([
      'education · government · production · 12 个月 months · alc_01',
      '  kind       now  asked  change  per month  quota left  pool left',
      '  vcpu        12     16      +4    ¥720.00         188       1988',
      '  memoryGiB    0     32     +32    ¥576.00           ∞       7968',
      '  objectGiB    5      5       =      ¥0.00           0          0',
      '  每月 per month ¥1,296.00，全期 whole term ¥15,552.00',
      '检查结果 What the checks find',
      '  ! /system: 已有资源',
      '    There already',
      '须经人员审核 People decide on it',
    ]);
    expect(planText(request, { estimate: { ...ESTIMATE, findings: [], standard: true } })).toMatch(
      /按规则可直接通过 It would pass by rule$/,
    );
  });

  test('that is refused says why', async () => {
    answers['POST /v1/cloud-quota/estimates'] = { status: 404, body: { code: 'unknown-zone', title: '未找到', detail: '没有区域“moon”' } };
    await expect(plan(client, request)).rejects.toThrow(/未找到：没有区域“moon”\n {2}HTTP 404 unknown-zone/);
  });
});

describe('sending', () => {
  const ID = 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
  const draft = { caseId: ID, phase: 'draft', version: 3 };

  test('opens the request under the name of its content and sends the version that it was answered', async () => {
    answers['POST /v1/cases'] = { status: 201, etag: '"3"', body: draft };
    const sent = { caseId: ID, phase: 'step', version: 4, step: { name: { zh: '自动检查', en: 'Checks' } } };
    answers[`POST /v1/cases/${ID}/submission`] = { body: sent };
    expect(await apply(client, request)).toEqual(sent);
    expect(calls.map((call) => call.request)).toEqual(['POST /v1/cases', `POST /v1/cases/${ID}/submission`]);
    expect(calls[0]).toMatchObject({
      headers: { 'idempotency-key': request.key },
      body: { formId: 'cloud-quota', department: 'education', data: { months: 12 } },
    });
    expect(calls[1]?.headers['if-match']).toBe('"3"');
    expect(client.statusPage(ID)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/requests\/case_01JZ/);
  });

  test('what was sent before is not sent again', async () => {
    answers['POST /v1/cases'] = { status: 201, etag: '"9"', body: { ...draft, phase: 'ended' } };
    expect(await apply(client, request)).toMatchObject({ phase: 'ended' });
    expect(calls).toHaveLength(1);
  });

  test('that is refused shows each finding', async () => {
    answers['POST /v1/cases'] = { status: 201, etag: '"3"', body: draft };
    const findings = [{ severity: 'blocking', text: { zh: '缺迁移方案', en: 'No migration plan' }, pointer: '/migration' }];
    answers[`POST /v1/cases/${ID}/submission`] = {
      status: 400,
      body: {
        code: 'form-incomplete',
        title: '请求有误',
        detail: '表单不完整',
        errors: [{ pointer: '/months', message: 'must be integer' }],
        findings,
      },
    };
    await expect(apply(client, request)).rejects.toThrow(
      /表单不完整\n {2}✗ \/months must be integer\n {2}✗ \/migration: 缺迁移方案\n {4}No migration plan\n {2}HTTP 400 form-incomplete/,
    );
  });
});
