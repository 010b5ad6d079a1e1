/** A district that runs behind a test or a measurement: started as anybody starts it, in a folder and on ports of its own. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './processes.ts';

export interface BackgroundOptions {
  /** Its `.local`: LOCAL_DIR. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Another checkout than this one. */
  readonly checkout?: string;
}

export interface Background {
  /** Ends it in order; killed when it doesn't end in time. */
  readonly stop: () => Promise<void>;
}

const READY_MS = 300_000;
const ENDED_MS = 40_000;

export const startInBackground = async ({ directory, environment, checkout = root }: BackgroundOptions): Promise<Background> => {
  const child = spawn(process.execPath, [join(checkout, 'infra/local/boot.mjs'), 'infra/local/start.ts', '--headless'], {
    cwd: checkout,
    env: { ...process.env, LOCAL_DIR: directory, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // However this process ends, nothing is left running behind it.
  const orphan = () => child.kill('SIGTERM');
  process.on('exit', orphan);
  child.once('exit', () => process.off('exit', orphan));
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), ENDED_MS);
    await ended;
    clearTimeout(late);
  };
  for (const until = Date.now() + READY_MS; !existsSync(join(directory, 'outputs.json')); await sleep(100)) {
    if (child.exitCode === null && Date.now() < until) continue;
    await stop();
    throw new Error(`The district did not start:\n${said}`);
  }
  return { stop };
};
