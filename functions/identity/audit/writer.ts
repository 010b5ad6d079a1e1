/**
 * Appends records to the log, once each, whatever crashes and whoever races. One batch goes so:
 *
 *   1. read the head; what it says is pending is finished first (3 to 5)
 *   2. leave out the records that are indexed already; give the others their places, and compute the root that the log will have
 *   3. COMMIT: head and batch, salts and all, in one transaction on the head's version. Of two writers one wins; the other begins anew
 *   4. write tiles and bundles, then the index, then the signed checkpoint
 *   5. one transaction lets the head say that nothing is pending, and takes the batch away
 *
 * A crash before 3 leaves nothing; the queue brings the records again. From 3 on the batch is the log's, and everything in 4 and 5 follows
 * from it byte for byte (extend; Ed25519; the salts lie in the batch), so that whoever comes next, the schedule within a minute, does it
 * again or to its end, and a writer that wakes up late writes what is there already. Files come after the commit for that reason: written
 * before it, a loser's would stand in the place of the winner's. Records that come again after 3 are known by the index, as nothing is
 * left out in 2 before what is pending is indexed. No checkpoint is signed but of what was committed, so none contradicts another.
 */
import { Failure } from '#runtime/failure.ts';
import { equal, fromBase64, textOf, toBase64, utf8 } from './bytes.ts';
import { type Logged, type Sealed, seal } from './record.ts';
import { type Signer, signCheckpoint } from './signer.ts';
import { fromBundle, fromTile, groupsOf, isFull, partialTiles, pathOf } from './tiles.ts';
import { type Edge, EMPTY_EDGE, EMPTY_ROOT, type Extended, extend, leafHash, rootOf } from './tree.ts';

export interface Head {
  readonly version: number;
  readonly size: number;
  /** Base64, of the tree of this size. */
  readonly root: string;
  /** Entries from here to `size` are committed, but not yet all in files, index and checkpoint. */
  readonly pending?: Pending;
  /** The last one signed, as a note, and the key by which anybody verifies it. */
  readonly checkpoint?: string;
  readonly vkey?: string;
}

export interface Pending {
  readonly from: number;
  /** Items that hold the batch. */
  readonly parts: number;
}

export interface Indexed extends Sealed {
  readonly index: number;
}

/** The head, the batch on its way, and the index (store.ts). */
export interface Ledger {
  readonly head: () => Promise<Head | undefined>;
  /** Of these ids, those that are in the index. */
  readonly known: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Undefined where somebody else was faster. */
  readonly commit: (before: Head, after: Pick<Head, 'size' | 'root'>, batch: readonly Sealed[]) => Promise<Head | undefined>;
  /** Undefined where the batch is finished. */
  readonly staged: (pending: Pending) => Promise<readonly Sealed[] | undefined>;
  /** An entry that is in the index stays as it is: part of it may have been erased since. */
  readonly index: (entries: readonly Indexed[]) => Promise<void>;
  /** False where somebody else was faster. */
  readonly complete: (before: Head, after: Pick<Head, 'checkpoint' | 'vkey'>) => Promise<boolean>;
}

/** How long a file of the log is needed: for ever, or until a wider or later one has taken its place. */
export type Lasting = 'kept' | 'superseded';

/** The log's files (files.ts). */
export interface Files {
  readonly get: (path: string) => Promise<Uint8Array | undefined>;
  readonly put: (path: string, bytes: Uint8Array, lasting: Lasting) => Promise<void>;
}

export interface WriterPorts {
  readonly ledger: Ledger;
  readonly files: Files;
  readonly signer: Signer;
  readonly salt: () => Uint8Array;
  readonly pause: (tried: number) => Promise<void>;
}

export const CHECKPOINT = 'checkpoint';

/** Every checkpoint ever signed is kept, by its size. */
const signedPath = (size: number): string => `signed/${groupsOf(size)}`;

/** Of nothing, before anything was written. */
const NO_HEAD: Head = { version: 0, size: 0, root: toBase64(EMPTY_ROOT) };

/** A transaction takes 4 MB. */
const BATCH_BYTES = 3_000_000;
/** Two writers at most: who loses so often meets something else than a race. */
const TRIES = 10;

const tooBusy = () => new Failure('temporary', 'audit-log-busy', { zh: '审计日志繁忙', en: 'The audit log is busy' });

/** The files were changed, or the head was: nothing is added to such a log until a person has looked. */
const otherTree = ({ size }: Head) => new Error(`The log’s files make another tree of ${size} entries than its head`);

const pagesOf = (all: readonly Sealed[]): Sealed[][] => {
  const pages: Sealed[][] = [];
  let room = 0;
  for (const one of all) {
    const bytes = utf8(JSON.stringify(one)).length;
    if (bytes > room) {
      pages.push([]);
      room = BATCH_BYTES;
    }
    pages.at(-1)?.push(one);
    room -= bytes;
  }
  return pages;
};

