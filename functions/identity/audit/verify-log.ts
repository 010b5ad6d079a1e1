/** Checks the whole log: builds the tree anew from every entry and compares every file and the checkpoint with it. Runs in a browser too. */
import { equal } from './bytes.ts';
import { fromBundle, fromTile, HASH, pathOf, TILE, type Tile, widthOf } from './tiles.ts';
import { Broken, emptyRoot, type Head, hashLeaf, hashNode } from './verify.ts';

/** Reads a file of the log by its path. */
export type Read = (path: string) => Promise<Uint8Array>;

export interface Watch {
  /** Is told of each entry, once its hash is known to be right. */
  readonly entry?: ((leaf: Uint8Array, index: number) => void | Promise<void>) | undefined;
  /** A checkpoint seen before: the tree must have been that when it had its size. */
  readonly seen?: Head | undefined;
}

export interface Checked {
  readonly entries: number;
  readonly bundles: number;
  readonly tiles: number;
}

const perfectRoot = async (hashes: readonly Uint8Array[]): Promise<Uint8Array> => {
  let row = hashes;
  while (row.length > 1) {
    const below = row;
    row = await Promise.all(
      Array.from({ length: below.length / 2 }, (_, at) => hashNode(below[2 * at] as Uint8Array, below[2 * at + 1] as Uint8Array)),
    );
  }
  return row[0] as Uint8Array;
};

/** Of the hashes of each level that are in no full tile yet, leaves first. */
const rootOf = async (open: readonly (readonly Uint8Array[])[]): Promise<Uint8Array> => {
  const roots: Uint8Array[] = [];
  for (const hashes of open.toReversed()) {
    for (let bit = TILE / 2, at = 0; bit >= 1; bit /= 2) {
      if ((hashes.length & bit) === 0) continue;
      roots.push(await perfectRoot(hashes.slice(at, at + bit)));
      at += bit;
    }
  }
  let root = roots.pop() ?? (await emptyRoot());
  for (const left of roots.toReversed()) root = await hashNode(left, root);
  return root;
};

/** So many bundles are asked for before they are needed. */
const AHEAD = 16;

/** What `ask` gives for each number, in order, asked for ahead. */
async function* ahead<T>(count: number, ask: (index: number) => Promise<T>): AsyncGenerator<T> {
  const asked: Promise<T>[] = [];
  for (let next = 0, index = 0; index < count; index++) {
    while (next < count && next < index + AHEAD) {
      const promise = ask(next++);
      // It is heard of once its turn comes; until then it must not end the process.
      promise.catch(() => undefined);
      asked.push(promise);
    }
    yield await (asked.shift() as Promise<T>);
  }
}

const compare = (path: string, bytes: Uint8Array, hashes: readonly Uint8Array[]): void => {
  if (bytes.length !== hashes.length * HASH)
    throw new Broken(
      path,
      `应有 ${hashes.length} 个散列，实有 ${bytes.length} 字节`,
      `${hashes.length} hashes expected, ${bytes.length} bytes found`,
    );
  const wrong = fromTile(bytes).findIndex((hash, at) => !equal(hash, hashes[at] as Uint8Array));
  if (wrong >= 0) throw new Broken(`${path}[${wrong}]`, '散列与下层内容不符', 'the hash is not that of what lies below it');
};

const entriesOf = (path: string, bytes: Uint8Array, width: number): Uint8Array[] => {
  let entries: Uint8Array[] | undefined;
  try {
    entries = fromBundle(bytes);
  } catch {
    // Its lengths don't add up: said below.
  }
  if (entries?.length !== width) throw new Broken(path, `应有 ${width} 条记录`, `${width} entries expected`);
  return entries;
};

/** The tree as it grows again, bundle by bundle. */
class Rebuilt {
  /** Of each level, the hashes that are in no full tile yet. */
  readonly open: Uint8Array[][] = [[]];
  tiles = 0;
  readonly #closed: number[] = [];
  readonly #read: Read;

  constructor(read: Read) {
    this.#read = read;
  }

  /** The leaves of one bundle, and the tile that is stored for them. */
  async add(leaves: Uint8Array[], stored: Uint8Array): Promise<void> {
    this.open[0] = leaves;
    this.#compare(0, stored);
    await this.#close(0);
  }

  async end(): Promise<void> {
    for (let level = 1; level < this.open.length; level++) if (this.open[level]?.length !== 0) await this.#readAndCompare(level);
  }

  async #close(level: number): Promise<void> {
    const hashes = this.open[level] as Uint8Array[];
    if (hashes.length < TILE) return;
    this.open[level] = [];
    this.#closed[level] = (this.#closed[level] ?? 0) + 1;
    this.open[level + 1] = [...(this.open[level + 1] ?? []), await perfectRoot(hashes)];
    if (this.open[level + 1]?.length === TILE) await this.#readAndCompare(level + 1);
    await this.#close(level + 1);
  }

  async #readAndCompare(level: number): Promise<void> {
    this.#compare(level, await this.#read(this.#path(level)));
  }

  #path(level: number): string {
    return pathOf({ level, index: this.#closed[level] ?? 0, width: this.open[level]?.length ?? 0 });
  }

  #compare(level: number, stored: Uint8Array): void {
    compare(this.#path(level), stored, this.open[level] ?? []);
    this.tiles++;
  }
}

const rewritten = (seen: Head): Broken =>
  new Broken(
    `checkpoint ${seen.size}`,
    '曾见过的检查点与现有记录不符：历史被改写',
    'a checkpoint seen before is not that of these entries: history was rewritten',
  );

/** Throws `Broken` at the first place that does not hold. */
export const verifyLog = async (read: Read, { size, root }: Head, { entry, seen }: Watch = {}): Promise<Checked> => {
  if (seen && seen.size > size)
    throw new Broken('checkpoint', `只有 ${size} 条记录，曾见过 ${seen.size} 条`, `it has ${size} entries, and had ${seen.size} before`);
  const tree = new Rebuilt(read);
  const checkSeen = async (open: readonly (readonly Uint8Array[])[]): Promise<void> => {
    if (seen && !equal(await rootOf(open), seen.root)) throw rewritten(seen);
  };
  if (seen?.size === 0) await checkSeen([]);
  const bundles = Math.ceil(size / TILE);
  const filesAt = async (index: number) => {
    const of = (level: Tile['level']) => pathOf({ level, index, width: widthOf(size, index) });
    const [bundle, tile] = await Promise.all([read(of('entries')), read(of(0))]);
    return { path: of('entries'), index, bundle, tile };
  };
  for await (const { path, index, bundle, tile } of ahead(bundles, filesAt)) {
    const entries = entriesOf(path, bundle, widthOf(size, index));
    const hashes = await Promise.all(entries.map(hashLeaf));
    const upTo = (seen?.size ?? 0) - index * TILE;
    if (upTo > 0 && upTo < hashes.length) await checkSeen([hashes.slice(0, upTo), ...tree.open.slice(1)]);
    await tree.add(hashes, tile);
    if (upTo === hashes.length) await checkSeen(tree.open);
    for (const [at, leaf] of entries.entries()) await entry?.(leaf, index * TILE + at);
  }
  await tree.end();
  if (!equal(await rootOf(tree.open), root)) throw new Broken('checkpoint', '根散列与全部记录不符', 'its root is not that of the entries');
  return { entries: size, bundles, tiles: tree.tiles };
};
