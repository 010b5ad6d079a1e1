/** Processor time of a process and all it started, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second; 100 on every Linux that Node runs on. */
const TICKS = 100;

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly seconds: number;
}

const readEntry = (pid: string): Entry | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold spaces.
    const close = stat.lastIndexOf(')');
    const fields = stat.slice(close + 2).split(' ');
    const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number) as [number, number, number];
    return { pid: Number(pid), parent, name: stat.slice(stat.indexOf('(') + 1, close), seconds: (user + system) / TICKS };
  } catch {
    return undefined; // it ended between listing and reading
  }
};

export interface Cpu {
  /** Seconds of the process itself. */
  readonly own: number;
  /** Seconds of all that it started, the living ones. */
  readonly children: number;
}

export const cpuOf = (pid: number): Cpu => {
  const entries = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readEntry(name) ?? []) : []));
  const below = new Set([pid]);
  // Parents are older than their children, whose numbers may yet be lower: until nobody new is found.
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const entry of entries) if (below.has(entry.parent)) below.add(entry.pid);
  }
  const sum = (of: readonly Entry[]) => of.reduce((total, { seconds }) => total + seconds, 0);
  return {
    own: sum(entries.filter((entry) => entry.pid === pid)),
    children: sum(entries.filter((entry) => entry.pid !== pid && below.has(entry.pid))),
  };
};
