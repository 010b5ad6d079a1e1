/** The history as people read it: savings that follow each other are one line, steps that begin are told by what ended before them. Pure. */
import type { HistoryEntry } from './requests.ts';

export interface Told {
  readonly entry: HistoryEntry;
  /** How many such entries this line stands for. */
  readonly times: number;
}

/** What a person wants to know at a glance; the rest is a press away. */
const MAIN: readonly string[] = ['opened', 'submitted', 'decided', 'returned', 'ended', 'assigned', 'climbed'];

export const isMain = ({ type }: HistoryEntry): boolean => MAIN.includes(type);

const continues = (before: HistoryEntry | undefined, { type, by }: HistoryEntry): boolean =>
  before !== undefined && type === 'saved' && before.type === type && before.by === by;

/** Newest first. */
export const told = (entries: readonly HistoryEntry[], all: boolean): Told[] => {
  const lines: Told[] = [];
  for (const entry of entries) {
    const before = lines.at(-1);
    if (continues(before?.entry, entry)) lines[lines.length - 1] = { entry, times: (before?.times ?? 0) + 1 };
    else lines.push({ entry, times: 1 });
  }
  return lines.filter(({ entry }) => all || isMain(entry)).reverse();
};

/** Assigning is three things to people. */
export const eventName = ({ type, to, by }: HistoryEntry): string => {
  if (type !== 'assigned') return type;
  if (to === undefined) return 'released';
  return by === `person:${to}` ? 'claimed' : 'handedOver';
};

const idOf = (actor: string): string => actor.slice(actor.indexOf(':') + 1);

/** Names of those who have acted on it, by their ids. */
export const namesIn = (entries: readonly HistoryEntry[]): ReadonlyMap<string, string> =>
  new Map(entries.flatMap(({ by, name }) => (name === undefined ? [] : [[idOf(by), name] as const])));

/** What happened after the version that somebody looked at: each entry is a version, or several of one. */
export const latestBy = (entries: readonly HistoryEntry[], self: string): HistoryEntry | undefined =>
  entries.findLast(({ by }) => by !== `person:${self}`);
