/** The guide for departments (docs/onboarding.md): its commands, one after the other, do what it says. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { environment, outputs, root } from './support/district.ts';

const run = promisify(execFile);
const APP = join(root, '.local', 'school-canteen');

/** What people paste; blocks marked `sh` are for an account of the department's own. */
const blocks = [...readFileSync(join(root, 'docs', 'onboarding.md'), 'utf8').matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(
  ([, text = '']) => text,
);

let printed: string[];

beforeAll(async () => {
  rmSync(APP, { recursive: true, force: true });
  const script = blocks.join('\necho ----\n');
  const env = { ...process.env, ...environment, LUOJIANG_URL: outputs().apiUrl };
  // A failed line ends it, and what it said is in the error.
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env, timeout: 120_000 });
  printed = stdout.split('----\n');
}, 150_000);

test('a request is estimated and sent; it passes by rule', () => {
  expect(blocks.length).toBe(5);
  expect(printed[0]).toMatch(/每月 per month ¥[\d,.]+/);
  expect(printed[0]).toContain('It would pass by rule');
  expect(printed[0]).toMatch(/\/requests\/case_\w{26}\ncase_\w{26}: /);
});

test('what was granted becomes an app with the quota in it', () => {
  const allocationId = printed[1]?.trim();
  expect(allocationId).toMatch(/^alc_\w{26}$/);
  expect(printed[2]).toContain('files written');
  const allocation = JSON.parse(readFileSync(join(APP, 'allocation.json'), 'utf8'));
  expect(allocation).toMatchObject({ allocationId, department: 'education', district: '510604' });
  const { context } = JSON.parse(readFileSync(join(APP, 'cdk.json'), 'utf8'));
  expect(context).toMatchObject({ region: outputs().region, issuer: outputs().oidcIssuer });
});

test('the sample is deployed within it, and taken away again', () => {
  expect(printed[3]).toMatch(/: http:\/\/\w+\.execute-api\.localhost:\d+\/menus\//);
});

test('the allocation is shown with its use', () => {
  expect(JSON.parse(printed[4] ?? '')).toMatchObject({ allocationId: printed[1]?.trim(), phase: 'active', usage: [] });
});
