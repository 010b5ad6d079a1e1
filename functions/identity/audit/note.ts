/** Signed notes and checkpoints as text. https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint */
import { fromBase64, joined, toBase64, toHex, utf8 } from './bytes.ts';

export interface Checkpoint {
  /** Names the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface Signature {
  readonly name: string;
  /** The key's id, four bytes, and the signature. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Note {
  /** What is signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** What verifies a log: its name, the id of its key, and the key. */
export interface Verifier {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

export const ED25519 = 1;
const KEY_BYTES = 32;
export const ID_BYTES = 4;

export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`;

/** Undefined for a text that is no checkpoint. */
export const checkpointOf = (text: string): Checkpoint | undefined => {
  const [, origin = '', size = '', root = ''] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(text) ?? [];
  return origin === '' || !Number.isSafeInteger(Number(size)) ? undefined : { origin, size: Number(size), root: fromBase64(root) };
};

export const noteOf = ({ text, signatures }: Note): string =>
  `${text}\n${signatures.map(({ name, bytes }) => `— ${name} ${toBase64(bytes)}\n`).join('')}`;

const LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
/** More than this no log signs; who sends more wants to keep us busy. */
const LONGEST = 100_000;

/** Undefined for what is no signed note. */
export const readNote = (note: string): Note | undefined => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || note.length > LONGEST || !note.endsWith('\n')) return undefined;
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line): Signature | undefined => {
      const [, name = '', base64 = ''] = LINE.exec(line) ?? [];
      return name === '' || base64.length % 4 !== 0 ? undefined : { name, bytes: fromBase64(base64) };
    });
  if (!signatures.every((one) => one !== undefined && one.bytes.length > ID_BYTES)) return undefined;
  return { text: note.slice(0, end + 1), signatures: signatures as Signature[] };
};

/** Whether it is signed by whom it should be is not looked at: verify.ts does. */
export const readCheckpoint = (note: string): Checkpoint | undefined => {
  const read = readNote(note);
  return read && checkpointOf(read.text);
};

/** What a key's id is the first four bytes of the SHA-256 hash of. */
export const idPreimage = (name: string, publicKey: Uint8Array): Uint8Array<ArrayBuffer> =>
  joined(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey);

export const verifierText = (name: string, id: Uint8Array, publicKey: Uint8Array): string =>
  `${name}+${toHex(id)}+${toBase64(joined(Uint8Array.of(ED25519), publicKey))}`;

/** Undefined for what is no Ed25519 verifier key. */
export const readVerifier = (vkey: string): Verifier | undefined => {
  const [, name = '', id = '', base64 = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(vkey) ?? [];
  if (name === '') return undefined;
  const bytes = fromBase64(base64);
  return bytes[0] === ED25519 && bytes.length === 1 + KEY_BYTES ? { name, id, publicKey: bytes.slice(1) } : undefined;
};
