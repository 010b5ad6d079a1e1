/** Reads the log for people: which entries, in whose sight, with which proofs. */
import { fromCursor, toCursor } from '#runtime/cursor.ts';
import { Failure } from '#runtime/failure.ts';
import type { EntryView } from './api.ts';
import { textOf, toBase64, utf8 } from './bytes.ts';
import { type Checkpoint, readCheckpoint } from './note.ts';
import { proveConsistency, proveInclusion, type ReadTile, remembering } from './prove.ts';
import { type Field, PERSONAL } from './record.ts';
import type { AuditStore, Entry, Listed, Span } from './store.ts';
import { fromBundle, pathOf, TILE, tileOf, widthOf } from './tiles.ts';
import { CHECKPOINT, type Files } from './writer.ts';

/** 8 KB each. */
const TILES_KEPT = 512;
/** Some 150 KB each. */
const BUNDLES_KEPT = 16;
/** So many bundles are looked through for one page; the next page goes on from there. */
const BUNDLES_A_PAGE = 8;

export interface Signed {
  readonly checkpoint: string;
  readonly vkey: string;
  readonly size: number;
}

export interface Page {
  readonly entries: readonly Entry[];
  readonly next?: string;
}

export type Filter = { readonly by: Listed; readonly value: string } | { readonly day: string } | undefined;

const notSigned = () =>
  new Failure('temporary', 'not-yet-signed', {
    zh: '尚未签名：写入的记录在一分钟内签名，请稍后再试',
    en: 'Not signed yet: what is written is signed within a minute; try again in a moment',
  });
const noSuchSize = (size: number) =>
  new Failure('invalid', 'no-such-size', { zh: `日志现有 ${size} 条记录`, en: `The log has ${size} entries` }, { size });
const noSuchFile = () => new Failure('notFound', 'no-such-file', { zh: '日志没有这个文件', en: 'The log has no such file' });
const badCursor = () => new Failure('invalid', 'invalid-cursor', { zh: '分页游标无效', en: 'The cursor is not one of ours' });
export const unknownEntry = () => new Failure('notFound', 'unknown-audit-entry', { zh: '没有这条审计记录', en: 'No such audit entry' });

/** Who looked is for the auditors: the person concerned is answered for by the department, whose name stands in the leaf. */
const WITHHELD: readonly Field[] = ['actor', 'onBehalfOf', 'detail'];

export type Sight = 'all' | 'own';

export const viewOf = ({ id, index, leaf, openings }: Entry, sight: Sight): EntryView => {
  const { v: _, id: __, ...record } = JSON.parse(leaf) as Record<string, unknown>;
  const salts: Record<string, string> = {};
  const hidden: Field[] = [];
  for (const field of PERSONAL) {
    if (typeof record[field] !== 'object') continue;
    const opening = sight === 'own' && WITHHELD.includes(field) ? undefined : openings[field];
    if (opening) {
      record[field] = opening.value;
      salts[field] = opening.salt;
    } else {
      delete record[field];
      hidden.push(field);
    }
  }
  return { id, index, record: record as EntryView['record'], hidden, leaf: toBase64(utf8(leaf)), salts };
};

type Query = { readonly [Name in Listed | 'day']?: string };

export const filterOf = ({ day, ...by }: Query): Filter => {
  const listed = (['resource', 'actor', 'subject'] as const).flatMap((name) =>
    by[name] === undefined ? [] : [{ by: name, value: by[name] }],
  );
  const [first, ...more] = [...listed, ...(day === undefined ? [] : [{ day }])];
  if (more.length > 0) {
    throw new Failure('invalid', 'one-filter', {
      zh: '每次只能按一项查询：resource、actor、subject 或 day',
      en: 'Ask by one at a time: resource, actor, subject or day',
    });
  }
  return first;
};

/** What each file is called beside tiles. */
const SIGNED = /^signed\/(x\d{3}\/)*\d{3}$/;

export class Reading {
  readonly #store: AuditStore;
  readonly #files: Files;
  readonly #dayOf: (at: string) => string;
  readonly #tile: ReadTile;
  readonly #bundle: ReadTile;

