/** Whether an uploaded file is what it says it is. Pure apart from the scanner, which is a port. */
import { fileTypeFromBuffer } from 'file-type';
import type { CaseFile } from './case.ts';

/** An upload that its case waits for is checked; one that no case knows of, or that was put over what was checked, goes. */
export const fateOf = (file: CaseFile | undefined, version: string | undefined): 'check' | 'keep' | 'remove' => {
  if (file?.state === 'awaited') return 'check';
  if (!file) return 'remove';
  return version !== undefined && file.version !== undefined && version !== file.version ? 'remove' : 'keep';
};

/** What a malware scanner found; undefined where nothing. */
export type Scan = (bytes: Uint8Array) => Promise<string | undefined>;

/** Media types that have no signature of their own: any bytes of text may be them. */
const TEXT = ['text/plain', 'text/csv'];

const isText = (bytes: Uint8Array): boolean => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return !text.includes('\u0000');
  } catch {
    return false;
  }
};

/** The industry's test file (EICAR): what proves that scanning happens where no scanner is configured. */
const EICAR = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

/** Not `/JS`, which always comes with `/JavaScript`: compressed bytes hold those three by chance, in a third of all files of 10 MB. */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?)\b/;

export const builtIn: Scan = async (bytes) => {
  const text = new TextDecoder('latin1').decode(bytes);
  if (text.includes(EICAR)) return 'EICAR-Test-File';
  if (!text.startsWith('%PDF')) return undefined;
  // A document that runs something when it is opened is no evidence of anything. Letters of a name may be written as #xx (ISO 32000-1 7.3.5).
  const plain = text.replace(/#([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return ACTIVE.test(plain) ? 'PDF.ActiveContent' : undefined;
};

const lies = async (bytes: Uint8Array, declared: string): Promise<string | undefined> => {
  if (TEXT.includes(declared)) return isText(bytes) ? undefined : 'not-text';
  const found = await fileTypeFromBuffer(bytes);
  return found?.mime === declared ? undefined : `is ${found?.mime ?? 'of an unknown type'}, not ${declared}`;
};

/** The file with its state: clean, or refused for a reason. */
export const inspect = async (file: CaseFile, bytes: Uint8Array, sha256: string, scan: Scan): Promise<CaseFile> => {
  if (bytes.length !== file.bytes) return { ...file, state: 'refused', reason: `has ${bytes.length} bytes, not ${file.bytes}` };
  const lie = await lies(bytes, file.type);
  if (lie !== undefined) return { ...file, state: 'refused', reason: lie };
  const found = await scan(bytes);
  return found === undefined ? { ...file, state: 'clean', sha256 } : { ...file, state: 'refused', reason: found };
};
