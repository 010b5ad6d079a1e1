/** From a department's request to the end of what it was given: form, decisions, allocation, operation, expiry, freeze, release. */
import { describe, expect, test } from 'vitest';
import {
  allocation,
  application,
  decide,
  draft,
  granted,
  historyOf,
  IT_OFFICER,
  ifMatch,
  named,
  nightly,
  pool,
  proposals,
  proposed,
  ring,
  send,
  submit,
  until,
  view,
} from './support/cases.ts';
import { eventually } from './support/district.ts';

const DAY = 86_400_000;
const reservedOf = async (kind: string) => (await pool('government')).kinds.find((one) => one.kind === kind)?.reserved ?? Number.NaN;

describe('a request', () => {
  test('that is small and standard passes by rule, without a hand', async () => {
    const before = await reservedOf('vcpu');
    const { caseId } = await submit(
      await draft(application('小型测试系统', { environment: 'test', amounts: { vcpu: 2, memoryGiB: 4 }, months: 3 })),
    );
    const ended = await until(caseId, 'ended');
    expect(ended.outcome?.id).toBe('granted');
    expect(ended.steps.map(({ id, state }) => [id, state])).toEqual([
      ['assess', 'done'],
      ['review', 'byRule'],
      ['approve', 'byRule'],
      ['allocate', 'done'],
    ]);
    expect(await reservedOf('vcpu')).toBe(before + 2);
    expect((await historyOf(caseId)).filter(({ type }) => type === 'decided').map(({ by }) => by)).toEqual([
      'system:cloud-quota',
      'system:rules',
      'system:rules',
      'system:cloud-quota',
    ]);
  });

  test('shows its price and what is left before it is sent', async () => {
    const body = { department: 'education', zone: 'government', amounts: { vcpu: 250 }, months: 6 };
    const { status, body: estimate } = await send<{
      priceFenPerMonth: number;
      freeInDepartment: Record<string, number>;
      findings: object[];
    }>(IT_OFFICER, 'POST', '/v1/cloud-quota/estimates', { body });
    expect(status).toBe(200);
    expect(estimate.priceFenPerMonth).toBeGreaterThan(0);
    expect(estimate.freeInDepartment.vcpu).toBeLessThan(250);
    expect(estimate.findings).not.toEqual([]);
  });

  test('is asked back, amended, approved in part and granted so; each step says with whom, until when and why', async () => {
    const { caseId } = await submit(await draft(application('招生报名系统')));
    const review = await until(caseId, 'review');
    expect(review).toMatchObject({ waitsFor: { department: 'big-data', duty: 'reviewer' }, overdue: false });
    expect(Date.parse(review.dueAt as string)).toBeGreaterThan(Date.now());

    const back = await send('reviewer', 'POST', `/v1/cases/${caseId}/return`, {
      body: { step: 'review', reason: '请说明峰值的依据' },
      headers: ifMatch(review.version),
    });
    expect(back.status).toBe(200);
    const returned = await view(caseId, IT_OFFICER);
    expect(returned).toMatchObject({ phase: 'returned', reason: '请说明峰值的依据', may: ['cases:edit', 'cases:unmask'] });

    const amended = { data: { ...application('招生报名系统'), purpose: '去年同期峰值一万八千人，按一成余量估算' } };
    await send(IT_OFFICER, 'PUT', `/v1/cases/${caseId}/data`, { body: amended, headers: ifMatch(returned.version) });
    await submit(await view(caseId, IT_OFFICER));
    await decide('reviewer', caseId, 'review', 'pass');
    const part = await decide('approver', caseId, 'approve', 'approve', {
      reason: '先按六成分配',
      changes: { granted: { vcpu: 60, memoryGiB: 240 } },
    });
    expect(part.phase).toBe('step');
    const ended = await until(caseId, 'ended');
    expect(ended).toMatchObject({ outcome: { id: 'granted' }, data: { granted: { vcpu: 60 } } });
    const { allocationId } = ended.results.allocate as { allocationId: string };
    expect(await allocation(allocationId)).toMatchObject({
      phase: 'active',
      amounts: { vcpu: 60, memoryGiB: 240 },
      department: 'education',
    });
    expect((await historyOf(caseId)).map(({ type }) => type)).toEqual([
      ...['opened', 'submitted', 'stepStarted', 'decided', 'stepStarted', 'returned'],
      ...[
        'saved',
        'submitted',
        'stepStarted',
        'decided',
        'stepStarted',
        'decided',
        'stepStarted',
        'decided',
        'stepStarted',
        'decided',
        'ended',
      ],
    ]);
  });

  test('is refused with a reason, and not without', async () => {
    const { caseId } = await submit(await draft(application('不批准的系统')));
    const { version } = await until(caseId, 'review');
    const bare = await send('reviewer', 'POST', `/v1/cases/${caseId}/decisions`, {
      body: { step: 'review', outcome: 'refuse' },
      headers: ifMatch(version),
    });
    expect(bare).toMatchObject({ status: 400, body: { code: 'reason-required' } });
    await decide('reviewer', caseId, 'review', 'refuse', { reason: '与现有系统重复建设' });
    expect(await view(caseId, IT_OFFICER)).toMatchObject({ phase: 'ended', outcome: { id: 'refused' }, reason: '与现有系统重复建设' });
  });

  test('for more than there is ends with that outcome, and nothing is reserved', async () => {
    const before = await reservedOf('vcpu');
    const { caseId } = await submit(await draft(application('过大的系统', { amounts: { vcpu: 190 } })));
    // Between its assessment and its approval another takes what is left of the department's quota.
    await granted('先到的系统', { amounts: { vcpu: 30 } });
    await decide('reviewer', caseId, 'review', 'pass');
    await decide('approver', caseId, 'approve', 'approve');
    const ended = await until(caseId, 'ended');
    expect(ended.outcome?.id).toBe('not-available');
    expect(ended.findings.some(({ severity }) => severity === 'blocking')).toBe(true);
    expect(await reservedOf('vcpu')).toBe(before + 30);
  });

  test('is taken back by its department while nothing is bound', async () => {
    const { caseId } = await submit(await draft(application('撤回的系统')));
    const { version } = await until(caseId, 'review');
    const taken = await send(IT_OFFICER, 'POST', `/v1/cases/${caseId}/withdrawal`, {
      body: { reason: '项目取消' },
      headers: ifMatch(version),
    });
    expect(taken.status).toBe(200);
    expect((await view(caseId)).outcome?.id).toBe('withdrawn');
    const late = await send('reviewer', 'POST', `/v1/cases/${caseId}/decisions`, {
      body: { step: 'review', outcome: 'pass' },
      headers: ifMatch(version + 1),
    });
    expect(late.body.code).toMatch(/not-permitted|case-ended/);
  });

  test('that nobody decides is reminded of, then climbs to those above', async () => {
    const { caseId } = await submit(await draft(application('被遗忘的系统')));
    await until(caseId, 'review');
    await ring(caseId, 'remind');
    await eventually('it reminded of', async () => (await historyOf(caseId)).some(({ type }) => type === 'reminded'));
    await ring(caseId, 'due');
    const climbed = await eventually('it with the approver', async () => {
      const found = await view(caseId);
      return found.overdue && found;
    });
    expect(climbed.waitsFor).toEqual({ department: 'big-data', duty: 'approver' });
    // Told twice, it climbs once.
    expect((await historyOf(caseId)).filter(({ type }) => type === 'climbed')).toHaveLength(1);
    await decide('approver', caseId, 'review', 'refuse', { reason: '逾期后由审批岗决定' });
  });
});

