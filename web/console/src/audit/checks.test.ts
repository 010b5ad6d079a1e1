import { beforeAll, expect, test } from 'vitest';
import { joined, toBase64, toHex, utf8 } from '#functions/identity/audit/bytes.ts';
import { checkpointText, idPreimage, noteOf, verifierText } from '#functions/identity/audit/note.ts';
import { hashLeaf, hashNode } from '#functions/identity/audit/verify.ts';
import { checkEntry, checkKey, fingerprintOf, headOf, remember, remembered } from './checks.ts';
import type { ProvenEntry } from './requests.ts';

const ORIGIN = 'luojiang.example/audit';
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** A log of two entries, signed: ours is the second. */
const makeLog = async (): Promise<ProvenEntry> => {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const id = (await sha256(idPreimage(ORIGIN, publicKey))).slice(0, 4);
  const salt = new Uint8Array(16).fill(7);
  const record = {
    at: '2026-11-25T08:00:00.000Z',
    action: 'cases:unmask',
    outcome: 'permitted',
    resource: 'case:case_1',
    actor: 'person:peng-tao',
  } as const;
  const { actor, ...open } = record;
  const leaf = utf8(
    JSON.stringify({ id: 'aud_1', ...open, actor: { sha256: toHex(await sha256(joined(salt, utf8(JSON.stringify(actor))))) } }),
  );
  const first = await hashLeaf(utf8('first'));
  const root = await hashNode(first, await hashLeaf(leaf));
  const text = checkpointText({ origin: ORIGIN, size: 2, root });
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, utf8(text)));
  return {
    id: 'aud_1',
    index: 1,
    record,
    hidden: [],
    leaf: toBase64(leaf),
    salts: { actor: toBase64(salt) },
    checkpoint: noteOf({ text, signatures: [{ name: ORIGIN, bytes: joined(id, signature) }] }),
    vkey: verifierText(ORIGIN, id, publicKey),
    size: 2,
    proof: [toBase64(first)],
  };
};

let entry: ProvenEntry;
beforeAll(async () => {
  entry = await makeLog();
});

const found = async (change: Partial<ProvenEntry>) => {
  const { checks } = await checkEntry({ ...entry, ...change }, undefined);
  return checks.map(({ name, holds }) => `${name} ${holds}`);
};

test('an entry as it was logged holds in every respect', async () => {
  expect(await found({})).toEqual(['key true', 'signature true', 'inclusion true', 'content true']);
  expect((await checkEntry(entry, undefined)).head?.size).toBe(2);
});

test('another person in the place of the one who acted is found', async () => {
  expect(await found({ record: { ...entry.record, actor: 'person:cao-ning' } })).toContain('content false');
});

test('what lies open in the leaf cannot be told otherwise either', async () => {
  expect(await found({ record: { ...entry.record, outcome: 'refused' } })).toContain('content false');
  expect(await found({ record: { ...entry.record, department: 'education' } })).toContain('content false');
  expect(await found({ id: 'aud_2' })).toContain('content false');
});

test('a personal field that is hidden is not claimed, and the rest still holds', async () => {
  const { actor: _, ...record } = entry.record;
  expect(await found({ record, salts: {}, hidden: ['actor'] })).toEqual(['key true', 'signature true', 'inclusion true', 'content true']);
});

test('an entry that is not in the log, or elsewhere in it, is found', async () => {
  expect(await found({ leaf: toBase64(utf8('{"id":"aud_1"}')) })).toContain('inclusion false');
  expect(await found({ index: 0 })).toContain('inclusion false');
  expect(await found({ proof: [] })).toContain('inclusion false');
});

test('a checkpoint that the key has not signed proves nothing', async () => {
  const other = await makeLog();
  expect(await found({ vkey: other.vkey })).toEqual(['key true', 'signature false']);
  expect(await found({ checkpoint: entry.checkpoint.replace('\n2\n', '\n3\n') })).toEqual(['key true', 'signature false']);
});

test('the key is that of the first visit, and the log only grows', async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  expect(remembered(storage)).toBeUndefined();
  const { head } = await checkEntry(entry, undefined);
  if (!head) throw new Error('no head');
  remember(storage, entry.vkey, head, '2026-11-25T08:00:00.000Z');
  remember(storage, entry.vkey, { ...head, size: 1 }, '2026-11-26T08:00:00.000Z');
  remember(storage, 'another', { ...head, size: 9 }, '2026-11-26T08:00:00.000Z');
  const before = remembered(storage);
  expect(before).toMatchObject({ vkey: entry.vkey, size: 2 });
  expect(before && headOf(before)).toEqual({ size: 2, root: head.root });
  expect(checkKey(entry.vkey, before).holds).toBe(true);
  expect(checkKey('another', before).holds).toBe(false);
  for (const spoilt of ['{', '[]', '{"vkey":1}', `{"vkey":"a","size":1,"root":"zz","at":""}`])
    expect(remembered({ getItem: () => spoilt })).toBeUndefined();
});

test('keys are compared by what identifies them', () => {
  expect(fingerprintOf(entry.vkey)).toMatch(/^[0-9a-f]{8} [0-9a-f]{16}$/);
  expect(fingerprintOf('nonsense')).toBe('nonsense');
});
