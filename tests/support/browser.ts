/** People at the console in a real browser. Screenshots go to .local/screenshots. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { outputs, root } from './district.ts';

const screenshots = join(root, '.local', 'screenshots');
/** Made for a browser per page in a function; here several live beside each other, and what a browser refuses must be refused. */
const UNWANTED = new Set([
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
]);
/** The pages are painted by the processor; only the map, which needs WebGL, by a graphics card that is none. Painting all by it took most of a test. */
const PAINTED = ['--disable-gpu-compositing', '--disable-gpu-rasterization'];
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const launch = async (): Promise<Browser> => {
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...sparticuz.args.filter((arg) => !UNWANTED.has(arg)), ...PAINTED],
    headless: true,
  });
};

export const shoot = (page: Page, name: string) => page.screenshot({ path: join(screenshots, `${name}.png`) });

export type Options = Parameters<Browser['newContext']>[0];

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
}

/** Somebody at the console: opens it, is sent to the login, chooses who to be. What the browser refuses or a page throws goes into `faults`. */
export const visit = async (browser: Browser, faults: string[], persona: string, path = '/', options: Options = {}): Promise<Visit> => {
  const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.on(
    'console',
    (message) => message.type() === 'error' && !/40[034]|412|502|ERR_/.test(message.text()) && faults.push(message.text()),
  );
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${outputs().consoleUrl}${path}`);
  await page.getByText(persona, { exact: true }).first().click();
  return { page, context };
};

const SETTLED = 'document.getAnimations().every((one) => one.playState !== "running" || one.effect.getTiming().iterations === Infinity)';

/** What is still fading in has not its colours yet; what turns for ever is not waited for. Asked from here: the pages’ policy lets no text run. */
const settled = async (page: Page): Promise<void> => {
  for (let i = 0; i < 100 && !(await page.evaluate(SETTLED)); i++) await page.waitForTimeout(50);
};

/** What axe finds against WCAG 2.1 A and AA and its best practices, and what hangs over the edge of the screen: a line each. */
export const findings = async (page: Page, where: string): Promise<string[]> => {
  await settled(page);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }),
  );
  const width = (await page.evaluate('document.documentElement.scrollWidth')) as number;
  const wide = width > (page.viewportSize()?.width ?? 0) ? [`${where}: ${width} px wide`] : [];
  return [...violations.map(({ id, help, nodes }) => `${where}: ${id}, ${help}: ${nodes[0]?.html}`), ...wide];
};
