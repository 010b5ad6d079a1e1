// The virtual environment the local cloud runs in: made once, reused as long as requirements.txt says the same.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, LocalError, type Report, root, runCommand } from './processes.ts';

const requirements = join(root, 'infra', 'local', 'requirements.txt');
const defaultVenv = join(root, '.local', 'venv');

const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const probe = 'import sys; print("%d.%d" % sys.version_info[:2]); sys.exit(0 if sys.version_info >= (3, 10) else 3)';

interface Interpreter {
  command: string;
  version: string;
}

async function findPython(): Promise<Interpreter> {
  const tooOld: string[] = [];
  for (const command of candidates) {
    const { code, output } = await runCommand(command, ['-c', probe]);
    const version = output.trim();
    if (code === 0) return { command, version };
    if (code === 3) tooOld.push(`${command} ${version}`);
  }
  const zhFound = tooOld.length > 0 ? `（已找到但版本过低：${tooOld.join('，')}）` : '';
  const enFound = tooOld.length > 0 ? ` (found, but too old: ${tooOld.join(', ')})` : '';
  throw new LocalError(
    `本地云需要 Python 3.10 或更高版本${zhFound}。Debian/Ubuntu：sudo apt install python3 python3-venv`,
    `The local cloud needs Python 3.10 or newer${enFound}. Debian/Ubuntu: sudo apt install python3 python3-venv`,
  );
}

async function makeVenv(python: Interpreter, venv: string): Promise<void> {
  // Debian splits ensurepip off into python3-venv; `-m venv` then fails half-way and leaves a folder without pip.
  const modules = await runCommand(python.command, ['-c', 'import venv, ensurepip']);
  if (modules.code !== 0) {
    const pkg = `python${python.version}-venv`;
    throw new LocalError(
      `${python.command}（${python.version}）缺少 venv/ensurepip 模块。Debian/Ubuntu：sudo apt install ${pkg}`,
      `${python.command} (${python.version}) lacks the venv/ensurepip module. Debian/Ubuntu: sudo apt install ${pkg}`,
    );
  }
  rmSync(venv, { recursive: true, force: true });
  const made = await runCommand(python.command, ['-m', 'venv', venv]);
  if (made.code !== 0) {
    throw new LocalError(`无法创建 Python 虚拟环境：${made.output}`, 'The Python virtual environment could not be made; see above.');
  }
}

function wanted(): string {
  return createHash('sha256').update(readFileSync(requirements)).digest('hex');
}

/** One at a time: two test files, or a test and `npm start`, may both find the environment missing. */
async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    // Empty for the moment between its creation and its first byte.
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
    else await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The path of a Python that has the local cloud installed; installs it on the first run (about 10 s). */
export async function ensurePython(report: Report, venv = defaultVenv): Promise<string> {
  const hash = wanted();
  const stamp = join(venv, '.requirements-hash');
  const interpreter = join(venv, 'bin', 'python');
  // existsSync follows the link, so a venv whose interpreter was uninstalled is made anew.
  const isReady = () => existsSync(interpreter) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isReady()) return interpreter;
  return alone(`${venv}.lock`, async () => {
    if (!isReady()) {
      await install(venv, report);
      writeFileSync(stamp, hash);
    }
    return interpreter;
  });
}

async function install(venv: string, report: Report): Promise<void> {
  const python = await findPython();
  report(`正在准备本地云的 Python 环境（${python.command} ${python.version}）… / Preparing the local cloud's Python environment…`);
  await makeVenv(python, venv);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  const installed = await runCommand(join(venv, 'bin', 'python'), [...pip, '-r', requirements], (line) => {
    if (/^(Collecting|Installing|Successfully|ERROR)/.test(line)) report(`  pip: ${line.slice(0, 110)}`);
  });
  if (installed.code !== 0) {
    throw new LocalError(
      `pip 安装失败：\n${installed.output.trimEnd().split('\n').slice(-8).join('\n')}`,
      'pip could not install infra/local/requirements.txt; its last lines are above.',
    );
  }
}
