/** The Merkle tree (RFC 6962 section 2.1): how it grows by entries, and which files follow from it. */
import { sha256 } from '#runtime/sha256.ts';
import { HASH, hashesAt, partialTiles, TILE, type Tile, toBundle, toTile } from './tiles.ts';

/** Hashing copies what it is given, so that one buffer serves all nodes. */
const scratch = new Uint8Array(1 + 2 * HASH);
scratch[0] = 1;

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  scratch.set(left, 1);
  scratch.set(right, 1 + HASH);
  return sha256(scratch);
};

export const leafHash = (entry: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return sha256(bytes);
};

export const EMPTY_ROOT = sha256(new Uint8Array());

/** Of 2^n hashes. */
export const perfectRoot = (hashes: readonly Uint8Array[]): Uint8Array => {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < row.length; at += 2) above.push(nodeHash(row[at] as Uint8Array, row[at + 1] as Uint8Array));
    row = above;
  }
  return row[0] as Uint8Array;
};

/** What the next entry is added to: of each level the hashes of its partial tile, and the entries of the partial bundle. */
export interface Edge {
  readonly size: number;
  readonly levels: readonly (readonly Uint8Array[])[];
  readonly entries: readonly Uint8Array[];
}

export const EMPTY_EDGE: Edge = { size: 0, levels: [], entries: [] };

/** The perfect subtrees that a row of hashes is made of, the largest first. */
const subtrees = (hashes: readonly Uint8Array[]): Uint8Array[] => {
  const roots: Uint8Array[] = [];
  for (let bit = TILE / 2, at = 0; bit >= 1; bit /= 2) {
    if ((hashes.length & bit) === 0) continue;
    roots.push(perfectRoot(hashes.slice(at, at + bit)));
    at += bit;
  }
  return roots;
};

export const rootOf = ({ levels }: Pick<Edge, 'levels'>): Uint8Array => {
  const roots = levels.toReversed().flatMap(subtrees);
  const last = roots.pop();
  return last === undefined ? EMPTY_ROOT : roots.reduceRight((right, left) => nodeHash(left, right), last);
};

export interface File {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

export interface Extended {
  readonly edge: Edge;
  /** Every file that differs from those of the size before. */
  readonly files: readonly File[];
}

/** The same edge and the same entries give the same files, byte for byte: whoever writes them again changes nothing. */
export const extend = (edge: Edge, added: readonly Uint8Array[]): Extended => {
  const levels = edge.levels.map((hashes) => [...hashes]);
  const files: File[] = [];
  const put = (level: number, index: number, hashes: readonly Uint8Array[]) =>
    files.push({ tile: { level, index, width: hashes.length }, bytes: toTile(hashes) });
  const putEntries = (index: number, all: readonly Uint8Array[]) =>
    files.push({ tile: { level: 'entries', index, width: all.length }, bytes: toBundle(all) });

  let size = edge.size;
  let entries = [...edge.entries];
  const push = (level: number, hash: Uint8Array): void => {
    levels[level] ??= [];
    const hashes = levels[level] as Uint8Array[];
    hashes.push(hash);
    if (hashes.length < TILE) return;
    put(level, hashesAt(size, level + 1) - 1, hashes);
    levels[level] = [];
    push(level + 1, perfectRoot(hashes));
  };
  for (const entry of added) {
    size++;
    entries.push(entry);
    if (entries.length === TILE) {
      putEntries(hashesAt(size, 1) - 1, entries);
      entries = [];
    }
    push(0, leafHash(entry));
  }
  for (const { level, index, width } of partialTiles(size)) {
    if (level === 'entries') putEntries(index, entries);
    else if (hashesAt(edge.size, level) !== hashesAt(size, level)) put(level, index, (levels[level] as Uint8Array[]).slice(0, width));
  }
  return { edge: { size, levels, entries }, files };
};
