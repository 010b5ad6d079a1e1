/** `npm run lint [-- --fix]`: format, lint rules and types of the whole repository, side by side. */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, runCommand } from './processes.ts';

interface Check {
  readonly name: string;
  readonly args: readonly string[];
}

const fix = process.argv.includes('--fix');

const biome: Check = {
  name: `biome ${fix ? 'check --write' : 'check'}`,
  args: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=200', ...(fix ? ['--write'] : [])],
};

/** One for each tsconfig.json: the functions and the browser know different globals. */
const types: readonly Check[] = globSync(['tsconfig.json', 'web/**/tsconfig.json'], { cwd: root, exclude: ['**/node_modules'] })
  .map(dirname)
  .sort()
  .map((folder) => ({ name: `tsc -p ${folder}`, args: ['typescript/bin/tsc', '--pretty', '-p', folder] }));

/** Passed? What a check printed is shown only when it didn't. */
const run = async ({ name, args: [script = '', ...args] }: Check): Promise<boolean> => {
  const began = performance.now();
  const { code, output } = await runCommand(process.execPath, [join(root, 'node_modules', script), ...args]);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n${code === 0 ? '' : `${output.trimEnd()}\n`}`);
  return code === 0;
};

// Biome first where it writes: types are checked of what it leaves.
const first = fix ? [await run(biome)] : [];
const others = await Promise.all([...(fix ? [] : [biome]), ...types].map(run));
if ([...first, ...others].includes(false)) process.exitCode = 1;