describe('personal data', () => {
  test('are masked in every view; a look in full is recorded, and refused to whom the request does not wait for', async () => {
    const { caseId } = await submit(await draft(application('含个人信息的申请')));
    const { version, data, masked } = await until(caseId, 'review');
    expect(JSON.stringify(data)).not.toContain('13912345678');
    expect(masked).toEqual(['/system/owner/name', '/system/owner/phone']);
    const full = await send<{ data: { system: { owner: object } } }>('reviewer', 'GET', `/v1/cases/${caseId}?unmask=true`);
    expect(full.body.data.system.owner).toEqual({ name: '蒋小河', phone: '13912345678' });
    expect(await send('operator', 'GET', `/v1/cases/${caseId}?unmask=true`)).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
    const entry = await eventually(
      'the look in the audit log',
      async () => {
        const { body } = await send<{ items: { record: { action: string; actor: string } }[] }>(
          'auditor',
          'GET',
          `/v1/audit/entries?resource=case:${caseId}`,
        );
        return body.items.find(({ record }) => record.action === 'cases:unmask');
      },
      60,
    );
    expect(entry.record.actor).toBe('person:peng-tao');
    // What was read masked does not overwrite what it stands for.
    await send('reviewer', 'POST', `/v1/cases/${caseId}/return`, { body: { step: 'review', reason: '请核对' }, headers: ifMatch(version) });
    const back = await view(caseId, IT_OFFICER);
    const saved = await send(IT_OFFICER, 'PUT', `/v1/cases/${caseId}/data`, { body: { data: back.data }, headers: ifMatch(back.version) });
    expect(saved).toMatchObject({ status: 400, body: { code: 'masked-value' } });
  });
});

