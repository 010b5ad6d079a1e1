/** When which message of a load is due, and what came of them. Pure. */

/** A burst longer than this would measure the burst, not the load. */
const BURST_MS = 10;

/**
 * How many messages to send now: as many as the time demands less those sent, but never more than 10 ms' worth at once, so that a
 * pause is made up for little by little.
 */
export const dueNow = (elapsedMs: number, perSecond: number, sent: number): number => {
  const due = Math.floor((elapsedMs * perSecond) / 1000) - sent;
  return Math.max(0, Math.min(due, Math.ceil((perSecond * BURST_MS) / 1000)));
};

/** Splits into so many parts whose sizes differ by one at most; none is empty. */
export const shares = <T>(items: readonly T[], parts: number): T[][] => {
  const count = Math.min(parts, items.length);
  return Array.from({ length: count }, (_, part) => items.filter((_item, index) => index % count === part));
};

/** By nearest rank, of numbers in ascending order; NaN of none. */
export const percentile = (ascending: Float64Array | readonly number[], percent: number): number =>
  ascending[Math.max(0, Math.ceil((ascending.length * percent) / 100) - 1)] ?? Number.NaN;
