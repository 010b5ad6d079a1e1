import { beforeAll, describe, expect, test } from 'vitest';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import type { EntryView } from './api.ts';
import { idOf, MemoryLog, record, signer } from './audit.fixture.ts';
import { fromBase64 } from './bytes.ts';
import { dayIn } from './day.ts';
import { filterOf, Reading, viewOf } from './reading.ts';
import { AuditStore, type Entry, INDEXES } from './store.ts';
import { hashLeaf, verifyCheckpoint, verifyConsistency, verifyInclusion, verifyOpening } from './verify.ts';
import { Writer } from './writer.ts';

const log = new MemoryLog();
const dynamo = new Dynamo('id');
Object.assign(dynamo.sorts, Object.fromEntries(Object.values(INDEXES).map((name) => [name, 'order'])));
const store = new AuditStore(dynamo.client, 'audit', dayIn('Asia/Shanghai'));
const reading = new Reading(store, log.files, dayIn('Asia/Shanghai'));
const SIZE = 600;
/** Ten minutes apart, 144 a day; the last comes days late. */
const at = (n: number) => new Date(Date.UTC(2026, 6, 1) + (n === SIZE - 1 ? 100 : n) * 600_000).toISOString();

beforeAll(async () => {
  const writer = new Writer({ ledger: store, files: log.files, signer, salt: () => new Uint8Array(16), pause: async () => undefined });
  for (let from = 0; from < SIZE; from += 100)
    await writer.append(Array.from({ length: 100 }, (_, n) => record(from + n, { at: at(from + n) })));
});

const pages = async (filter: Parameters<Reading['list']>[0], limit: number) => {
  const all: number[] = [];
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await reading.list(filter, limit, cursor);
    all.push(...page.entries.map(({ index }) => index));
    cursor = page.next;
    count++;
  } while (cursor && count < 200);
  return all;
};
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, step) => from - step);

describe('entries', () => {
  test('are listed from the log, the last first, without one missing or twice', async () => {
    expect(await pages(undefined, 7)).toEqual(down(SIZE - 1, 0));
    expect(await pages(undefined, 100)).toEqual(down(SIZE - 1, 0));
  });

  test('of a day are those of the local day, however late some came', async () => {
    // 2026-07-02 in Shanghai is 2026-07-01T16:00Z until 2026-07-02T16:00Z.
    expect(await pages({ day: '2026-07-02' }, 50)).toEqual([SIZE - 1, ...down(239, 96)]);
    expect(await pages({ day: '2031-01-01' }, 50)).toEqual([]);
  });

  test('by actor, subject or resource', async () => {
    expect(await pages({ by: 'actor', value: 'person:officer-6' }, 10)).toEqual(down(SIZE - 1, 0).filter((n) => n % 7 === 6));
    expect(await pages({ by: 'resource', value: 'case:case_0' }, 100)).toEqual(down(SIZE - 1, 0).filter((n) => n % 5 === 0));
  });

  test('whose index item is gone are still listed, with nothing opened', async () => {
    const item = dynamo.items.get(idOf(SIZE - 2));
    dynamo.items.delete(idOf(SIZE - 2));
    const { entries } = await reading.list(undefined, 2, undefined);
    dynamo.items.set(idOf(SIZE - 2), item as never);
    expect(entries.map(({ index, openings }) => [index, Object.keys(openings).length > 0])).toEqual([
      [SIZE - 1, true],
      [SIZE - 2, false],
    ]);
  });

  test.each([
    'nonsense',
    Buffer.from('{"before":{"S":"-1"}}').toString('base64url'),
    Buffer.from('{"id":{"S":"x"}}').toString('base64url'),
  ])('are not listed by another’s cursor: %s', async (cursor) => {
    await expect(reading.list(undefined, 5, cursor)).rejects.toMatchObject({ code: 'invalid-cursor' });
  });

  test('are asked for by one filter at a time', () => {
    expect(filterOf({ actor: 'person:a' })).toEqual({ by: 'actor', value: 'person:a' });
    expect(filterOf({ day: '2026-07-01' })).toEqual({ day: '2026-07-01' });
    expect(filterOf({})).toBeUndefined();
    expect(() => filterOf({ actor: 'person:a', day: '2026-07-01' })).toThrow('one-filter');
  });
});

