/** The log as static files: which there are at a size, what they are called and how entries lie in a bundle. https://c2sp.org/tlog-tiles */

/** A full tile is so many hashes wide; a full bundle holds so many entries. */
export const TILE = 256;
export const HASH = 32;
/** An entry's length is two bytes. */
export const LONGEST_ENTRY = 65_535;

export interface Tile {
  /** 0: of leaves; above: of full tiles one level below. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; less than 256 is a partial tile. */
  readonly width: number;
}

const LEVELS = 64;

/** Groups of three digits, all but the last with an x before: 1234067 is x001/x234/067. */
export const groupsOf = (index: number): string => {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
};

export const pathOf = ({ level, index, width }: Tile): string => `tile/${level}/${groupsOf(index)}${width < TILE ? `.p/${width}` : ''}`;

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Undefined for a path that names no tile, or names one in another way than `pathOf`. */
export const tileOf = (path: string): Tile | undefined => {
  const [, level = '', groups = '', width] = PATH.exec(path) ?? [];
  if (groups === '') return undefined;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE : Number(width),
  };
  const known = tile.level === 'entries' || tile.level < LEVELS;
  return known && Number.isSafeInteger(tile.index) && pathOf(tile) === path ? tile : undefined;
};

/** Hashes of a level, of which the last tile may be partial: as many as there are complete subtrees of that height. */
export const hashesAt = (size: number, level: number): number => Math.floor(size / TILE ** level);

export const isFull = ({ width }: Tile): boolean => width === TILE;

export const widthOf = (hashes: number, index: number): number => Math.min(TILE, hashes - index * TILE);

/** The partial tiles and the partial bundle of a tree of this size: what the next entry is added to. */
export const partialTiles = (size: number): Tile[] => {
  const partial: Tile[] = [];
  for (let level = 0; hashesAt(size, level) > 0; level++) {
    const width = hashesAt(size, level) % TILE;
    if (width > 0) partial.push({ level, index: hashesAt(size, level + 1), width });
  }
  const width = size % TILE;
  return width > 0 ? [...partial, { level: 'entries', index: hashesAt(size, 1), width }] : partial;
};

/** Each entry behind its length, two bytes, big-endian. */
export const toBundle = (entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > LONGEST_ENTRY) throw new RangeError(`An entry of ${entry.length} bytes`);
    view.setUint16(at, entry.length);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
};

/** Throws where the bytes end within an entry. */
export const fromBundle = (bytes: Uint8Array): Uint8Array[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 <= bytes.length ? at + 2 + view.getUint16(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new RangeError(`The bundle ends within entry ${entries.length}`);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
};

export const toTile = (hashes: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(hashes.length * HASH);
  for (const [at, hash] of hashes.entries()) bytes.set(hash, at * HASH);
  return bytes;
};

export const fromTile = (bytes: Uint8Array): Uint8Array[] => {
  if (bytes.length % HASH !== 0) throw new RangeError(`A tile of ${bytes.length} bytes`);
  return Array.from({ length: bytes.length / HASH }, (_, at) => bytes.subarray(at * HASH, (at + 1) * HASH));
};
