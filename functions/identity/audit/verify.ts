/**
 * What an outsider needs to check the log: signatures, proofs, openings; verify-log.ts checks every file. It hashes for itself (nothing
 * of tree.ts and prove.ts is in it) and runs in a browser: nothing but WebCrypto.
 */
import canonicalize from 'canonicalize';
import { equal, fromBase64, joined, toHex, utf8 } from './bytes.ts';
import { type Checkpoint, checkpointOf, ID_BYTES, idPreimage, readNote, readVerifier } from './note.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

export const emptyRoot = (): Promise<Bytes> => sha256(new Uint8Array());
export const hashLeaf = (entry: Uint8Array): Promise<Bytes> => sha256(joined(Uint8Array.of(0), entry));
export const hashNode = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(joined(Uint8Array.of(1), left, right));

/** What does not hold, and where: a path of the log, with the entry's number where it is about one. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly place: string;
  readonly what: { readonly zh: string; readonly en: string };

  constructor(place: string, zh: string, en: string) {
    super(`${place}: ${en}`);
    this.place = place;
    this.what = { zh, en };
  }
}

const broken = (zh: string, en: string) => new Broken('checkpoint', zh, en);

/** The text of a signed note, if the key signed it. https://c2sp.org/signed-note */
export const verifyNote = async (note: string, vkey: string): Promise<string> => {
  const verifier = readVerifier(vkey);
  if (!verifier) throw broken('公钥格式不对', 'the verifier key is not one');
  const { name, id, publicKey } = verifier;
  if (toHex(await sha256(idPreimage(name, publicKey))).slice(0, 2 * ID_BYTES) !== id)
    throw broken('公钥编号与公钥不符', 'the key’s id is not that of the key');
  const read = readNote(note);
  if (!read) throw broken('不是带签名的文本', 'it is no signed note');
  const own = read.signatures.filter((one) => one.name === name && toHex(one.bytes.subarray(0, ID_BYTES)) === id);
  if (own.length === 0) throw broken('没有此公钥的签名', 'this key has not signed it');
  const key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
  for (const { bytes } of own) {
    if (!(await crypto.subtle.verify({ name: 'Ed25519' }, key, bytes.slice(ID_BYTES), utf8(read.text))))
      throw broken('签名无效', 'the signature does not hold');
  }
  return read.text;
};

/** The checkpoint that the note carries, if the log's own key signed it. */
export const verifyCheckpoint = async (note: string, vkey: string): Promise<Checkpoint> => {
  const checkpoint = checkpointOf(await verifyNote(note, vkey));
  if (!checkpoint) throw broken('不是检查点', 'it is no checkpoint');
  const name = vkey.slice(0, vkey.indexOf('+'));
  if (checkpoint.origin !== name)
    throw broken(`来源是 ${checkpoint.origin}，不是 ${name}`, `its origin is ${checkpoint.origin}, not ${name}`);
  return checkpoint;
};

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** The root that leaf and proof make (RFC 9162 section 2.1.3.2); undefined where the proof is of another shape. */
const rootByInclusion = async (leaf: Uint8Array, { index, size, proof }: Inclusion): Promise<Uint8Array | undefined> => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  let [node, last, root] = [index, size - 1, leaf];
  for (const hash of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      root = await hashNode(hash, root);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      root = await hashNode(root, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : undefined;
};

/** Is the leaf in the tree with this root? */
export const verifyInclusion = async (leaf: Uint8Array, inclusion: Inclusion, root: Uint8Array): Promise<boolean> => {
  const made = await rootByInclusion(leaf, inclusion);
  return made !== undefined && equal(made, root);
};

export type Head = Pick<Checkpoint, 'size' | 'root'>;

/** Is the old tree the beginning of the new one? (RFC 9162 section 2.1.4.2) */
export const verifyConsistency = async (old: Head, later: Head, proof: readonly Uint8Array[]): Promise<boolean> => {
  if (old.size > later.size) return false;
  if (old.size === later.size) return proof.length === 0 && equal(old.root, later.root);
  // Everything begins with nothing.
  if (old.size === 0) return proof.length === 0;
  const isPower = 2 ** Math.round(Math.log2(old.size)) === old.size;
  const [first, ...rest] = isPower ? [old.root, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [old.size - 1, later.size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [oldRoot, root] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [oldRoot, root] = [await hashNode(hash, oldRoot), await hashNode(hash, root)];
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      root = await hashNode(root, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(oldRoot, old.root) && equal(root, later.root);
};

/** Is this the value that the leaf commits itself to? */
export const verifyOpening = async (commitment: unknown, salt: string, value: unknown): Promise<boolean> => {
  const { sha256: hash } = (commitment ?? {}) as { sha256?: string };
  return hash === toHex(await sha256(joined(fromBase64(salt), utf8(canonicalize(value) ?? ''))));
};
