/** `npm run stop`: ends what `npm start` runs, in order; what doesn't end within half a minute is killed, and that is said. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputsFile, runFile } from './outputs.ts';
import { isAlive, readRunRecord } from './processes.ts';
import { runScript } from './script.ts';

const PATIENCE_MS = 30_000;

const ended = async (pid: number, patience: number): Promise<boolean> => {
  for (const until = Date.now() + patience; Date.now() < until; await sleep(100)) if (!isAlive(pid)) return true;
  return !isAlive(pid);
};

const end = async (pid: number, name: string): Promise<void> => {
  if (pid <= 0 || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  if (await ended(pid, PATIENCE_MS)) return;
  console.error(`! ${name} (${pid}) 未能按时结束，已强制终止 did not end in time and was killed`);
  process.kill(pid, 'SIGKILL');
};

await runScript(async () => {
  const running = readRunRecord(runFile);
  if (!running) {
    console.log('没有在运行 Nothing is running');
    return;
  }
  await end(running.pid, 'npm start');
  // Left over only where its parent was killed.
  await end(running.cloudPid, 'local cloud');
  rmSync(outputsFile, { force: true });
  rmSync(runFile, { force: true });
  console.log('已结束 Stopped');
});
