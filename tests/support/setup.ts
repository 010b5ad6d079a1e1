/** One district for all system tests: beside a running one, from an empty state, in a hurry. */
import { rmSync } from 'node:fs';
import { type Background, startInBackground } from '#infra/local/background.ts';
import { directory, environment } from './district.ts';

let running: Background | undefined;

export const start = async (): Promise<void> => {
  running = await startInBackground({ directory, environment });
};

export const stop = async (): Promise<void> => {
  const ending = running;
  running = undefined;
  await ending?.stop();
};

export default async () => {
  rmSync(directory, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  await start();
  return stop;
};
