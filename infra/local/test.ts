/**
 * `npm test`: lint, the tests beside the code, and those of the whole system on the local cloud (tests/).
 * `npm test -- unit` runs one of these; any other word keeps to the test files whose path contains it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Text } from '#events/envelope.ts';
import { localDir, root } from './processes.ts';
import { type Report, sum, type Tally, tally } from './tally.ts';

const STEPS = {
  lint: { zh: '检查格式、规则和类型', en: 'Format, rules and types' },
  unit: { zh: '单元测试', en: 'Tests beside the code' },
  system: { zh: '本地云上的系统测试', en: 'The whole system on the local cloud' },
} as const satisfies Record<string, Text>;
type Step = keyof typeof STEPS;

const words = process.argv.slice(2);
const isStep = (word: string): word is Step => Object.hasOwn(STEPS, word);
const filters = words.filter((word) => !isStep(word));
const named = words.filter(isStep);
/** A filter names tests: lint has none. */
const all = (Object.keys(STEPS) as Step[]).filter((step) => step !== 'lint' || filters.length === 0);
const steps = named.length > 0 ? all.filter((step) => named.includes(step)) : all;

let interrupted: NodeJS.Signals | undefined;

/** Exit code; null when a signal ended it. Signals are passed on, and the child's own clearing up is waited for. */
const run = (args: readonly string[]): Promise<number | null> =>
  new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const end = (signal: NodeJS.Signals) => {
      interrupted = signal;
      // Ctrl-C reached the child already: the terminal sends it to the whole group.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, end);
    const finish = (code: number | null) => {
      for (const signal of signals) process.off(signal, end);
      done(code);
    };
    child.on('error', () => finish(null));
    child.on('exit', finish);
  });

const lint = async (): Promise<Tally> => {
  const passed = (await run([join(root, 'infra/local/lint.ts')])) === 0;
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
};

const readReport = (file: string): Report | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined; // vitest ended before it wrote one, which tally() counts as a failure
  }
};

const vitest = async (project: 'unit' | 'system'): Promise<Tally> => {
  const file = join(localDir, 'test', `${project}.json`);
  mkdirSync(join(localDir, 'test'), { recursive: true });
  rmSync(file, { force: true });
  const options = ['--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...options, ...filters]);
  return tally(code, readReport(file));
};

const tallies: Tally[] = [];
for (const [index, step] of steps.entries()) {
  const { zh, en } = STEPS[step];
  process.stdout.write(`\n[${index + 1}/${steps.length}] ${zh} ${en}\n`);
  const began = performance.now();
  const result = step === 'lint' ? await lint() : await vitest(step);
  tallies.push(result);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counts = `${result.passed} 通过 passed, ${result.failed} 失败 failed, ${result.skipped} 跳过 skipped`;
  process.stdout.write(`${result.failed === 0 ? '✓' : '✗'} ${counts} (${seconds} s)\n`);
  if (interrupted) break;
}

const { passed, failed } = sum(tallies);
if (passed + failed === 0) process.stdout.write(`\n✗ 没有测试与 ${words.join(' ')} 相符 No test matches it\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
if (interrupted) process.exitCode = 128 + constants.signals[interrupted];
else if (failed > 0 || passed === 0) process.exitCode = 1;
