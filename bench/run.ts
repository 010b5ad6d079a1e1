/** `npm run bench -- <name> [part …]`: runs each part in bench/<name>/*.ts, prints its table and keeps it in docs/benchmarks.md. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalError, root } from '#infra/local/processes.ts';
import { runScript } from '#infra/local/script.ts';
import { withSection } from './page.ts';
import type { Figure, Part } from './part.ts';

const [name = '', ...wanted] = process.argv.slice(2);
const folder = join(root, 'bench', name);
const page = join(root, 'docs', 'benchmarks.md');

const partsOf = async (): Promise<Part[]> => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const modules = await Promise.all(files.sort().map((file) => import(pathToFileURL(join(folder, file)).href) as Promise<{ part?: Part }>));
  return modules.flatMap(({ part }) => (part && (wanted.length === 0 || wanted.includes(part.name)) ? [part] : []));
};

const mark = ({ met }: Figure): string => (met === undefined ? '' : met ? '✓' : '✗');

const table = (figures: readonly Figure[]): string =>
  [
    '| 指标 what | 目标 reach | 实测 measured | |',
    '|---|---|---|---|',
    ...figures.map((one) => `| ${one.what} | ${one.reach} | ${one.measured} | ${mark(one)} |`),
  ].join('\n');

const keep = (part: Part, figures: readonly Figure[]): void => {
  const title = `${name}/${part.name}`;
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  const section = `### ${name} · ${part.name}\n\n${machine}\n\n${table(figures)}`;
  writeFileSync(page, withSection(existsSync(page) ? readFileSync(page, 'utf8') : '', title, section));
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(128 + constants.signals[signal]));

await runScript(async () => {
  const known = readdirSync(join(root, 'bench'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  if (!known.includes(name))
    throw new LocalError(`没有测量“${name}”，可用：${known.join('、')}`, `No benchmark "${name}"; use one of: ${known.join(', ')}`);
  const parts = await partsOf();
  if (parts.length === 0) throw new LocalError(`没有这一部分：${wanted.join('、')}`, `No such part: ${wanted.join(', ')}`);
  for (const part of parts) {
    console.error(`• ${part.name}`);
    const figures = await part.run((line) => console.error(`    ${line}`));
    console.log(table(figures));
    keep(part, figures);
  }
});
