import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyMerkleInclusion } from '../../../node_modules/@sigstore/verify/dist/tlog/merkle.js';
import { naiveConsistency, naivePath, naiveRoot } from './naive.fixture.ts';
import { proveConsistency, proveInclusion, type ReadTile, remembering } from './prove.ts';
import { fromBundle, partialTiles, pathOf, type Tile, tileOf } from './tiles.ts';
import { type Edge, EMPTY_EDGE, extend, rootOf } from './tree.ts';
import { hashLeaf, verifyConsistency, verifyInclusion } from './verify.ts';

const entry = (n: number) => new TextEncoder().encode(`entry ${n}`);
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => entry(from + at));

/** The files of a log that grew by these sizes. */
const grown = (...sizes: readonly number[]) => {
  const files = new Map<string, Uint8Array>();
  let edge: Edge = EMPTY_EDGE;
  for (const size of sizes) {
    const next = extend(edge, entries(edge.size, size));
    for (const { tile, bytes } of next.files) files.set(pathOf(tile), bytes);
    edge = next.edge;
  }
  return { files, edge };
};
const reading =
  (files: ReadonlyMap<string, Uint8Array>): ReadTile =>
  async (tile) => {
    const bytes = files.get(pathOf(tile));
    if (!bytes) throw new Error(`no ${pathOf(tile)}`);
    return bytes;
  };

const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }).map((steps) => {
  let size = 0;
  return steps.map((step) => {
    size += step;
    return size;
  });
});