describe('proofs', () => {
  test('of an entry are of the checkpoint that comes with them', async () => {
    const entry = (await store.entry(idOf(300))) as Entry;
    const { checkpoint, vkey, size, proof } = await reading.prove(entry.index);
    const { root } = await verifyCheckpoint(checkpoint, vkey);
    const inclusion = { index: entry.index, size, proof: proof.map(fromBase64) };
    expect(await verifyInclusion(await hashLeaf(Buffer.from(entry.leaf)), inclusion, root)).toBe(true);
    await expect(reading.prove(SIZE)).rejects.toMatchObject({ code: 'not-yet-signed' });
  });

  test('of consistency are between any sizes that the log had', async () => {
    const old = await verifyCheckpoint(Buffer.from(log.objects.get('signed/200') as Uint8Array).toString(), signer.vkey);
    const { head } = await reading.signed();
    const { from, to, proof } = await reading.consistency(200, undefined);
    expect([from, to]).toEqual([200, SIZE]);
    expect(await verifyConsistency(old, head, proof.map(fromBase64))).toBe(true);
    for (const [low, high] of [
      [300, 200],
      [1, SIZE + 1],
    ] as const)
      await expect(reading.consistency(low, high)).rejects.toMatchObject({ code: 'no-such-size' });
  });
});

describe('files', () => {
  test('are given as they are; those that never change may be kept', async () => {
    expect(await reading.file('tile/0/001')).toEqual({ bytes: log.objects.get('tile/0/001'), lasting: true });
    expect(await reading.file('signed/600')).toMatchObject({ lasting: true });
    expect(Buffer.from((await reading.file('checkpoint')).bytes).toString()).toBe(log.text);
    expect((await reading.file('checkpoint')).lasting).toBe(false);
  });

  test.each(['tile/0/999', 'tile/0/1', '../head', 'signed/../checkpoint', 'batch', ''])('are no others: %s', async (path) => {
    await expect(reading.file(path)).rejects.toMatchObject({ kind: 'notFound', code: 'no-such-file' });
  });
});

describe('a view', () => {
  const view = async (sight: 'all' | 'own'): Promise<EntryView> => viewOf((await store.entry(idOf(13))) as Entry, sight);

  test('opens all to an auditor, with the salts that prove it', async () => {
    const { record: shown, salts, hidden, leaf } = await view('all');
    const { id: _, ...expected } = record(13, { at: at(13) });
    expect(shown).toEqual(expected);
    expect(hidden).toEqual([]);
    const committed = JSON.parse(Buffer.from(fromBase64(leaf)).toString());
    for (const field of ['actor', 'subject', 'ground'] as const) {
      expect(await verifyOpening(committed[field], salts[field] as string, shown[field])).toBe(true);
    }
  });

  test('tells the person concerned the department, not who it was', async () => {
    const { record: shown, hidden } = await view('own');
    expect(shown).toMatchObject({ department: 'education', subject: 'person:citizen-2', ground: '核对申请 13' });
    expect(shown.actor).toBeUndefined();
    expect(hidden).toEqual(['actor']);
  });

  test('hides what was erased', async () => {
    await store.erase(idOf(20), 'subject');
    const { record: shown, hidden, salts } = viewOf((await store.entry(idOf(20))) as Entry, 'all');
    expect(hidden).toEqual(['subject']);
    expect(shown.subject).toBeUndefined();
    expect(salts.subject).toBeUndefined();
  });
});

test('before anything is signed there is nothing to prove', async () => {
  const empty = new Reading(new AuditStore(new Dynamo('id').client, 'audit', dayIn('UTC')), log.files, dayIn('UTC'));
  await expect(empty.signed()).rejects.toMatchObject({ code: 'not-yet-signed' });
});
