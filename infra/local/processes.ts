// Child processes and the folder `.local`, where everything a run leaves behind lies (git-ignored, safe to delete).
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..');
/** LOCAL_DIR moves it, so that a test run lies beside a running district. */
export const localDir = process.env.LOCAL_DIR ? resolve(process.env.LOCAL_DIR) : join(root, '.local');

/** A mistake or a missing tool a person can mend: printed without a stack trace by whoever runs a script. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  constructor(zh: string, en: string) {
    super(`${zh}\n  ${en}`);
  }
}

export type Report = (line: string) => void;

export interface Finished {
  code: number;
  output: string;
}

/** Runs a command to its end, handing each line it prints to `report`. A command that doesn't exist ends with code 127. */
export function runCommand(
  command: string,
  args: string[],
  report: Report = () => {},
  cwd = root,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let output = '';
    const take = (chunk: Buffer) => {
      const text = chunk.toString();
      output += text;
      for (const line of text.split('\n')) if (line.trim() !== '') report(line.trimEnd());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => done({ code: 127, output: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** For a script that must not outlive the one that started it, however that ends. */
export function onParentGone(callback: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
}

/** Dead, but not yet collected by its parent: in a container whose first process collects nobody, for ever. */
function isZombie(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && readFileSync(stat, 'utf8').includes(') Z ');
}

/** The last lines of a log, read from its end: a log of a long run is too large to read whole. */
export function lastLines(path: string, count = 25): string {
  if (!existsSync(path)) return '';
  const size = statSync(path).size;
  const length = Math.min(size, 64 * 1024);
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    readSync(file, buffer, 0, length, size - length);
  } finally {
    closeSync(file);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
}

export interface RunRecord {
  /** The process that started everything: the one `npm run stop` ends. */
  pid: number;
  /** The emulator's own process, ended when its parent is gone without having stopped it. */
  cloudPid: number;
  endpointUrl: string;
  startedAt: string;
}

export function readRunRecord(path: string): RunRecord | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}
