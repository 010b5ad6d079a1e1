/** Departments and the bureau at the console, in a real browser on the local cloud: from the form to what was granted. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findings, launch, type Options, PHONE, shoot, visit } from './support/browser.ts';
import { application, casesOf, decide, draft, granted, IT_OFFICER, ifMatch, send, submit, until, view } from './support/cases.ts';
import { eventually, outputs } from './support/district.ts';

// Several people at once, in one browser on two cores.
vi.setConfig({ testTimeout: 240_000 });

let browser: Browser;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

const open = async (persona: string, path = '/', options: Options = {}) => {
  const opened = await visit(browser, faults, persona, path, options);
  await opened.page.locator('h1').first().waitFor();
  return opened;
};
const goto = (page: Page, path: string) => page.goto(`${outputs().consoleUrl}${path}`);
const saved = (page: Page) => page.locator('[data-testid=save-state][data-state=saved]').waitFor();

const caseIdOf = (page: Page): string => /case_\w{26}/.exec(page.url())?.[0] ?? '';

const PDF = { name: '立项批文.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF') };
const LIAR = { name: '现场照片.png', mimeType: 'image/png', buffer: Buffer.from('%PDF-1.4 is no picture') };

const fillIn = async (page: Page, name: string) => {
  await page.getByLabel('系统名称').fill(name);
  await page.getByText('三级', { exact: true }).click();
  await page.getByLabel('姓名').fill('蒋河');
  await page.getByLabel('电话').fill('13800000001');
  await page.getByLabel('用途').fill('全区小学、初中招生报名，峰值两千人同时在线');
  await page.getByText('政务外网区', { exact: true }).click();
  await page.getByText('生产', { exact: true }).click();
  await page.getByText('个人信息', { exact: true }).click();
  await page.getByLabel('虚拟处理器').fill('64');
  await page.getByLabel('内存').fill('256');
  await page.getByLabel('使用期限').fill('12');
};

test.concurrent('from the form to a grant in part: filled in, asked back, amended, passed, approved', async ({ expect }) => {
  const officer = await open(IT_OFFICER);
  // Without an emergency role one begins with one's requests.
  await officer.page.waitForURL('**/requests');
  await officer.page.getByTestId('new-request').click();
  await officer.page.getByTestId('choose-cloud-quota').click();
  await officer.page.locator('.schema-form').waitFor();
  // Nothing is chosen for anybody, and looking at a form begins no request.
  expect(await officer.page.locator('input[type=radio]:checked').count()).toBe(0);
  await officer.page.waitForTimeout(1_200);
  expect(caseIdOf(officer.page)).toBe('');

  await fillIn(officer.page, '招生报名系统');
  await saved(officer.page);
  const caseId = caseIdOf(officer.page);
  expect(caseId).not.toBe('');
  // Before it is sent one sees what it costs and what is left.
  expect(await officer.page.getByTestId('price-month').textContent()).toMatch(/^¥[\d,]+$/);
  expect(await officer.page.locator('.preview [data-kind=vcpu]').textContent()).toContain('64');

  // Straight to the bucket, under the pages' content policy.
  await officer.page.getByTestId('file-input').setInputFiles([PDF, LIAR]);
  await officer.page.locator('[data-testid=file][data-state=clean]').waitFor();
  await officer.page.locator('[data-testid=file][data-state=refused]').waitFor();
  await officer.page.getByTestId('file').getByText('内容与文件类型不符').waitFor();
  await shoot(officer.page, 'request-form');
  await officer.page.getByLabel(`移除 ${LIAR.name}`).click();
  await officer.page.locator('[data-testid=file][data-state=refused]').waitFor({ state: 'detached' });

  await officer.page.getByTestId('submit').click();
  await officer.page.getByTestId('where').waitFor();
  await officer.page.getByText('等待区数据局审核岗办理').first().waitFor();
  await shoot(officer.page, 'request-sent');

  const reviewer = await open('reviewer');
  await reviewer.page.waitForURL('**/queue');
  await reviewer.page.locator(`[data-testid=queue-row][data-case=${caseId}]`).waitFor();
  await shoot(reviewer.page, 'queue');
  await reviewer.page.locator(`[data-case=${caseId}]`).click();
  await reviewer.page.getByTestId('decision').waitFor();
  await reviewer.page.getByTestId('choose-*ask-back').click();
  await reviewer.page.getByTestId('decide').click();
  await reviewer.page.getByText('请写明理由').waitFor();
  await reviewer.page.getByTestId('decision-reason').fill('请补充迁移计划');
  await reviewer.page.getByTestId('decide').click();
  await reviewer.page.getByText('等待区教育局补正').first().waitFor();

  await goto(officer.page, '/requests');
  await officer.page.locator(`[data-case=${caseId}]`).getByText('请补充迁移计划').waitFor();
  await officer.page.locator(`[data-case=${caseId}]`).click();
  await officer.page.getByTestId('edit').click();
  await officer.page.getByTestId('returned-because').getByText('请补充迁移计划').waitFor();
  await officer.page.getByLabel('迁移计划').fill('新建系统，无迁移');
  await saved(officer.page);
  await shoot(officer.page, 'request-amended');
  await officer.page.getByTestId('submit').click();
  await officer.page.getByText('等待区数据局审核岗办理').first().waitFor();

  await goto(reviewer.page, `/requests/${caseId}`);
  await reviewer.page.getByTestId('choose-pass').click();
  await reviewer.page.getByTestId('decide').click();
  await reviewer.page.getByText('等待区数据局审批岗办理').first().waitFor();

  const approver = await open('approver', `/requests/${caseId}`);
  await approver.page.getByTestId('choose-approve').click();
  const granting = approver.page.locator('[data-part]').getByLabel('虚拟处理器');
  // What was asked for is filled in.
  await expect.poll(() => granting.inputValue()).toBe('64');
  await granting.fill('48');
  await shoot(approver.page, 'approving');
  await approver.page.getByTestId('decide').click();
  await approver.page.getByText('已分配').first().waitFor();

  expect((await view(caseId)).data.granted).toEqual({ vcpu: 48, memoryGiB: 256 });
  await goto(officer.page, `/requests/${caseId}`);
  await officer.page.locator('[data-testid=where] [data-phase=ended]').waitFor();
  await officer.page.getByText('批准的资源').first().waitFor();
  expect(await officer.page.locator('[data-testid=stepper] [data-state=done]').count()).toBe(4);
  expect(await officer.page.locator('[data-testid=history] [data-event=returned]').textContent()).toContain('请补充迁移计划');
  await shoot(officer.page, 'request-granted');
  await officer.page.getByRole('link', { name: '查看分配的资源' }).click();
  await officer.page.locator('[data-kind=vcpu]').getByText('48', { exact: true }).waitFor();
  for (const { context } of [officer, reviewer, approver]) await context.close();
});