describe('the tree', () => {
  test('has the root that RFC 6962 defines, however it grew', () => {
    fc.assert(
      fc.property(sizes, (steps) => {
        expect(Buffer.from(rootOf(grown(...steps).edge))).toEqual(naiveRoot(entries(0, steps.at(-1) as number)));
      }),
      { numRuns: 30 },
    );
  });

  test('has a root at every size around a full tile, and none of nothing', () => {
    for (const size of [0, 1, 2, 3, 255, 256, 257, 511, 512, 513])
      expect(Buffer.from(rootOf(grown(size).edge)), String(size)).toEqual(naiveRoot(entries(0, size)));
  });

  test('has the tiles of the example in tlog-tiles: 70,000 entries', () => {
    const paths = [...grown(70_000).files.keys()];
    expect(paths.filter((path) => /^tile\/0\/[x\d/]*\d{3}$/.test(path))).toHaveLength(273);
    expect(paths.filter((path) => !/^tile\/(0|entries)\/[x\d/]*\d{3}$/.test(path)).sort()).toEqual([
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
      'tile/entries/273.p/112',
    ]);
  });

  test('of 256 entries has one full tile, and one of width 1 above it', () => {
    expect([...grown(256).files.keys()].sort()).toEqual(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/000']);
  });

  test('writes no file again that did not change, and every one that its size needs', () => {
    fc.assert(
      fc.property(sizes, (steps) => {
        const { files, edge } = grown(...steps);
        for (const tile of partialTiles(edge.size)) expect(files.has(pathOf(tile)), pathOf(tile)).toBe(true);
        const before = grown(...steps.slice(0, -1)).edge;
        const { files: changed } = extend(before, entries(before.size, edge.size));
        expect(new Set(changed.map(({ tile }) => pathOf(tile))).size).toBe(changed.length);
        for (const { tile } of changed) expect(partialTiles(before.size).map(pathOf)).not.toContain(pathOf(tile));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a path', () => {
  test.each<[Tile, string]>([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 'entries', index: 0, width: 1 }, 'tile/entries/000.p/1'],
    [{ level: 12, index: 1000, width: 255 }, 'tile/12/x001/000.p/255'],
  ])('of %j is %s', (tile, path) => {
    expect(pathOf(tile)).toBe(path);
    expect(tileOf(path)).toEqual(tile);
  });

  test.each([
    'tile/0/0',
    'tile/0/x000/000',
    'tile/00/000',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/001/000',
    'tile/0/../checkpoint',
    'tile/entries/000/',
    'checkpoint',
    '',
  ])('is not %s', (path) => expect(tileOf(path)).toBeUndefined());
});

describe('a bundle', () => {
  test('gives back what it holds, and is refused when cut short', () => {
    const [bundle] = extend(EMPTY_EDGE, [entry(1), new Uint8Array(), entry(3)]).files.filter(({ tile }) => tile.level === 'entries');
    const bytes = bundle?.bytes as Uint8Array;
    expect(fromBundle(bytes).map((one) => Buffer.from(one).toString())).toEqual(['entry 1', '', 'entry 3']);
    for (const length of [1, bytes.length - 1]) expect(() => fromBundle(bytes.subarray(0, length))).toThrow('ends within');
  });

  test('takes no entry that two bytes of length cannot tell', () => {
    expect(() => extend(EMPTY_EDGE, [new Uint8Array(65_536)])).toThrow(RangeError);
    expect(extend(EMPTY_EDGE, [new Uint8Array(65_535)]).files).toHaveLength(2);
  });
});

describe('proofs', () => {
  const { files, edge } = grown(700);
  const all = entries(0, 700);
  const read = remembering(reading(files), 2);

  test('of inclusion are those of RFC 6962, and hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 699 }), async (index) => {
        const proof = await proveInclusion(index, 700, read);
        expect(proof.map((hash) => Buffer.from(hash))).toEqual(naivePath(index, all));
        expect(await verifyInclusion(await hashLeaf(entry(index)), { index, size: 700, proof }, rootOf(edge))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('of inclusion hold by Sigstore’s code as well', async () => {
    for (const index of [0, 255, 256, 511, 512, 698, 699]) {
      const inclusionProof = { logIndex: String(index), hashes: (await proveInclusion(index, 700, read)).map((hash) => Buffer.from(hash)) };
      const checkpoint = { logSize: 700n, logHash: Buffer.from(rootOf(edge)) };
      verifyMerkleInclusion({ canonicalizedBody: Buffer.from(entry(index)), inclusionProof } as never, checkpoint as never);
    }
  });

  test('of inclusion hold for no place outside the tree', async () => {
    const leaf = await hashLeaf(entry(0));
    expect(await verifyInclusion(leaf, { index: 0, size: 1, proof: [] }, leaf)).toBe(true);
    for (const index of [1, 5, -1, 0.5, Number.NaN]) expect(await verifyInclusion(leaf, { index, size: 1, proof: [] }, leaf)).toBe(false);
  });

  test('of inclusion hold for nothing else', async () => {
    const root = rootOf(edge);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 699 }), fc.nat(), fc.nat(), async (index, where, bit) => {
        const proof = (await proveInclusion(index, 700, read)).map((hash) => Uint8Array.from(hash));
        const leaf = await hashLeaf(entry(index));
        const other = (index + 1 + (where % 699)) % 700;
        expect(await verifyInclusion(leaf, { index: other, size: 700, proof }, root)).toBe(false);
        expect(await verifyInclusion(await hashLeaf(entry(other)), { index, size: 700, proof }, root)).toBe(false);
        expect(await verifyInclusion(leaf, { index, size: 700, proof: proof.slice(1) }, root)).toBe(false);
        expect(await verifyInclusion(leaf, { index, size: 700, proof: [...proof, leaf] }, root)).toBe(false);
        const changed = proof[where % proof.length] as Uint8Array;
        changed[bit % 32] = (changed[bit % 32] as number) ^ 1;
        expect(await verifyInclusion(leaf, { index, size: 700, proof }, root)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('of consistency are those of RFC 6962, hold, and hold for nothing else', async () => {
    const pair = fc
      .tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 700 }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(), async ([from = 1, to = 1], where) => {
        const proof = await proveConsistency(from, to, 700, read);
        expect(proof.map((hash) => Buffer.from(hash))).toEqual(naiveConsistency(from, entries(0, to)));
        const old = { size: from, root: naiveRoot(entries(0, from)) };
        const later = { size: to, root: naiveRoot(entries(0, to)) };
        expect(await verifyConsistency(old, later, proof)).toBe(true);
        const forged = { size: from, root: naiveRoot([...entries(0, from - 1), entry(9_999)]) };
        expect(await verifyConsistency(forged, later, proof)).toBe(false);
        if (proof.length === 0) return;
        expect(await verifyConsistency(old, later, proof.slice(1))).toBe(false);
        const changed = proof.map((hash) => Uint8Array.from(hash));
        changed[where % proof.length]?.reverse();
        expect(await verifyConsistency(old, later, changed)).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  test('remember tiles, as many as they may, and read again what they had to forget', async () => {
    const asked: string[] = [];
    const counted = remembering(async (tile) => {
      asked.push(pathOf(tile));
      return reading(files)(tile);
    }, 3);
    await proveInclusion(3, 700, counted);
    expect(asked.sort()).toEqual(['tile/0/000', 'tile/0/002.p/188', 'tile/1/000.p/2']);
    await proveInclusion(4, 700, counted);
    expect(asked).toHaveLength(3);
    // Needs one more, and so forgets the one that was used least lately.
    await proveInclusion(300, 700, counted);
    await proveInclusion(3, 700, counted);
    expect(asked.filter((path) => path === 'tile/0/000')).toHaveLength(2);
    expect(asked.filter((path) => path === 'tile/1/000.p/2')).toHaveLength(1);
  });
});
