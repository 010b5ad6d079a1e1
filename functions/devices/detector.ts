/**
 * A threshold rule, compiled: which level holds on a device, given one value after another. Levels count from 0 (none) over 1 (blue) to
 * 4 (red). A level begins when it held for the rule's count or time, and ends when the value came back by the hysteresis.
 */
import { LEVELS } from '#events/envelope.ts';
import type { Rule } from './rule.ts';

/** What a rule remembers of a device between two readings. */
export interface Detector {
  /** The level that holds, 0 for none. */
  readonly level: number;
  /** How often the rule fired on this device. */
  readonly episode: number;
  /** When the episode began, ms since the epoch; 0 before the first. */
  readonly startedAt: number;
  /** A higher level that has not held long enough yet, 0 for none … */
  readonly pending: number;
  /** … for how many readings it has held … */
  readonly count: number;
  /** … and since when, ms since the epoch. */
  readonly since: number;
}

export const IDLE: Detector = { level: 0, episode: 0, startedAt: 0, pending: 0, count: 0, since: 0 };

export interface CompiledRule {
  readonly rule: Rule;
  readonly domain: string;
  /** Position of the rule's measure in a reading's values. */
  readonly measure: number;
  /** The bound of a level (1 to 4), in the measure's unit. */
  readonly bound: (level: number) => number;
  /** The detector after this value; the very same object when nothing changed. */
  readonly step: (before: Detector, value: number, at: number) => Detector;
}

export const compileRule = (rule: Rule, domain: string, measure: number): CompiledRule => {
  // A rule `below` is a rule `above` in the mirror, so that one comparison serves both.
  const sign = rule.when === 'above' ? 1 : -1;
  const bounds = [Number.NEGATIVE_INFINITY, ...LEVELS.map((level) => sign * (rule.levels[level] ?? Number.NaN))];
  const used = [4, 3, 2, 1].filter((level) => !Number.isNaN(bounds[level]));
  const needReadings = rule.for?.readings ?? 1;
  const needMs = (rule.for?.minutes ?? 0) * 60_000;

  /** The highest level whose bound, eased by `ease`, the value reaches. */
  const levelOf = (x: number, ease: number): number => {
    for (const level of used) if (x >= (bounds[level] as number) - ease) return level;
    return 0;
  };

  /** Of a level whose bound was taken from the configuration while it held: that of the next one below, else of the lowest. */
  const boundOf = (level: number): number => bounds[used.find((one) => one <= level) ?? (used.at(-1) as number)] as number;

  const rise = (before: Detector, candidate: number, at: number): Detector => {
    const fresh = before.pending === 0;
    const pending = fresh ? candidate : Math.min(before.pending, candidate);
    const count = fresh ? 1 : before.count + 1;
    const since = fresh ? at : before.since;
    if (count < needReadings || at - since < needMs) return { ...before, pending, count, since };
    const begins = before.level === 0;
    return {
      level: pending,
      episode: begins ? before.episode + 1 : before.episode,
      startedAt: begins ? since : before.startedAt,
      pending: 0,
      count: 0,
      since: 0,
    };
  };

  const step = (before: Detector, value: number, at: number): Detector => {
    const x = sign * value;
    const candidate = levelOf(x, 0);
    if (candidate > before.level) return rise(before, candidate, at);
    if (before.level > 0 && x < boundOf(before.level) - rule.hysteresis) {
      return { ...before, level: levelOf(x, rule.hysteresis), pending: 0, count: 0, since: 0 };
    }
    return before.pending === 0 ? before : { ...before, pending: 0, count: 0, since: 0 };
  };

  return { rule, domain, measure, bound: (level) => sign * boundOf(level), step };
};