test.concurrent('what is wrong stands at its field, and the keyboard is put there', async ({ expect }) => {
  const { page, context } = await open(IT_OFFICER, '/requests/new/cloud-quota');
  await page.getByLabel('电话').fill('12');
  await page.getByLabel('用途').focus();
  // Left, it is told; what was not reached yet is not.
  await page.getByText('请填手机号，或带区号的座机号').waitFor();
  expect(await page.locator('[data-wrong=true]').count()).toBe(1);
  await page.getByTestId('submit').click();
  await page.getByTestId('flaws').waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('form/system/name');
  expect(await page.getByLabel('系统名称').getAttribute('aria-invalid')).toBe('true');
  await fillIn(page, '学籍系统');
  await page.getByText('二级', { exact: true }).click();
  await page.getByText('敏感个人信息', { exact: true }).click();
  await saved(page);
  await page.getByTestId('submit').click();
  // A check that only the server makes.
  await page.locator('[data-pointer="/system/level"]').getByText('等保级别不得低于三级').waitFor();
  await shoot(page, 'request-check-blocks');
  await context.close();
});

test.concurrent('a page loaded anew is the same draft, and two are never made of one', async ({ expect }) => {
  const { page, context } = await open(IT_OFFICER, '/requests/new/cloud-quota');
  // The first answer is lost on its way.
  let lost = false;
  await page.route('**/v1/cases', async (route) => {
    if (lost || route.request().method() !== 'POST') return route.continue();
    lost = true;
    await route.fetch();
    await route.abort();
  });
  await page.getByLabel('系统名称').fill('丢失的草稿');
  await page.locator('[data-testid=save-state][data-state=failed]').waitFor();
  await saved(page);
  const caseId = caseIdOf(page);
  await page.reload();
  await expect.poll(() => page.getByLabel('系统名称').inputValue()).toBe('丢失的草稿');
  expect(caseIdOf(page)).toBe(caseId);
  const drafts = (await casesOf('education')).filter(({ subject, phase }) => phase === 'draft' && subject === '丢失的草稿');
  expect(drafts.map((one) => one.caseId)).toEqual([caseId]);
  await context.close();
});

