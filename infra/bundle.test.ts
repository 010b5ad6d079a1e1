import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, CEDAR_WASM, entries } from './bundle.ts';

const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
const names = Object.keys(entries());
const decides = (name: string) => existsSync(join(outdir, name, CEDAR_WASM));

beforeAll(async () => {
  await bundle({ outdir });
}, 60_000);
afterAll(() => rmSync(outdir, { recursive: true }));

test('the policy engine lies beside whatever answers requests, and burdens neither the authorizer nor the road', () => {
  for (const name of names.filter((one) => one.endsWith('-api') || one === 'console-connect')) expect(decides(name), name).toBe(true);
  const free = names.filter((one) => /^(devices|alerts|emergency|runtime|identity)-/.test(one) && !one.endsWith('-api'));
  for (const name of [...free, 'console-push', 'console-pages']) expect(decides(name), name).toBe(false);
});

test('a bundle of the road is no larger than what a cold start bears', () => {
  for (const name of names.filter((one) => /^(devices|alerts|emergency|runtime|console)-/.test(one)))
    expect(statSync(join(outdir, name, 'index.js')).size, name).toBeLessThan(400_000);
});
