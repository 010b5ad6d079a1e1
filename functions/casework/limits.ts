/** What no form may carry, whatever its schema says: a case must fit into one item of its table, beside its findings, results and events. */
import type { Data } from './case.ts';

export const MAXIMUM_BYTES = 64 * 1024;
export const MAXIMUM_DEPTH = 16;

/** What the table cannot hold exactly. */
const isOutOfRange = (value: number): boolean => Math.abs(value) > Number.MAX_SAFE_INTEGER || (value !== 0 && Math.abs(value) < 1e-100);

const isDeepOrOutOfRange = (value: unknown, left: number): boolean => {
  if (typeof value === 'number') return isOutOfRange(value);
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isDeepOrOutOfRange(inner, left - 1));
};

export const isTooLarge = (data: Data): boolean =>
  isDeepOrOutOfRange(data, MAXIMUM_DEPTH) || new TextEncoder().encode(JSON.stringify(data)).length > MAXIMUM_BYTES;

/** Names that no object can keep as a field of its own, at any depth. Of what is not too large. */
export const impossibleNames = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === '' || name === '__proto__' ? [name] : []),
    ...impossibleNames(inner),
  ]);
};
