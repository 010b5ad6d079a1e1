/** Proofs (RFC 6962 section 2.1) from tiles: a few of them hold every hash that a proof names. */
import { HASH, hashesAt, pathOf, TILE, type Tile, widthOf } from './tiles.ts';
import { nodeHash, perfectRoot } from './tree.ts';

/** The root of the subtree of 2^height leaves, the index-th of its kind. */
type Node = (height: number, index: number) => Uint8Array;

/** The largest power of two below n. */
const half = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

const subtree = (from: number, to: number, node: Node): Uint8Array => {
  const width = to - from;
  const k = half(width);
  // A power of two: one node, as RFC 6962 splits at powers of two and so aligns them.
  if (width === 1 || k * 2 === width) return node(Math.log2(width), from / width);
  return nodeHash(subtree(from, from + k, node), subtree(from + k, to, node));
};

const inclusionPath = (leaf: number, from: number, to: number, node: Node): Uint8Array[] => {
  if (to - from === 1) return [];
  const middle = from + half(to - from);
  return leaf < middle
    ? [...inclusionPath(leaf, from, middle, node), subtree(middle, to, node)]
    : [...inclusionPath(leaf, middle, to, node), subtree(from, middle, node)];
};

/** `whole`: the old tree is this subtree itself, whose root the verifier knows. */
const consistencyPath = (old: number, from: number, to: number, whole: boolean, node: Node): Uint8Array[] => {
  if (old === to) return whole ? [] : [subtree(from, to, node)];
  const middle = from + half(to - from);
  return old <= middle
    ? [...consistencyPath(old, from, middle, whole, node), subtree(middle, to, node)]
    : [...consistencyPath(old, middle, to, false, node), subtree(from, middle, node)];
};

export type ReadTile = (tile: Tile) => Promise<Uint8Array>;

/** Eight heights of the tree are one level of tiles. */
const HEIGHT = 8;

const place = (height: number, index: number, size: number) => {
  const level = Math.floor(height / HEIGHT);
  const count = 2 ** (height % HEIGHT);
  const first = index * count;
  const tile: Tile = { level, index: Math.floor(first / TILE), width: widthOf(hashesAt(size, level), Math.floor(first / TILE)) };
  return { tile, offset: first % TILE, count };
};

const hashesOf = (bytes: Uint8Array, offset: number, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => bytes.subarray((offset + at) * HASH, (offset + at + 1) * HASH));

/** Walks the proof twice: first to learn which tiles it needs, which are then read all at once. */
const prove = async (size: number, read: ReadTile, walk: (node: Node) => Uint8Array[]): Promise<Uint8Array[]> => {
  const needed = new Map<string, Tile>();
  const nothing = new Uint8Array(HASH);
  walk((height, index) => {
    const { tile } = place(height, index, size);
    needed.set(pathOf(tile), tile);
    return nothing;
  });
  const tiles = new Map(await Promise.all([...needed].map(async ([path, tile]) => [path, await read(tile)] as const)));
  return walk((height, index) => {
    const { tile, offset, count } = place(height, index, size);
    return perfectRoot(hashesOf(tiles.get(pathOf(tile)) as Uint8Array, offset, count));
  });
};

/** That the leaf is in the tree of this size. */
export const proveInclusion = (leaf: number, size: number, read: ReadTile): Promise<Uint8Array[]> =>
  prove(size, read, (node) => inclusionPath(leaf, 0, size, node));

/** That the tree of size `from` is the beginning of that of size `to`; `size` is the log's own, from whose tiles both are read. */
export const proveConsistency = (from: number, to: number, size: number, read: ReadTile): Promise<Uint8Array[]> =>
  prove(size, read, (node) => consistencyPath(from, 0, to, true, node));

/** Remembers tiles, none of which ever changes (a wider one has another path): the last `limit` that were used. */
export const remembering = (read: ReadTile, limit: number): ReadTile => {
  const known = new Map<string, Uint8Array>();
  return async (tile) => {
    const path = pathOf(tile);
    const bytes = known.get(path) ?? (await read(tile));
    known.delete(path);
    known.set(path, bytes);
    for (const oldest of known.keys()) {
      if (known.size <= limit) break;
      known.delete(oldest);
    }
    return bytes;
  };
};