  constructor(store: AuditStore, files: Files, dayOf: (at: string) => string) {
    this.#store = store;
    this.#files = files;
    this.#dayOf = dayOf;
    const read: ReadTile = (tile) => this.#read(pathOf(tile));
    this.#tile = remembering(read, TILES_KEPT);
    this.#bundle = remembering(read, BUNDLES_KEPT);
  }

  async signed(): Promise<Signed & { readonly head: Checkpoint }> {
    const { checkpoint, vkey = '' } = (await this.#store.head()) ?? {};
    const head = readCheckpoint(checkpoint ?? '');
    if (checkpoint === undefined || !head) throw notSigned();
    return { checkpoint, vkey, size: head.size, head };
  }

  async list(filter: Filter, limit: number, cursor: string | undefined): Promise<Page> {
    if (filter && 'by' in filter) {
      const start = fromCursor(cursor, { [filter.by]: filter.value });
      const { entries, next } = await this.#store.list(filter.by, filter.value, limit, start);
      return { entries, ...toCursor(next) };
    }
    const { size } = await this.signed();
    if (filter === undefined) return this.#range({ first: 0, last: size - 1 }, size, limit, cursor, () => true);
    const span = await this.#store.day(filter.day);
    return span ? this.#range(span, size, limit, cursor, (at) => this.#dayOf(at) === filter.day) : { entries: [] };
  }

  async prove(index: number): Promise<Signed & { readonly proof: string[] }> {
    const { head: _, ...signed } = await this.signed();
    if (index >= signed.size) throw notSigned();
    return { ...signed, proof: (await proveInclusion(index, signed.size, this.#tile)).map(toBase64) };
  }

  async consistency(from: number, wanted: number | undefined): Promise<{ from: number; to: number; proof: string[] }> {
    const { size } = await this.signed();
    const to = wanted ?? size;
    if (from > to || to > size) throw noSuchSize(size);
    return { from, to, proof: (await proveConsistency(from, to, size, this.#tile)).map(toBase64) };
  }

  /** A file of the log; `lasting`: it will never be another. */
  async file(path: string): Promise<{ readonly bytes: Uint8Array; readonly lasting: boolean }> {
    if (path === CHECKPOINT) return { bytes: utf8((await this.signed()).checkpoint), lasting: false };
    if (tileOf(path) === undefined && !SIGNED.test(path)) throw noSuchFile();
    return { bytes: await this.#read(path), lasting: true };
  }

  async #read(path: string): Promise<Uint8Array> {
    const bytes = await this.#files.get(path);
    if (!bytes) throw noSuchFile();
    return bytes;
  }

  /** Entries from the log itself, the last first: their order needs no index. */
  async #range(
    { first, last }: Span,
    size: number,
    limit: number,
    cursor: string | undefined,
    wanted: (at: string) => boolean,
  ): Promise<Page> {
    let before = Math.min(this.#before(cursor) ?? size, last + 1, size);
    const found: { readonly id: string; readonly index: number; readonly leaf: string }[] = [];
    for (let bundles = 0; before > first && found.length < limit && bundles < BUNDLES_A_PAGE; bundles++) {
      const index = Math.floor((before - 1) / TILE);
      const leaves = fromBundle(await this.#bundle({ level: 'entries', index, width: widthOf(size, index) }));
      for (; before > Math.max(first, index * TILE) && found.length < limit; before--) {
        const leaf = textOf(leaves[before - 1 - index * TILE] as Uint8Array);
        const { id, at } = JSON.parse(leaf) as { id: string; at: string };
        if (wanted(at)) found.push({ id, index: before - 1, leaf });
      }
    }
    const known = new Map((await this.#store.entries(found.map(({ id }) => id))).map(({ id, openings }) => [id, openings]));
    const entries = found.map((one) => ({ ...one, openings: known.get(one.id) ?? {} }));
    return { entries, ...(before > first && toCursor({ before: { S: String(before) } })) };
  }

  #before(cursor: string | undefined): number | undefined {
    const key = fromCursor(cursor);
    if (key === undefined) return undefined;
    const before = Number(key.before?.S);
    if (!Number.isSafeInteger(before) || before < 0) throw badCursor();
    return before;
  }
}
