/** The server's now, and a tick each second that redraws only what reads differently. */
import { useSyncExternalStore } from 'react';

let offset = 0;

/** The Date header counts whole seconds: less than this is not a difference. */
const TOLERANCE_MS = 2_000;

/** A duty room's computer may be minutes wrong: a countdown follows the server's clock. */
export const noteServerDate = (header: string | null, sentAt: number, receivedAt: number): void => {
  const server = header === null ? Number.NaN : Date.parse(header) + 500;
  const measured = server - (sentAt + receivedAt) / 2;
  if (Number.isNaN(measured) || Math.abs(measured - offset) < TOLERANCE_MS) return;
  offset = Math.abs(measured) < TOLERANCE_MS ? 0 : measured;
};

export const now = (): number => Date.now() + offset;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of listeners) one();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
};

/** Redraws when the answer changes: hundreds of rows that say "3 min ago" do so once a minute. */
export const useTicking = <T extends string | number | boolean>(read: (now: number) => T): T =>
  useSyncExternalStore(subscribe, () => read(now()));
