/** The console as a duty officer uses it, in a real browser on the local cloud. Screenshots go to .local/screenshots. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertView } from '#functions/alerts/api.ts';
import { DESK, findings, launch, type Options, PHONE, shoot, visit } from './support/browser.ts';
import { as, eventually, install, outputs, resolveAll, type TestDevice } from './support/district.ts';

let browser: Browser;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launch();
  await resolveAll();
});

afterAll(() => browser.close());

/** Once what they see is of this moment. */
const open = async (persona: string, path = '/', options: Options = {}) => {
  const opened = await visit(browser, faults, persona, path, options);
  await opened.page.locator('[data-testid=live-state][data-state=live]').waitFor();
  return opened;
};

const endanger = async (device: TestDevice, level: number) => {
  await device.send({ level });
  await device.send({ level });
};

const rowOf = async (page: Page, device: TestDevice) => {
  const alert = await eventually('the alert', async () =>
    (await as('commander').get<{ items: AlertView[] }>('/v1/alerts?limit=500')).body.items.find(({ deviceId }) => deviceId === device.id),
  );
  return page.locator(`[data-alert="${alert.alertId}"]`);
};

test('an alert appears by itself, is looked at, acknowledged and resolved', async () => {
  const device = await install('river-level', 'baimaguan', 'console');
  const { page, context } = await open('duty-officer-baimaguan');
  await page.getByText('当前没有预警').waitFor();
  await shoot(page, 'empty');

  // Pushed: the page is not touched meanwhile.
  await endanger(device, 5.2);
  const row = await rowOf(page, device);
  await row.waitFor({ timeout: 5_000 });
  expect(await row.getAttribute('data-level')).toBe('orange');
  expect(await page.getByTestId('level-tile-orange').textContent()).toContain('1');
  await page.getByTestId('countdown').first().waitFor();
  await shoot(page, 'calling');

  await row.click();
  await page.getByTestId('alert-curve').waitFor();
  await page.getByTestId('called-step').first().waitFor();
  await page.locator('[data-testid=alert-curve] svg').waitFor();
  await shoot(page, 'alert');

  await page.getByTestId('acknowledge').click();
  await page.getByText('已确认收到').first().waitFor();
  await shoot(page, 'acknowledged');

  await page.getByTestId('resolve').click();
  await page.getByTestId('resolve-submit').click();
  await page.getByText('请填写处置原因').waitFor();
  await page.getByTestId('resolve-reason').fill('现场核实，闸门已开启');
  await shoot(page, 'resolving');
  await page.getByTestId('resolve-submit').click();
  await page.getByText('已处置完毕').first().waitFor();

  await page.goto(`${outputs().consoleUrl}/history`);
  await page.getByText('现场核实，闸门已开启').waitFor();
  await shoot(page, 'history');
  await device.close();
  await context.close();
});

// Each of the following in a town of its own: incidents of one town and plan are one.
test.concurrent('on a phone, in English, with the keyboard alone', async ({ expect }) => {
  const device = await install('river-level', 'wanan', 'phone');
  await endanger(device, 5.8);
  const { page, context } = await open('duty-officer-wanan', '/', { viewport: PHONE });
  await page.getByTestId('language-switch').click();
  await page.getByRole('heading', { name: 'Live alerts' }).waitFor();
  const row = await rowOf(page, device);
  await row.waitFor();
  // Nothing hangs over the edge of the screen.
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
  await shoot(page, 'phone-en');
  const button = page.getByTestId('acknowledge').first();
  expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByText('calling has stopped').waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  await device.close();
  await context.close();
});

test.concurrent('who was not called is told so and has no button, nor has who may not act', async ({ expect }) => {
  const device = await install('river-level', 'jinshan', 'not-called');
  await endanger(device, 5.2);
  const commander = await open('commander');
  const row = await rowOf(commander.page, device);
  await row.click();
  await commander.page.getByTestId('alert-curve').waitFor();
  await commander.page.getByText('这一步没有呼叫您').waitFor();
  expect(await commander.page.getByTestId('acknowledge').count()).toBe(0);
  expect(await commander.page.getByTestId('resolve').count()).toBe(1);
  await shoot(commander.page, 'not-called');
  // The town's officer doesn't answer: the commander is called, and the button appears by itself.
  await commander.page.getByTestId('acknowledge').waitFor({ timeout: 15_000 });
  await commander.context.close();

  const devops = await open('devops', '/phones', { colorScheme: 'dark' });
  await devops.page.getByTestId('phone-card').first().waitFor();
  await shoot(devops.page, 'phones-dark');
  await devops.page.getByRole('link', { name: '实时预警' }).click();
  await (await rowOf(devops.page, device)).waitFor();
  expect(await devops.page.getByTestId('acknowledge').count()).toBe(0);
  await devops.context.close();
  await device.close();
});

