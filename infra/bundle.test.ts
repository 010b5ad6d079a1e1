import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, CEDAR_WASM, entries } from './bundle.ts';

const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
const names = Object.keys(entries());

beforeAll(() => bundle({ outdir }), 60_000);
afterAll(() => rmSync(outdir, { recursive: true }));

test('the policy engine lies beside whatever decides on requests, and burdens nothing else', () => {
  const carrying = names.filter((name) => existsSync(join(outdir, name, CEDAR_WASM)));
  expect(carrying).toEqual(names.filter((name) => name.endsWith('-api') || name === 'console-connect'));
});

test('no bundle is larger than what a cold start bears', () => {
  for (const name of names) expect(statSync(join(outdir, name, 'index.js')).size, name).toBeLessThan(400_000);
});
