/** That biome.json refuses what would make a decision depend on more than its arguments, and nothing else. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'purity-'));
afterAll(() => rmSync(copy, { recursive: true }));

const IMPURE = {
  'import of a Node module': "export { readFileSync } from 'node:fs';",
  'import of a Node submodule': "import { readFile } from 'node:fs/promises';\n\nexport const read = readFile;",
  'import while running': "export const fs = () => import('node:fs');",
  'import of an AWS client': "import { SQSClient } from '@aws-sdk/client-sqs';\n\nexport const client = new SQSClient();",
  'Date.now': 'export const now = () => Date.now();',
  'Date.now as a value': 'export const clock = Date.now;',
  'new Date()': 'export const now = () => new Date();',
  'new Date without brackets': 'export const now = () => new Date;',
  'Date()': 'export const now = () => Date();',
  'Math.random': 'export const dice = () => Math.random();',
  performance: 'export const now = () => performance.now();',
  process: 'export const region = () => process.env.AWS_REGION;',
  setTimeout: 'export const wait = (done: () => void) => setTimeout(done, 1000);',
  setInterval: 'export const wait = (done: () => void) => setInterval(done, 1000);',
  setImmediate: 'export const wait = (done: () => void) => setImmediate(done);',
  fetch: "export const page = () => fetch('https://example.com');",
  console: "export const log = () => console.log('x');",
  crypto: 'export const id = () => crypto.randomUUID();',
  globalThis: 'export const page = globalThis.fetch;',
} as const;

const PURE = {
  'a date from an argument': 'export const text = (at: number) => new Date(at).toISOString();',
  'a date read from text': 'export const at = (text: string) => Date.parse(text);',
  'another import': "import type { Text } from '#events/envelope.ts';\n\nexport const zh = ({ zh }: Text) => zh;",
  'a field of the same name': 'export const of = (task: { process: string; console: number }) => [task.process, task.console];',
  'a calculation': 'export const most = (a: number, b: number) => Math.max(a, b);',
} as const;

/** Files in which I/O has its place. */
const EXEMPT = [
  'functions/x/store.ts',
  'functions/x/channels.ts',
  'functions/x/environment.ts',
  'functions/x/config.ts',
  'functions/x/quarantine.ts',
  'functions/x/history.ts',
  'functions/x/thing.test.ts',
  'functions/x/handlers/consumer.ts',
  'functions/runtime/clock.ts',
  'infra/thing.ts',
];

/** Each line in a scope of its own, or names would clash and the file not be read at all. */
const everything = [
  ...Object.values(IMPURE).filter((text) => /from '/.test(text)),
  ...Object.values(IMPURE).flatMap((text, index) => (/from '/.test(text) ? [] : [text.replace(/const \w+/, `const x${index}`)])),
].join('\n');

const fileOf = (folder: string, name: string): string => `${folder}/${name.replaceAll(/[^a-zA-Z]+/g, '-')}.ts`;

const write = (file: string, text: string): void => {
  mkdirSync(join(copy, dirname(file)), { recursive: true });
  writeFileSync(join(copy, file), `${text}\n`);
};

interface Report {
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

/** The files that the three purity rules refuse: one run for all, as most of a run is its start. */
const refused = (): Set<string> => {
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as object;
  // The copy is no git repository.
  writeFileSync(join(copy, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  cpSync(join(root, 'infra/lint'), join(copy, 'infra/lint'), { recursive: true, filter: (path) => !path.endsWith('.ts') });
  for (const [name, text] of Object.entries({ ...IMPURE, ...PURE })) {
    write(fileOf('functions/x', name), text);
    write(fileOf('events', name), text);
  }
  for (const file of ['functions/x/all.ts', ...EXEMPT]) write(file, everything);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const rules = ['plugin', 'lint/style/noRestrictedImports', 'lint/style/noRestrictedGlobals'];
  const { diagnostics } = JSON.parse(stdout) as Report;
  return new Set(diagnostics.filter(({ category }) => rules.includes(category)).map(({ location }) => location.path));
};

const found = refused();

describe.each(['functions/x', 'events'])('a decision in %s', (folder) => {
  test.each(Object.keys(IMPURE))('is refused: %s', (name) => expect([...found]).toContain(fileOf(folder, name)));
  test.each(Object.keys(PURE))('may be: %s', (name) => expect([...found]).not.toContain(fileOf(folder, name)));
});

test('what the exempt may do is refused elsewhere', () => expect([...found]).toContain('functions/x/all.ts'));
test.each(EXEMPT)('%s may do all of it', (file) => expect([...found]).not.toContain(file));
