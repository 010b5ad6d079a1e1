/**
 * Who holds a post when, as far as the check of a configuration needs it. Times are wall-clock times of the district
 * counted as if they were UTC: handovers keep the wall-clock hour, so the time zone plays no part here.
 */
import type { Post } from '#functions/emergency/roster.ts';

const HOUR = 3_600_000;

/** Undefined for a day or an hour that no calendar has, such as 2026-02-30T08:00. */
export const instantOf = (local: string): number | undefined => {
  const at = Date.parse(`${local}Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 16) !== local ? undefined : at;
};

export const localOf = (instant: number): string => new Date(instant).toISOString().slice(0, 16);

/** The wall clock in the time zone. Sweden writes dates as ISO 8601 does. */
export const wallClock = (now: Date, timezone: string): number => {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(
    now,
  );
  return Date.parse(`${text.replace(' ', 'T')}Z`);
};

interface Spell {
  readonly from: number;
  readonly to: number;
}

interface Shifts {
  /** When somebody holds the post, by rotation or override. */
  readonly spells: readonly Spell[];
  readonly holder: (at: number) => string | undefined;
  /** The times within [from, to) at which the holder may change. */
  readonly changes: (from: number, to: number) => number[];
}

/** For posts whose times are all real. */
export const shiftsOf = ({ rotation, overrides = [] }: Post): Shifts => {
  const time = (local: string): number => instantOf(local) ?? 0;
  const length = rotation.hours * HOUR;
  const main: Spell = {
    from: time(rotation.start),
    to: rotation.until === undefined ? Number.POSITIVE_INFINITY : time(rotation.until),
  };
  const others = overrides.map(({ from, to, person }) => ({ from: time(from), to: time(to), person }));
  const covers = ({ from, to }: Spell, at: number): boolean => from <= at && at < to;
  return {
    spells: [main, ...others],
    holder: (at) => {
      const standIn = others.findLast((spell) => covers(spell, at));
      if (standIn) return standIn.person;
      if (!covers(main, at)) return undefined;
      return rotation.members[Math.floor((at - main.from) / length) % rotation.members.length];
    },
    changes: (from, to) => {
      const times = [main.from, main.to, ...others.flatMap((spell) => [spell.from, spell.to])];
      const first = main.from + Math.max(0, Math.ceil((from - main.from) / length)) * length;
      for (let at = first; at < Math.min(to, main.to); at += length) times.push(at);
      return times.filter((at) => from <= at && at < to);
    },
  };
};

/** The first time from `now` on at which none of the posts is held; undefined where somebody always is. */
export const firstGap = (posts: readonly Post[], now: number): number | undefined => {
  const spells = posts.flatMap((post) => shiftsOf(post).spells).toSorted((a, b) => a.from - b.from);
  let held = now;
  for (const { from, to } of spells) {
    if (from > held) break;
    held = Math.max(held, to);
  }
  return held === Number.POSITIVE_INFINITY ? undefined : held;
};

const YEAR = 366 * 24 * HOUR;

/** The first time in the coming year at which the posts call fewer than `needed` different people. */
export const firstShortage = (
  posts: readonly Post[],
  needed: number,
  now: number,
): { at: number; people: string[] } | undefined => {
  const shifts = posts.map(shiftsOf);
  const times = new Set([now, ...shifts.flatMap(({ changes }) => changes(now, now + YEAR))]);
  for (const at of [...times].toSorted((a, b) => a - b)) {
    const people = [...new Set(shifts.map(({ holder }) => holder(at)).filter((person) => person !== undefined))];
    if (people.length < needed) return { at, people };
  }
  return undefined;
};
