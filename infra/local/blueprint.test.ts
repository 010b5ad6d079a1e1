import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allocationWith } from '../constructs/department/department.fixture.ts';
import { blueprintOf, starterOf, writeBlueprint } from './blueprint.ts';
import type { Outputs } from './outputs.ts';

const running = { region: 'us-east-1', oidcIssuer: 'http://localhost:4561' } as Outputs;
const files = blueprintOf(allocationWith(), running, 'luojiang-api');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'luojiang-blueprint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

test('a new folder gets all of it', () => {
  expect(writeBlueprint(files, folder)).toEqual({ folder, files: Object.keys(files).length, renewed: false });
  for (const [path, content] of Object.entries(files)) expect(read(path)).toBe(content);
});

test('an app that is there gets the library and the quota as they are now, and keeps what the department wrote', () => {
  writeBlueprint(files, folder);
  writeFileSync(join(folder, 'lib/app-stack.ts'), 'theirs');
  writeFileSync(join(folder, 'lib/department/index.ts'), 'old');
  const more = blueprintOf(allocationWith({ quota: { vcpu: 16 } }), running, 'luojiang-api');
  expect(writeBlueprint(more, folder)).toMatchObject({ renewed: true });
  expect(read('lib/app-stack.ts')).toBe('theirs');
  expect(read('lib/department/index.ts')).toBe(files['lib/department/index.ts']);
  expect(JSON.parse(read('allocation.json')).quota.vcpu).toBe(16);
});

test('a folder of something else is left alone', () => {
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  expect(() => writeBlueprint(files, folder)).toThrow('--out');
  const another = blueprintOf(allocationWith({ systemId: 'sys_01JZ9999999999999999999999' }), running, 'luojiang-api');
  rmSync(join(folder, 'thesis.txt'));
  writeBlueprint(files, folder);
  expect(() => writeBlueprint(another, folder)).toThrow('sys_01JZ9999999999999999999999');
});

test('of an app that is there: its allocation.json is read', () => {
  const file = join(folder, 'allocation.json');
  writeFileSync(file, JSON.stringify(allocationWith()));
  expect(starterOf(file, running, 'luojiang-api')).toEqual(files);
  expect(() => starterOf(join(folder, 'none.json'), running, 'luojiang-api')).toThrow('none.json');
});