export class Writer {
  readonly #ports: WriterPorts;
  /** What the next entry is added to, as this container left it. */
  #edge: Edge = EMPTY_EDGE;

  constructor(ports: WriterPorts) {
    this.#ports = ports;
  }

  /** Resolves once all of them are in the log, under a signed checkpoint. */
  async append(records: readonly Logged[]): Promise<void> {
    const unique = new Map(records.map((record) => [record.id, record]));
    const sealed = [...unique.values()].map((record) => seal(record, this.#ports.salt));
    for (const page of pagesOf(sealed)) await this.#append(page);
  }

  /** What a crash left undone, done within a minute: called on a schedule. */
  async repair(): Promise<void> {
    const { ledger, files, signer } = this.#ports;
    const head = await this.#settled();
    if (head.checkpoint === undefined || head.vkey !== signer.vkey) {
      const checkpoint = await signCheckpoint(signer, { size: head.size, root: fromBase64(head.root) });
      await this.#publish(head.size, checkpoint);
      await ledger.complete(head, { checkpoint, vkey: signer.vkey });
      return;
    }
    const published = await files.get(CHECKPOINT);
    // A writer that woke up late may have put an older one.
    if (published === undefined || textOf(published) !== head.checkpoint) await files.put(CHECKPOINT, utf8(head.checkpoint), 'superseded');
  }

  async #append(page: readonly Sealed[]): Promise<void> {
    const { ledger, pause } = this.#ports;
    for (let tried = 1; tried <= TRIES; tried++) {
      const head = await this.#settled();
      const known = await ledger.known(page.map(({ id }) => id));
      const fresh = page.filter(({ id }) => !known.has(id));
      if (fresh.length === 0) return;
      const edge = await this.#edgeOf(head.size);
      if (!equal(rootOf(edge), fromBase64(head.root))) throw otherTree(head);
      const extended = extend(edge, leavesOf(fresh));
      const committed = await ledger.commit(head, { size: extended.edge.size, root: toBase64(rootOf(extended.edge)) }, fresh);
      if (committed) return this.#finish(committed, fresh, extended);
      await pause(tried);
    }
    throw tooBusy();
  }

  /** The head with nothing pending. */
  async #settled(): Promise<Head> {
    const { ledger, pause } = this.#ports;
    for (let tried = 1; tried <= TRIES; tried++) {
      const head = (await ledger.head()) ?? NO_HEAD;
      if (head.pending === undefined) return head;
      const batch = await ledger.staged(head.pending);
      if (batch) await this.#finish(head, batch, extend(await this.#edgeOf(head.pending.from), leavesOf(batch)));
      else await pause(tried);
    }
    throw tooBusy();
  }

  async #finish(head: Head, batch: readonly Sealed[], { edge, files }: Extended): Promise<void> {
    const { ledger, signer, files: bucket } = this.#ports;
    const root = rootOf(edge);
    if (edge.size !== head.size || !equal(root, fromBase64(head.root))) throw otherTree(head);
    const from = head.size - batch.length;
    await Promise.all(files.map(({ tile, bytes }) => bucket.put(pathOf(tile), bytes, isFull(tile) ? 'kept' : 'superseded')));
    await ledger.index(batch.map((one, at) => ({ ...one, index: from + at })));
    const checkpoint = await signCheckpoint(signer, { size: head.size, root });
    await this.#publish(head.size, checkpoint);
    await ledger.complete(head, { checkpoint, vkey: signer.vkey });
    this.#edge = edge;
  }

  async #publish(size: number, checkpoint: string): Promise<void> {
    await this.#ports.files.put(signedPath(size), utf8(checkpoint), 'kept');
    await this.#ports.files.put(CHECKPOINT, utf8(checkpoint), 'superseded');
  }

  /** From memory, or from the files. Whether they are as they were is seen by the root that they make. */
  async #edgeOf(size: number): Promise<Edge> {
    if (this.#edge.size === size) return this.#edge;
    const levels: Uint8Array[][] = [];
    let entries: Uint8Array[] = [];
    await Promise.all(
      partialTiles(size).map(async (tile) => {
        const bytes = await this.#ports.files.get(pathOf(tile));
        if (!bytes) throw new Error(`${pathOf(tile)} is missing`);
        if (tile.level === 'entries') entries = fromBundle(bytes);
        else levels[tile.level] = fromTile(bytes);
      }),
    );
    for (let level = 0; level < levels.length; level++) levels[level] ??= [];
    const wrong = entries.findIndex((entry, at) => !equal(leafHash(entry), levels[0]?.[at] ?? EMPTY_ROOT));
    if (wrong >= 0) throw new Error(`Entry ${size - entries.length + wrong} is not that of its tile`);
    return { size, levels, entries };
  }
}

const leavesOf = (batch: readonly Sealed[]): Uint8Array[] => batch.map(({ leaf }) => utf8(leaf));
