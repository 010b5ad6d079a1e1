/** RFC 6962 section 2.1, word for word and slow: what the tree's and the verifier's own code is judged by. */
import { createHash } from 'node:crypto';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const split = (n: number): number => {
  let k = 1;
  while (k << 1 < n) k <<= 1;
  return k;
};

/** MTH(D[n]) */
export const naiveRoot = (entries: readonly Uint8Array[]): Buffer => {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0] as Uint8Array);
  const k = split(entries.length);
  return sha256(Buffer.of(1), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
};

/** PATH(m, D[n]) */
export const naivePath = (m: number, entries: readonly Uint8Array[]): Buffer[] => {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  return m < k
    ? [...naivePath(m, entries.slice(0, k)), naiveRoot(entries.slice(k))]
    : [...naivePath(m - k, entries.slice(k)), naiveRoot(entries.slice(0, k))];
};

/** SUBPROOF(m, D[n], b) */
const subproof = (m: number, entries: readonly Uint8Array[], b: boolean): Buffer[] => {
  const n = entries.length;
  if (m === n) return b ? [] : [naiveRoot(entries)];
  const k = split(n);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), b), naiveRoot(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), naiveRoot(entries.slice(0, k))];
};

/** PROOF(m, D[n]) */
export const naiveConsistency = (m: number, entries: readonly Uint8Array[]): Buffer[] => subproof(m, entries, true);
