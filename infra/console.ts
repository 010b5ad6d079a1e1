/** Builds the console's pages into dist/console, unless nothing that they are made of has changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './local/processes.ts';

const root = join(import.meta.dirname, '..');
const sources = join(root, 'web', 'console');
export const CONSOLE = join(root, 'dist', 'console');
const stamp = join(CONSOLE, '.sources');

const hashOf = (): string => {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
  }
  // What it takes of the platform.
  hash.update(readFileSync(join(root, 'docs', 'api', 'openapi.json')));
  hash.update(readFileSync(join(root, 'functions', 'casework', 'calendar.ts')));
  return hash.digest('hex');
};

export const buildConsole = async (report: Report): Promise<void> => {
  const hash = hashOf();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  report('构建控制台页面 building the console');
  // React's own development build is thrice as large and slower: a test runner's NODE_ENV would ask for it.
  process.env.NODE_ENV = 'production';
  // Vite takes a second to load: not for those who need it not.
  const { build } = await import('vite');
  await build({
    root: sources,
    configFile: join(sources, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: CONSOLE, emptyOutDir: true },
  });
  writeFileSync(stamp, hash);
};
