/**
 * Who holds a post when. Times of a roster are wall-clock times of the district, counted here as if they were UTC: handovers keep the
 * wall-clock hour, whatever the time zone does.
 */
import type { Post } from './roster.ts';

const HOUR = 3_600_000;

/** Undefined for a day or an hour that no calendar has, such as 2026-02-30T08:00. */
export const instantOf = (local: string): number | undefined => {
  const at = Date.parse(`${local}Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 16) !== local ? undefined : at;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock in the time zone at an instant (ms since the epoch). Sweden writes dates as ISO 8601 does. */
export const wallClock = (instant: number, timeZone: string): number => {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timeZone, format);
  }
  return Date.parse(`${format.format(new Date(instant)).replace(' ', 'T')}Z`);
};

export interface Spell {
  readonly from: number;
  readonly to: number;
}

export interface Shifts {
  /** When somebody holds the post, by rotation or override. */
  readonly spells: readonly Spell[];
  readonly holder: (at: number) => string | undefined;
  /** The times within [from, to) at which the holder may change. */
  readonly changes: (from: number, to: number) => number[];
}

/** For posts whose times are all real. All times are wall-clock instants. */
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

/** The id of the person on duty at an instant (ms since the epoch). */
export const onDuty = (post: Post, instant: number, timeZone: string): string | undefined =>
  shiftsOf(post).holder(wallClock(instant, timeZone));
