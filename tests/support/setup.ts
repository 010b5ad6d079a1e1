/** One district for all system tests, started as anybody starts it: beside a running one, from an empty state, in a hurry. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { directory, environment, root } from './district.ts';

const READY_MS = 120_000;
const ENDED_MS = 40_000;

let child: ChildProcess | undefined;

export const start = async (): Promise<void> => {
  const started = spawn(process.execPath, [join(root, 'infra/local/boot.mjs'), 'infra/local/start.ts', '--headless'], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = started;
  let said = '';
  started.stderr?.on('data', (text) => {
    said += text;
  });
  for (const until = Date.now() + READY_MS; !existsSync(join(directory, 'outputs.json')); await sleep(100)) {
    if (started.exitCode !== null || Date.now() > until) throw new Error(`The district did not start:\n${said}`);
  }
};

export const stop = async (): Promise<void> => {
  const ending = child;
  child = undefined;
  if (!ending || ending.exitCode !== null) return;
  const ended = new Promise((resolve) => ending.once('exit', resolve));
  ending.kill('SIGTERM');
  const late = setTimeout(() => ending.kill('SIGKILL'), ENDED_MS);
  await ended;
  clearTimeout(late);
};

export default async () => {
  rmSync(directory, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
};
