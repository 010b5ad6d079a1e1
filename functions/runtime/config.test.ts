import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readConfig } from './config.ts';

const task = mkdtempSync(join(tmpdir(), 'config-'));
const config = { towns: [{ id: 'wanan', name: { zh: '万安镇', en: 'Wan’an' } }] };
writeFileSync(join(task, 'config.json'), JSON.stringify(config));

afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(task, { recursive: true }));

test('a function reads the configuration beside its code', () => {
  vi.stubEnv('LAMBDA_TASK_ROOT', task);
  expect(readConfig()).toEqual(config);
});

test('without one it ends at start and names the file', () => {
  vi.stubEnv('LAMBDA_TASK_ROOT', join(task, 'elsewhere'));
  expect(() => readConfig()).toThrow(join(task, 'elsewhere', 'config.json'));
});
