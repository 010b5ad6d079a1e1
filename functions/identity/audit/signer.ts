/** Who signs checkpoints. A key in software: KMS has no Ed25519 in every partition. Another signer is another object of this shape. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { sha256 } from '#runtime/sha256.ts';
import { joined, utf8 } from './bytes.ts';
import { type Checkpoint, checkpointText, ID_BYTES, idPreimage, noteOf, verifierText } from './note.ts';

export interface Signer {
  /** The log's name: its checkpoints' origin. */
  readonly name: string;
  /** By which anybody verifies what it signed. */
  readonly vkey: string;
  /** The key's id and the signature of the text. */
  readonly sign: (text: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** RFC 8410: an Ed25519 private key in PKCS #8 is these bytes and its seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key is derived from a secret text, such as CloudFormation makes: its SHA-256 is the seed. */
export const ed25519 = (name: string, secret: string): Signer => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, sha256(utf8(secret))]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = Uint8Array.from(Buffer.from(x, 'base64url'));
  const id = sha256(idPreimage(name, publicKey)).slice(0, ID_BYTES);
  return { name, vkey: verifierText(name, id, publicKey), sign: async (text) => joined(id, sign(null, utf8(text), key)) };
};

/** Ed25519 is deterministic: the same checkpoint signed again is the same note. */
export const signCheckpoint = async (signer: Signer, head: Omit<Checkpoint, 'origin'>): Promise<string> => {
  const text = checkpointText({ ...head, origin: signer.name });
  return noteOf({ text, signatures: [{ name: signer.name, bytes: await signer.sign(text) }] });
};
