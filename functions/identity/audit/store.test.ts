import { beforeEach, describe, expect, test } from 'vitest';
import { fromCursor, toCursor } from '#runtime/cursor.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { idOf, MemoryLog, record, signer } from './audit.fixture.ts';
import { dayIn } from './day.ts';
import { seal } from './record.ts';
import { AuditStore, INDEXES } from './store.ts';
import { type Head, type Indexed, Writer } from './writer.ts';

const NOTHING: Head = { version: 0, size: 0, root: 'nothing' };
let dynamo: Dynamo;
let store: AuditStore;

beforeEach(() => {
  dynamo = new Dynamo('id');
  Object.assign(dynamo.sorts, Object.fromEntries(Object.values(INDEXES).map((name) => [name, 'order'])));
  store = new AuditStore(dynamo.client, 'audit', dayIn('Asia/Shanghai'));
});

let salts = 0;
const sealed = (n: number, changes = {}) => seal(record(n, changes), () => Uint8Array.from(Buffer.from(String(salts++).padStart(16, '0'))));
const indexed = (from: number, to: number): Indexed[] =>
  Array.from({ length: to - from }, (_, at) => ({ ...sealed(from + at), index: from + at }));

describe('head and batch', () => {
  test('are written together, and the batch goes with what was pending', async () => {
    const batch = [sealed(0), sealed(1)];
    const head = (await store.commit(NOTHING, { size: 2, root: 'two' }, batch)) as Head;
    expect(await store.head()).toEqual({ version: 1, size: 2, root: 'two', pending: { from: 0, parts: 1 } });
    expect(head).toEqual(await store.head());
    expect(await store.staged({ from: 0, parts: 1 })).toEqual(batch);
    expect(await store.complete(head, { checkpoint: 'signed', vkey: 'key' })).toBe(true);
    expect(await store.head()).toEqual({ version: 2, size: 2, root: 'two', checkpoint: 'signed', vkey: 'key' });
    expect(await store.staged({ from: 0, parts: 1 })).toBeUndefined();
    expect(dynamo.items.size).toBe(1);
  });

  test('are not written where somebody was faster, and nothing of the batch is left', async () => {
    const first = (await store.commit(NOTHING, { size: 1, root: 'one' }, [sealed(0)])) as Head;
    expect(await store.commit(NOTHING, { size: 1, root: 'other' }, [sealed(1)])).toBeUndefined();
    expect(await store.staged({ from: 0, parts: 1 })).toMatchObject([{ id: idOf(0) }]);
    await store.complete(first, { checkpoint: 'a', vkey: 'k' });
    expect(await store.complete(first, { checkpoint: 'b', vkey: 'k' })).toBe(false);
    expect((await store.head())?.checkpoint).toBe('a');
  });

  test('fit into items, however large the batch is', async () => {
    const noise = () => Array.from({ length: 300 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
    const batch = Array.from({ length: 400 }, (_, n) =>
      sealed(n, { detail: Object.fromEntries(Array.from({ length: 8 }, (__, at) => [`d${at}`, noise()])) }),
    );
    await store.commit(NOTHING, { size: 400, root: 'r' }, batch);
    const pending = (await store.head())?.pending as NonNullable<Head['pending']>;
    expect(pending.parts).toBeGreaterThan(1);
    for (const item of dynamo.items.values()) expect((item.data?.B ?? []).length).toBeLessThan(390_000);
    expect(await store.staged(pending)).toEqual(batch);
  });
});

describe('the index', () => {
  test('knows which records are in the log', async () => {
    await store.index(indexed(0, 60));
    expect(await store.known([idOf(3), idOf(59), idOf(60)])).toEqual(new Set([idOf(3), idOf(59)]));
  });

  test('keeps an entry as it is when it is written again', async () => {
    const [first] = indexed(0, 1) as [Indexed];
    await store.index([first]);
    await store.erase(idOf(0), 'subject');
    await store.index([{ ...sealed(0), index: 0 }]);
    const { subject: _, ...others } = first.openings;
    expect(await store.entry(idOf(0))).toMatchObject({ index: 0, leaf: first.leaf, openings: others });
    expect((await store.entry(idOf(0)))?.openings.subject).toBeUndefined();
  });

  test('writes what was throttled again, and says so when it stays so', async () => {
    dynamo.batch = 10;
    await store.index(indexed(0, 30));
    dynamo.batch = Number.POSITIVE_INFINITY;
    expect((await store.known(Array.from({ length: 30 }, (_, n) => idOf(n)))).size).toBe(30);
    dynamo.batch = 0;
    await expect(store.index(indexed(30, 31))).rejects.toMatchObject({ code: 'audit-index-unwritten' });
  });

  test('lists by actor, subject and resource, newest first, page by page', async () => {
    await store.index(indexed(0, 40));
    const all: number[] = [];
    let cursor: string | undefined;
    do {
      const start = fromCursor(cursor, { actor: 'person:officer-3' });
      const { entries, next } = await store.list('actor', 'person:officer-3', 2, start);
      all.push(...entries.map(({ index }) => index));
      cursor = toCursor(next).next;
    } while (cursor);
    expect(all).toEqual([38, 31, 24, 17, 10, 3]);
    expect((await store.list('subject', 'person:citizen-0', 9, undefined)).entries.map(({ index }) => index)).toEqual([33, 22, 11, 0]);
    expect((await store.list('resource', 'case:case_4', 2, undefined)).entries.map(({ index }) => index)).toEqual([39, 34]);
  });

  test('lists a person that is a resource by it, though the leaf does not name them', async () => {
    await store.index([{ ...sealed(0, { resource: 'person:li-na' }), index: 0 }]);
    const { entries } = await store.list('resource', 'person:li-na', 9, undefined);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.leaf).not.toContain('li-na');
  });

  test('lists an entry no longer by what was erased of it', async () => {
    await store.index(indexed(0, 1));
    await store.erase(idOf(0), 'actor');
    expect((await store.list('actor', 'person:officer-0', 9, undefined)).entries).toEqual([]);
    expect(JSON.stringify(dynamo.all)).not.toContain('officer-0');
    expect((await store.list('subject', 'person:citizen-0', 9, undefined)).entries).toHaveLength(1);
    await expect(store.erase(idOf(9), 'actor')).rejects.toThrow();
  });

  test('knows where the entries of each local day lie', async () => {
    // 23:59 and 00:01 in Shanghai.
    const at = (n: number, time: string) => ({ ...sealed(n, { at: time }), index: n });
    await store.index([at(0, '2026-07-01T15:59:00Z'), at(1, '2026-07-01T16:01:00Z')]);
    await store.index([at(2, '2026-07-02T10:00:00+08:00')]);
    await store.index([at(0, '2026-07-01T15:59:00Z'), at(1, '2026-07-01T16:01:00Z')]);
    await store.index([at(3, '2026-07-01T15:59:30Z')]);
    // A writer that woke up late.
    await store.index([at(0, '2026-07-01T15:59:00Z')]);
    await store.index([at(1, '2026-07-01T16:01:00Z'), at(4, '2026-07-03T00:00:00+08:00')]);
    await store.index([at(0, '2026-07-01T15:59:00Z'), at(2, '2026-07-01T15:59:20Z')]);
    expect(await store.day('2026-07-01')).toEqual({ first: 0, last: 3 });
    expect(await store.day('2026-07-02')).toEqual({ first: 1, last: 2 });
    expect(await store.day('2026-07-03')).toEqual({ first: 4, last: 4 });
    expect(await store.day('2026-07-04')).toBeUndefined();
  });
});

test('a crash at each single call of DynamoDB loses and doubles nothing', async () => {
  class Crash extends Error {}
  const run = async (crashAt: number) => {
    dynamo = new Dynamo('id');
    const log = new MemoryLog();
    let [calls, crashed] = [0, false];
    dynamo.before = () => {
      if (calls++ === crashAt) {
        crashed = true;
        throw new Crash();
      }
    };
    const writer = () => {
      const ledger = new AuditStore(dynamo.client, 'audit', dayIn('UTC'));
      return new Writer({ ledger, files: log.files, signer, salt: () => new Uint8Array(16), pause: async () => undefined });
    };
    for (const batch of [
      [record(0), record(1)],
      [record(1), record(2)],
    ]) {
      await writer()
        .append(batch)
        .catch(async (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          await writer().append(batch);
        });
    }
    dynamo.before = () => undefined;
    const reader = new AuditStore(dynamo.client, 'audit', dayIn('UTC'));
    expect(await reader.head()).toMatchObject({ size: 3, checkpoint: log.text });
    expect((await reader.entries([0, 1, 2].map(idOf))).map(({ index }) => index)).toEqual([2, 1, 0]);
    expect(dynamo.all.filter(({ id }) => id.startsWith('batch#'))).toEqual([]);
    return crashed;
  };
  let moments = 0;
  while (await run(moments)) moments++;
  expect(moments).toBeGreaterThan(8);
});
