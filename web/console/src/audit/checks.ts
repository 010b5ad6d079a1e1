/** What one's own browser finds of an entry: that the log's key signed the log, that the entry is in it, that what is shown is what was logged. */
import { fromBase64, textOf, toHex } from '#functions/identity/audit/bytes.ts';
import { readVerifier } from '#functions/identity/audit/note.ts';
import { Broken, type Head, hashLeaf, verifyCheckpoint, verifyInclusion, verifyOpening } from '#functions/identity/audit/verify.ts';
import type { ProvenEntry } from './requests.ts';

export type CheckName = 'key' | 'signature' | 'inclusion' | 'content';

export interface Check {
  readonly name: CheckName;
  readonly holds: boolean;
  /** What does not hold. */
  readonly why?: { readonly zh: string; readonly en: string };
}

/** What was seen of the log before, from this browser: a key and a size that must not go back. */
export interface Remembered {
  readonly vkey: string;
  readonly size: number;
  /** Hex */
  readonly root: string;
  readonly at: string;
}

const failed = (name: CheckName, zh: string, en: string): Check => ({ name, holds: false, why: { zh, en } });

const broken = (name: CheckName, error: unknown): Check => {
  if (error instanceof Broken) return { name, holds: false, why: error.what };
  return failed(
    name,
    '此浏览器无法验证（需支持 Ed25519 的较新版本）',
    'This browser cannot verify it: a newer one that knows Ed25519 is needed',
  );
};

/** A key that comes with what it verifies proves nothing by itself; that it is the one of the first visit does. */
export const checkKey = (vkey: string, remembered: Remembered | undefined): Check =>
  remembered === undefined || remembered.vkey === vkey
    ? { name: 'key', holds: true }
    : failed('key', '日志公钥与上次不同', 'The log’s key is not the one seen before');

/** Undefined for fields that are not shown: nothing is claimed of them. */
const shownFields = ({ record, salts }: ProvenEntry): [string, string, unknown][] =>
  Object.entries(salts).flatMap(([field, salt]) => {
    const value = record[field as keyof typeof record];
    return value === undefined ? [] : [[field, salt, value]];
  });

const FIELDS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  actor: { zh: '经手人', en: 'Who' },
  onBehalfOf: { zh: '代何人', en: 'For whom' },
  subject: { zh: '涉及谁', en: 'About whom' },
  resource: { zh: '对象', en: 'What' },
  ground: { zh: '依据', en: 'Ground' },
  detail: { zh: '细节', en: 'Detail' },
  action: { zh: '做了什么', en: 'What was done' },
  outcome: { zh: '结果', en: 'Outcome' },
  at: { zh: '时间', en: 'When' },
  department: { zh: '部门', en: 'Department' },
  id: { zh: '编号', en: 'Id' },
};

const checkContent = async (entry: ProvenEntry): Promise<Check> => {
  const leaf = JSON.parse(textOf(fromBase64(entry.leaf))) as Record<string, unknown>;
  const wrong = (field: string) => {
    const { zh, en } = FIELDS[field] ?? { zh: field, en: field };
    return failed('content', `“${zh}”与日志中的不符`, `“${en}” is not what was logged`);
  };
  const opened = shownFields(entry);
  for (const [field, salt, value] of opened) if (!(await verifyOpening(leaf[field], salt, value))) return wrong(field);
  const names = new Set(opened.map(([field]) => field));
  for (const [field, value] of Object.entries(entry.record))
    if (!names.has(field) && JSON.stringify(leaf[field]) !== JSON.stringify(value)) return wrong(field);
  return leaf.id === entry.id ? { name: 'content', holds: true } : wrong('id');
};

export const checkEntry = async (
  entry: ProvenEntry,
  remembered: Remembered | undefined,
): Promise<{ readonly checks: readonly Check[]; readonly head?: Head }> => {
  const key = checkKey(entry.vkey, remembered);
  try {
    const head = await verifyCheckpoint(entry.checkpoint, entry.vkey);
    const leaf = await hashLeaf(fromBase64(entry.leaf));
    const inclusion = { index: entry.index, size: head.size, proof: entry.proof.map(fromBase64) };
    const included = await verifyInclusion(leaf, inclusion, head.root);
    const inside: Check = included
      ? { name: 'inclusion', holds: true }
      : failed('inclusion', '存在证明不成立', 'The proof of inclusion does not hold');
    return { checks: [key, { name: 'signature', holds: true }, inside, await checkContent(entry)], head };
  } catch (error) {
    return { checks: [key, broken('signature', error)] };
  }
};

/** How a person compares keys: the key's own id, and the first bytes of it. */
export const fingerprintOf = (vkey: string): string => {
  const verifier = readVerifier(vkey);
  return verifier ? `${verifier.id} ${toHex(verifier.publicKey).slice(0, 16)}` : vkey.slice(0, 24);
};

export const headOf = ({ size, root }: Remembered): Head => ({
  size,
  root: Uint8Array.from(root.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
});

const STORE = 'luojiang.audit';

/** Read without trust: another version, or somebody, may have written there. */
export const remembered = (storage: Pick<Storage, 'getItem'>): Remembered | undefined => {
  try {
    const read = JSON.parse(storage.getItem(STORE) ?? 'null') as Partial<Remembered> | null;
    const whole =
      read &&
      typeof read.vkey === 'string' &&
      Number.isSafeInteger(read.size) &&
      /^[0-9a-f]{64}$/.test(String(read.root)) &&
      typeof read.at === 'string';
    return whole ? (read as Remembered) : undefined;
  } catch {
    return undefined;
  }
};

/** Only onwards: a smaller log than one was seen is a finding, nothing to get used to. */
export const remember = (storage: Pick<Storage, 'getItem' | 'setItem'>, vkey: string, { size, root }: Head, at: string): void => {
  const before = remembered(storage);
  if (before && (before.vkey !== vkey || before.size >= size)) return;
  storage.setItem(STORE, JSON.stringify({ vkey, size, root: toHex(root), at } satisfies Remembered));
};
