// The one door every npm script goes through: `node infra/local/boot.mjs <script.ts> [args]`.
// It runs on the Node a person happens to have (20 or newer) with nothing installed, brings the dependencies up to
// package-lock.json, and then hands over to the project's own Node 24 (the npm package `node`), which runs TypeScript.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.luojiang-lock');
const node24 = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function fail(zh, en) {
  process.stderr.write(`\n✗ ${zh}\n  ${en}\n\n`);
  process.exit(1);
}

function lockHash() {
  try {
    return createHash('sha256')
      .update(readFileSync(join(root, 'package-lock.json')))
      .digest('hex');
  } catch {
    return fail('找不到 package-lock.json，请在完整的代码目录中运行。', 'package-lock.json is missing: run this inside a full checkout.');
  }
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Installed as the lock file says? A person's own `npm ci` (no stamp, npm's hidden lock file newer than ours) counts. */
function installed(hash) {
  if (!existsSync(node24)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hash;
  if (modified(join(modules, '.package-lock.json')) <= modified(join(root, 'package-lock.json'))) return false;
  writeFileSync(stamp, hash);
  return true;
}

function npm(args) {
  const env = { ...process.env };
  // npm keeps its cache under HOME; in a container HOME is at times empty, and npm then fails on `/.npm`.
  if (!homedir() && !env.npm_config_cache) env.npm_config_cache = join(root, '.local', 'npm-cache');
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (result.error)
    fail('找不到 npm，请安装带 npm 的 Node.js 20 以上版本。', 'npm was not found: install Node.js 20 or newer, which brings npm.');
  return result.status ?? 1;
}

function install(hash) {
  process.stderr.write('• 正在安装依赖（仅首次或依赖变化时）… / Installing dependencies (first run, or they changed)…\n');
  const status = npm(['ci', '--no-audit', '--no-fund', '--progress=true']);
  if (status !== 0) {
    fail(`npm ci 失败（退出码 ${status}），原因见上方输出。`, `npm ci failed (exit code ${status}); the lines above say why.`);
  }
  // The package `node` fetches its binary in an install script, which `ignore-scripts` or a newer npm may have withheld.
  if (!existsSync(node24)) npm(['rebuild', 'node', '--ignore-scripts=false']);
  if (!existsSync(node24)) {
    fail(
      '没有装上项目自带的 Node 24（npm 包 node 的安装脚本未运行）。',
      'The project\'s own Node 24 is missing: the install script of the npm package "node" did not run.',
    );
  }
  writeFileSync(stamp, hash);
}

function run(script, args) {
  const path = [dirname(node24), process.env.PATH ?? ''].join(delimiter);
  const child = spawn(node24, [script, ...args], {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  child.on('error', (error) => fail(`无法启动：${error.message}`, `Cannot start: ${error.message}`));
  // Ctrl-C goes to the whole foreground group, so the child has it already and needs its time to stop in order; sent a
  // second time it would read as "at once". Only a signal meant for this process alone is passed on.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  fail(
    `需要 Node.js 20 或更高版本，当前是 ${process.versions.node}。下载：https://nodejs.org`,
    `Node.js 20 or newer is needed; this is ${process.versions.node}. Download: https://nodejs.org`,
  );
}
const [script, ...args] = process.argv.slice(2);
if (!script) fail('用法：node infra/local/boot.mjs <脚本.ts> [参数]', 'Usage: node infra/local/boot.mjs <script.ts> [arguments]');
const hash = lockHash();
if (!installed(hash)) install(hash);
run(resolve(root, script), args);