describe('bad input', () => {
  test('is refused with a problem that says what and where', async () => {
    const post = (body: unknown, headers: Record<string, string> = named()) => send(IT_OFFICER, 'POST', '/v1/cases', { body, headers });
    const whole = { formId: 'cloud-quota', department: 'education', data: application('x') };
    expect(await post({ ...whole, extra: 1 })).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    expect(await post({ ...whole, data: { ...whole.data, granted: { vcpu: 9 } } })).toMatchObject({
      status: 400,
      body: { code: 'unknown-field' },
    });
    expect(await post('{"formId":"cloud-quota","formId":"x","department":"education","data":{}}')).toMatchObject({
      status: 400,
      body: { code: 'repeated-field' },
    });
    expect(await post('{"formId":')).toMatchObject({ status: 400, body: { code: 'malformed-json' } });
    expect(await post(whole, {})).toMatchObject({ status: 400, body: { code: 'idempotency-key-required' } });
    expect((await post({ ...whole, data: { purpose: 'x'.repeat(10_000_000) } })).status).toBe(413);
    expect(await post({ ...whole, formId: 'nothing' })).toMatchObject({ status: 404, body: { code: 'unknown-form' } });
  });

  test('a key sent again answers the same request, and no other', async () => {
    const headers = named();
    const body = { formId: 'cloud-quota', department: 'education', data: application('一次') };
    const [first, second] = [
      await send<{ caseId: string }>(IT_OFFICER, 'POST', '/v1/cases', { body, headers }),
      await send<{ caseId: string }>(IT_OFFICER, 'POST', '/v1/cases', { body, headers }),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.caseId).toBe(first.body.caseId);
    const other = await send(IT_OFFICER, 'POST', '/v1/cases', { body: { ...body, data: application('二次') }, headers });
    expect(other).toMatchObject({ status: 400, body: { code: 'idempotency-key-reused' } });
  });

  test('a version that is no longer the current one, or none at all', async () => {
    const { caseId, version } = await draft(application('并发'));
    const save = (headers: Record<string, string>) =>
      send(IT_OFFICER, 'PUT', `/v1/cases/${caseId}/data`, { body: { data: application('并发') }, headers });
    expect(await save({})).toMatchObject({ status: 428, body: { code: 'if-match-required' } });
    expect(await save(ifMatch(version))).toMatchObject({ status: 200, etag: `"${version + 1}"` });
    expect(await save(ifMatch(version))).toMatchObject({ status: 412, body: { code: 'stale-version' } });
  });

  test('an officer of another department reads, guesses and pages in vain', async () => {
    const { caseId, version } = await draft(application('别部门的'));
    const stranger = 'it-officer-health';
    expect(await send(stranger, 'GET', `/v1/cases/${caseId}`)).toMatchObject({ status: 404, body: { code: 'unknown-case' } });
    expect((await send(stranger, 'GET', `/v1/cases/${caseId}/history`)).status).toBe(404);
    expect((await send(stranger, 'PUT', `/v1/cases/${caseId}/data`, { body: { data: {} }, headers: ifMatch(version) })).status).toBe(404);
    expect((await send(stranger, 'GET', '/v1/cases?department=education')).status).toBe(404);
    expect(
      (await send(stranger, 'POST', '/v1/cases', { body: { formId: 'cloud-quota', department: 'education', data: {} }, headers: named() }))
        .status,
    ).toBe(403);
  });

  test('nobody decides on their own request, and nobody decides twice', async () => {
    const { caseId } = await submit(await draft(application('自批')));
    const { version } = await until(caseId, 'review');
    const pass = (who: string) =>
      send(who, 'POST', `/v1/cases/${caseId}/decisions`, { body: { step: 'review', outcome: 'pass' }, headers: ifMatch(version) });
    expect(await pass(IT_OFFICER)).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    const both = await Promise.all([pass('reviewer'), pass('reviewer-2')]);
    expect(both.map(({ status }) => status).sort()).not.toEqual([200, 200]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    // Climbed to the approver, who passes it: its approval is for another.
    const { caseId: late } = await submit(await draft(application('一人两岗')));
    await until(late, 'review');
    await ring(late, 'due');
    await eventually('it with the approver', async () => (await view(late)).overdue);
    const passed = await decide('approver', late, 'review', 'pass');
    expect(passed).toMatchObject({ separatedBy: { id: 'review' }, may: expect.not.arrayContaining(['cases:decide']) });
    const body = { step: 'approve', outcome: 'approve' };
    expect(await send('approver', 'POST', `/v1/cases/${late}/decisions`, { body, headers: ifMatch(passed.version) })).toMatchObject({
      status: 403,
      body: { code: 'separation-of-duties' },
    });
  });
});

describe('what was granted', () => {
  test('is noticed before it expires, frozen, and released after a last export: each by a person’s decision', async () => {
    const before = await reservedOf('memoryGiB');
    const id = await granted('到期的系统', { amounts: { vcpu: 4, memoryGiB: 16 }, months: 12 });
    expect(await reservedOf('memoryGiB')).toBe(before + 16);
    const expires = Date.parse((await allocation(id)).expiresAt);

    await nightly('daily', new Date(expires - 30 * DAY));
    await nightly('daily', new Date(expires - 30 * DAY));
    const expiry = await proposed('cloud-quota-expiry', id);
    expect(await proposals('cloud-quota-expiry', id)).toHaveLength(1);
    expect(expiry).toMatchObject({ step: { id: 'answer' }, waitsFor: { department: 'education', duty: 'it-officer' } });
    await decide(IT_OFFICER, expiry.caseId, 'answer', 'let-go');

    for (const days of [7, 1]) await nightly('daily', new Date(expires - days * DAY));
    expect((await allocation(id)).notices).toEqual([30, 7, 1]);

    await nightly('daily', new Date(expires + DAY / 2));
    const freeze = await proposed('cloud-quota-freeze', id);
    expect((await allocation(id)).phase).toBe('active');
    await decide('operator', freeze.caseId, 'decide', 'freeze');
    await until(freeze.caseId, 'ended');
    expect((await allocation(id)).phase).toBe('frozen');
    expect(await reservedOf('memoryGiB')).toBe(before + 16);

    await nightly('daily', new Date(expires + 120 * DAY));
    const release = await proposed('cloud-quota-release', id);
    await decide('operator', release.caseId, 'decide', 'release', { changes: { exported: true } });
    expect((await until(release.caseId, 'ended')).outcome?.id).toBe('done');
    expect((await allocation(id)).phase).toBe('released');
    expect(await reservedOf('memoryGiB')).toBe(before);
  });

  test('is extended, resized, never below what is in use, and given back', async () => {
    const id = await granted('变更的系统', { amounts: { vcpu: 8, memoryGiB: 32 } });
    const change = async (formId: string, data: object) => {
      const { caseId } = await submit(await draft({ allocationId: id, reason: '业务变化需要调整', ...data }, formId));
      await decide('approver', caseId, 'approve', 'approve');
      return until(caseId, 'ended');
    };
    const { expiresAt } = await allocation(id);
    expect((await change('cloud-quota-extend', { months: 6 })).outcome?.id).toBe('done');
    expect(Date.parse((await allocation(id)).expiresAt)).toBeGreaterThan(Date.parse(expiresAt) + 150 * DAY);

    // The district's day, eight hours ahead of UTC; the night after it is looked at.
    const today = new Date(Date.now() + DAY / 3).toISOString().slice(0, 10);
    const used = await send('operator', 'PUT', `/v1/cloud-quota/allocations/${id}/usage`, {
      body: { days: [{ day: today, used: { vcpu: 6, memoryGiB: 20 } }] },
    });
    expect(used.status).toBe(200);
    await nightly('daily', new Date(Date.now() + DAY));
    expect((await change('cloud-quota-resize', { amounts: { vcpu: 4, memoryGiB: 16 } })).outcome?.id).toBe('not-possible');
    expect((await change('cloud-quota-resize', { amounts: { vcpu: 6, memoryGiB: 24 } })).outcome?.id).toBe('done');
    expect((await allocation(id)).amounts).toEqual({ vcpu: 6, memoryGiB: 24 });
    expect((await change('cloud-quota-terminate', { exported: true })).outcome?.id).toBe('done');
    expect((await allocation(id)).phase).toBe('released');
  });

  test('goes to another department with its system: its own people see it no more', async () => {
    const id = await granted('移交的系统', { amounts: { vcpu: 2, memoryGiB: 4 } });
    const transfer = { allocationId: id, to: 'health', reason: '职能划转，系统随之移交' };
    const { caseId } = await submit(await draft(transfer, 'cloud-quota-transfer'));
    await decide('approver', caseId, 'approve', 'approve');
    expect((await until(caseId, 'ended')).outcome?.id).toBe('done');
    expect(await allocation(id, 'it-officer-health')).toMatchObject({ department: 'health', phase: 'active' });
    expect(await send(IT_OFFICER, 'GET', `/v1/cloud-quota/allocations/${id}`)).toMatchObject({ status: 404 });
  });

  test('the books balance after all this', async () => {
    expect(await nightly('audit', new Date())).toMatchObject({ differences: 0 });
  });
});