test.concurrent('a press that reaches the server too late is refused, in words', async () => {
  const device = await install('river-level', 'lueping', 'late');
  const { page, context } = await open('duty-officer-lueping');
  await endanger(device, 5.2);
  const row = await rowOf(page, device);
  await row.waitFor();
  // A slow line: the request waits until the next step was called.
  await page.route('**/acknowledgements', async (route) => {
    await page.getByText('正在呼叫 第2步').first().waitFor({ timeout: 15_000 });
    await route.continue();
  });
  await page.getByTestId('acknowledge').first().click();
  await page.getByText('您那一步已经结束').waitFor({ timeout: 20_000 });
  await shoot(page, 'refused');
  await device.close();
  await context.close();
});

test.concurrent('a citizen is told that this is not for citizens', async () => {
  const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(outputs().consoleUrl);
  await page.getByText('citizen', { exact: true }).first().click();
  await page.getByText('这里没有您可以办理的事项').waitFor();
  await shoot(page, 'citizen');
  await context.close();
});

test.concurrent('without a connection it says so, and comes back by itself', async () => {
  const { page, context } = await open('commander');
  await context.setOffline(true);
  await page.locator('[data-testid=live-state][data-state=offline]').waitFor();
  await shoot(page, 'offline');
  await context.setOffline(false);
  await page.locator('[data-testid=live-state][data-state=live]').waitFor({ timeout: 15_000 });
  await context.close();
});

test.concurrent.each([
  ['light', 'tiaoyuan'],
  ['dark', 'xinsheng'],
] as const)('every page can be read by everybody, %s', async (colorScheme, town) => {
  const device = await install('river-level', town, `axe-${colorScheme}`);
  await endanger(device, 5.2);
  // The content policy lets no script in but the console's own.
  const options = { colorScheme, bypassCSP: true };
  const { page, context } = await open('commander', '/', options);
  const row = await rowOf(page, device);
  await row.waitFor();
  const found = await findings(page, 'alerts');
  await row.click();
  await page.getByTestId('alert-curve').waitFor();
  found.push(...(await findings(page, 'alert')));
  await page.getByTestId('resolve').click();
  await page.getByTestId('resolve-reason').fill('演练，已结束');
  found.push(...(await findings(page, 'resolving')));
  await page.getByTestId('resolve-submit').click();
  for (const path of [`/devices/${device.id}?town=${town}`, '/history', '/nowhere']) {
    await page.goto(`${outputs().consoleUrl}${path}`);
    await page.locator('h1').waitFor();
    found.push(...(await findings(page, path)));
  }
  expect(found).toEqual([]);
  await device.close();
  await context.close();
});

test.concurrent.each(['light', 'dark'] as const)('the API’s reference is read by anybody, without a login, %s', async (colorScheme) => {
  const context = await browser.newContext({ viewport: PHONE, locale: 'zh-CN', colorScheme, bypassCSP: true });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${outputs().consoleUrl}/docs/api#acknowledgeIncident`);
  await page.getByTestId('operation').getByText('not-called').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
  expect(await findings(page, 'reference')).toEqual([]);
  await page.getByTestId('language-switch').click();
  await page.getByRole('searchbox').fill('one incident and whom');
  await page.getByText('1 operation', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'GET /v1/incidents/{incidentId}' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('No such incident').waitFor();
  await page.locator('[data-testid=operation] details').first().locator('summary').first().click();
  await shoot(page, `reference-${colorScheme}`);
  expect(await findings(page, 'operation')).toEqual([]);
  await context.close();
});

test('the browser refused nothing, and no page threw', () => {
  expect(faults).toEqual([]);
});
