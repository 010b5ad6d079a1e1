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

test('an id is asked of the platform, a file is read', async () => {
  const asked: string[] = [];
  const ask = async (path: string) => {
    asked.push(path);
    return { files: { it: 'came' } };
  };
  expect(await starterOf('alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N', ask, running, 'luojiang-api')).toEqual({ it: 'came' });
  expect(asked).toEqual(['/v1/cloud-quota/allocations/alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N/blueprint']);
  const file = join(folder, 'allocation.json');
  writeFileSync(file, JSON.stringify(allocationWith()));
  expect(await starterOf(file, ask, running, 'luojiang-api')).toEqual(files);
  await expect(starterOf(join(folder, 'none.json'), ask, running, 'luojiang-api')).rejects.toThrow('none.json');
});
