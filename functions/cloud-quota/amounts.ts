/** How much of each kind of resource. A kind that isn't named is none of it. */
import type { Amounts } from '#events/cloud-quota.ts';

export type { Amounts };

export const amountOf = (amounts: Amounts, kind: string): number => (Object.hasOwn(amounts, kind) ? (amounts[kind] as number) : 0);

export const kindsOf = (...all: readonly Amounts[]): string[] => [...new Set(all.flatMap((amounts) => Object.keys(amounts)))];

/** Kind by kind; what comes out as nothing isn't named. */
export const combine = (kinds: readonly string[], value: (kind: string) => number): Amounts =>
  Object.fromEntries(kinds.map((kind) => [kind, value(kind)] as const).filter(([, amount]) => amount !== 0));

export const plus = (a: Amounts, b: Amounts): Amounts => combine(kindsOf(a, b), (kind) => amountOf(a, kind) + amountOf(b, kind));

export const minus = (a: Amounts, b: Amounts): Amounts => combine(kindsOf(a, b), (kind) => amountOf(a, kind) - amountOf(b, kind));

export const negated = (amounts: Amounts): Amounts => combine(kindsOf(amounts), (kind) => -amountOf(amounts, kind));

export const isNothing = (amounts: Amounts): boolean => Object.values(amounts).every((amount) => amount === 0);

export const sameAmounts = (a: Amounts, b: Amounts): boolean => isNothing(minus(a, b));