test.concurrent('somebody else’s change is told with their name, in a draft and before a decision', async ({ expect }) => {
  const made = await draft(application('合用的草稿'));
  const officer = await open(IT_OFFICER, `/requests/${made.caseId}/edit`);
  await officer.page.locator('.schema-form').waitFor();
  const change = { data: { ...application('合用的草稿'), months: 24 } };
  await send('education-service', 'PUT', `/v1/cases/${made.caseId}/data`, { body: change, headers: ifMatch(made.version) });
  await officer.page.getByLabel('使用期限').fill('6');
  await officer.page.getByTestId('overtaken').waitFor();
  expect(await officer.page.getByTestId('overtaken').textContent()).toContain('使用期限（月）');
  expect(await officer.page.getByLabel('使用期限').inputValue()).toBe('24');
  await officer.context.close();

  const { caseId } = await submit(await draft(application('抢着办的申请')));
  const { version } = await until(caseId, 'review');
  const reviewer = await open('reviewer', `/requests/${caseId}`);
  await reviewer.page.getByTestId('choose-pass').click();
  await send('reviewer-2', 'PUT', `/v1/cases/${caseId}/assignee`, { body: { to: 'cao-ning' }, headers: ifMatch(version) });
  await reviewer.page.getByTestId('decide').click();
  await reviewer.page.getByTestId('stale').waitFor();
  expect(await reviewer.page.getByTestId('stale').textContent()).toContain('曹宁');
  expect((await view(caseId)).step?.id).toBe('review');
  await shoot(reviewer.page, 'decision-stale');
  await reviewer.context.close();
});

test.concurrent('a queue is worked through by the keyboard alone', async ({ expect }) => {
  const { caseId } = await submit(await draft(application('键盘办理')));
  await until(caseId, 'review');
  const { page, context } = await open('reviewer', '/queue');
  await page.locator(`[data-case=${caseId}]`).waitFor();
  for (let i = 0; i < 50; i++) {
    await page.keyboard.press('j');
    if ((await page.evaluate('document.activeElement.dataset.case')) === caseId) break;
  }
  await page.keyboard.press('Enter');
  await page.getByTestId('decision').waitFor();
  // After a navigation the keyboard is at the heading; from there one comes to the decision.
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
  const reach = async (what: string) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(what)})`)) return;
    }
    throw new Error(`${what} is not reached by the keyboard`);
  };
  await reach('[data-testid=decision] input[type=radio]');
  await page.keyboard.press('Space');
  await reach('[data-testid=decide]');
  await page.keyboard.press('Enter');
  await page.getByText('等待区数据局审批岗办理').first().waitFor();
  expect((await view(caseId)).step?.id).toBe('approve');
  await context.close();
});

test.concurrent('each sees what is theirs: no requests for a duty officer, no deciding on one’s own', async ({ expect }) => {
  const duty = await open('duty-officer-wanan');
  const links = await duty.page.locator('nav a').allTextContents();
  expect(links).toEqual(['实时预警', '设备', '已处置']);
  // Forms and charts come when they are looked at: the first page at night does not carry them.
  const loaded = (await duty.page.evaluate('performance.getEntriesByType("resource").map(({ name }) => name).join(" ")')) as string;
  expect(loaded).not.toMatch(/schema-form|figure|SVGRenderer|form-page|case-page|directory|audit/);
  await goto(duty.page, '/requests');
  await duty.page.getByText('没有这个页面').waitFor();
  await duty.context.close();

  const { caseId } = await submit(await draft(application('本人的申请')));
  await until(caseId, 'review');
  const officer = await open(IT_OFFICER, `/requests/${caseId}`);
  await officer.page.getByTestId('where').waitFor();
  expect(await officer.page.getByTestId('decision').count()).toBe(0);
  expect(await officer.page.getByTestId('claim').count()).toBe(0);
  await officer.page.getByTestId('withdraw').click();
  await officer.page.getByTestId('withdraw-reason').fill('改期再报');
  await officer.page.getByTestId('withdraw-submit').click();
  await officer.page.getByText('已撤回').first().waitFor();
  expect((await view(caseId)).outcome?.id).toBe('withdrawn');
  await officer.context.close();
});

test.concurrent('an allocation is shown, and asked to be kept for longer', async ({ expect }) => {
  const allocationId = await granted('续期的系统', { amounts: { vcpu: 4, memoryGiB: 8 } });
  const { page, context } = await open(IT_OFFICER, '/cloud');
  await page.locator('[data-testid=pool-government] [data-testid=figure] svg').waitFor();
  await page.locator(`[data-allocation=${allocationId}]`).click();
  await page.getByTestId('changes').waitFor();
  await shoot(page, 'allocation');
  await page.getByTestId('ask-cloud-quota-extend').click();
  await page.locator('.schema-form').waitFor();
  expect(await page.getByLabel('分配编号').inputValue()).toBe(allocationId);
  await page.getByLabel('延长').fill('6');
  await page.getByLabel('理由').fill('招生季延长，继续使用');
  await saved(page);
  await page.getByTestId('submit').click();
  await page.getByText('等待区数据局审批岗办理').first().waitFor();
  await context.close();
});

/** Signed at least each minute; until then an entry has no proof. */
const audited = (caseId: string) =>
  eventually(
    `${caseId} in the signed log`,
    async () => {
      const { body } = await send<{ items: { id: string; record: { action: string } }[] }>(
        'auditor',
        'GET',
        `/v1/audit/entries?resource=case:${caseId}`,
      );
      const decided = body.items.find(({ record }) => record.action === 'casework/StepDecided');
      return decided && (await send('auditor', 'GET', `/v1/audit/entries/${decided.id}`)).status === 200 && decided.id;
    },
    100,
  );

test.concurrent('an auditor finds who decided, and the browser itself proves it', async () => {
  const { caseId } = await submit(await draft(application('可查的申请')));
  await decide('reviewer', caseId, 'review', 'pass');
  await audited(caseId);
  const { page, context } = await open('auditor');
  await page.waitForURL('**/audit');
  await goto(page, `/audit?resource=case:${caseId}`);
  await page.getByTestId('audit-entry').filter({ hasText: '彭涛' }).first().getByRole('link').first().click();
  await page.locator('[data-testid=proof][data-holds=true]').waitFor();
  await shoot(page, 'audit-entry');
  await goto(page, '/audit/verify');
  await page.getByTestId('verify').click();
  await page.locator('[data-testid=whole][data-state=holds]').waitFor();
  await shoot(page, 'audit-verified');
  // A server that puts another in the place of the one who acted is found out.
  await page.route('**/v1/audit/entries/*', async (route) => {
    const response = await route.fetch();
    const entry = await response.json();
    await route.fulfill({ response, json: { ...entry, record: { ...entry.record, actor: 'person:somebody-else' } } });
  });
  await goto(page, `/audit?resource=case:${caseId}`);
  await page.getByTestId('audit-entry').filter({ hasText: '彭涛' }).first().getByRole('link').first().click();
  await page.locator('[data-testid=proof][data-holds=false]').waitFor();
  await context.close();
});

const LOOKS = [
  ['light, on a desk', { colorScheme: 'light' }, 'zh'],
  ['dark, on a phone, in English', { colorScheme: 'dark', viewport: PHONE }, 'en'],
] as const;

test.concurrent.each(LOOKS)('every page can be read by everybody, %s', async (_, look, language) => {
  const allocationId = await granted(`可读的系统 ${language}`, { amounts: { vcpu: 2, memoryGiB: 4 } });
  const { caseId } = await submit(await draft(application(`可读的申请 ${language}`)));
  await until(caseId, 'review');
  // The content policy lets no script in but the console's own.
  const options = { ...look, bypassCSP: true };
  const found: string[] = [];
  const speak = async (page: Page) => {
    if (language === 'zh') return;
    await page.getByTestId('language-switch').click();
  };
  const walk = async (page: Page, path: string, there: string) => {
    await goto(page, path);
    await page.locator(there).first().waitFor();
    found.push(...(await findings(page, path)));
  };

  const atTheDepartment = async () => {
    const officer = await open(IT_OFFICER, '/requests', options);
    await speak(officer.page);
    await walk(officer.page, '/requests', '[data-testid=request-row]');
    await walk(officer.page, '/requests/new', '[data-testid=choose-cloud-quota]');
    await walk(officer.page, '/requests/new/cloud-quota', '.schema-form');
    await officer.page.getByTestId('submit').click();
    found.push(...(await findings(officer.page, 'the form with what is wrong')));
    await walk(officer.page, `/requests/${caseId}`, '.ant-descriptions');
    await walk(officer.page, '/cloud', '[data-testid=allocation-row]');
    await walk(officer.page, `/cloud/allocations/${allocationId}`, '[data-testid=changes]');
    await walk(officer.page, '/cloud/systems', '[data-testid=system]');
    await walk(officer.page, '/directory', '[data-testid=officer]');
    await officer.context.close();
  };
  const atTheBureau = async () => {
    const reviewer = await open('reviewer', '/queue', options);
    await speak(reviewer.page);
    await walk(reviewer.page, '/queue', '[data-testid=queue-row]');
    await walk(reviewer.page, `/requests/${caseId}`, '[data-testid=decision]');
    await reviewer.page.getByTestId('choose-*ask-back').click();
    await reviewer.page.getByTestId('decide').click();
    found.push(...(await findings(reviewer.page, 'deciding')));
    await reviewer.page.getByTestId('hand-over').click();
    await reviewer.page.getByTestId('hand-over-submit').waitFor();
    found.push(...(await findings(reviewer.page, 'handing over')));
    await reviewer.context.close();
  };
  const atTheLog = async () => {
    const auditor = await open('auditor', '/audit', options);
    await speak(auditor.page);
    await walk(auditor.page, '/audit', '[data-testid=audit-entry]');
    await auditor.page.getByTestId('audit-entry').last().getByRole('link').first().click();
    await auditor.page.locator('[data-testid=proof][data-holds=true]').waitFor();
    found.push(...(await findings(auditor.page, 'an audit entry')));
    await walk(auditor.page, '/audit/verify', '[data-testid=verify]');
    await walk(auditor.page, '/footprint', 'h1');
    await auditor.context.close();
  };
  await Promise.all([atTheDepartment(), atTheBureau(), atTheLog()]);
  expect(found).toEqual([]);
});

test('the browser refused nothing, and no page threw', () => {
  expect(faults).toEqual([]);
});
