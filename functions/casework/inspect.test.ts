import { describe, expect, test } from 'vitest';
import { file } from './casework.fixture.ts';
import { builtIn, fateOf, inspect, type Scan } from './inspect.ts';

const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));
/** Put together here, so that no scanner takes this file for it. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('-');

const PDF = bytesOf('%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF');
const PNG = bytesOf(
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13],
  'IHDR',
  [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0],
  [0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0],
  'IEND',
  [0xae, 0x42, 0x60, 0x82],
);
const EXE = bytesOf('MZ', new Array(62).fill(0), 'PE', [0, 0]);

const clean: Scan = async () => undefined;
const look = (bytes: Uint8Array, type = 'application/pdf', scan: Scan = clean, size = bytes.length) =>
  inspect(file(1, { type, bytes: size }), bytes, 'hash-1', scan);

describe('a file', () => {
  test('that is what it says is clean, and known by its hash', async () => {
    expect(await look(PDF)).toEqual(file(1, { bytes: PDF.length, state: 'clean', sha256: 'hash-1' }));
    expect(await look(PNG, 'image/png')).toMatchObject({ state: 'clean' });
  });

  test.each<[string, Uint8Array, string, string]>([
    ['a program that calls itself PDF', EXE, 'application/pdf', 'is application/x-msdownload, not application/pdf'],
    ['a picture that calls itself PDF', PNG, 'application/pdf', 'is image/png, not application/pdf'],
    ['a PDF that calls itself a picture', PDF, 'image/jpeg', 'is application/pdf, not image/jpeg'],
    ['text that calls itself PDF', bytesOf('hello'), 'application/pdf', 'is of an unknown type, not application/pdf'],
    ['a page that calls itself a picture', bytesOf('<html><script>1</script></html>'), 'image/png', 'is of an unknown type, not image/png'],
    ['a PDF that begins late', bytesOf('MZ', PDF as never), 'application/pdf', 'is application/x-msdownload, not application/pdf'],
    ['nothing at all', bytesOf(), 'application/pdf', 'is of an unknown type, not application/pdf'],
    ['a program that calls itself text', EXE, 'text/plain', 'not-text'],
    ['text of another encoding', bytesOf([0xd6, 0xd0]), 'text/csv', 'not-text'],
    ['text that ends within a letter', bytesOf('镇'.slice(0, 1)).slice(0, 2), 'text/plain', 'not-text'],
  ])('that lies is refused: %s', async (_, bytes, type, reason) => {
    expect(await look(bytes, type)).toEqual(file(1, { type, bytes: bytes.length, state: 'refused', reason }));
  });

  test.each(['text/plain', 'text/csv'])('of text is any text: %s', async (type) => {
    expect(await look(bytesOf('名称,数量\n莲花厅,40\n'), type)).toMatchObject({ state: 'clean' });
    expect(await look(bytesOf([0xef, 0xbb, 0xbf], 'a,b'), type)).toMatchObject({ state: 'clean' });
  });

  test('of another size than was said is refused, unread', async () => {
    const scan: Scan = () => Promise.reject(new Error('was scanned'));
    expect(await look(PDF, 'application/pdf', scan, PDF.length + 1)).toMatchObject({
      state: 'refused',
      reason: `has ${PDF.length} bytes, not ${PDF.length + 1}`,
    });
    expect(await look(PDF, 'application/pdf', scan, PDF.length - 1)).toMatchObject({ state: 'refused' });
  });

  test('in which the scanner finds something is refused for that; what lies is not even sent there', async () => {
    expect(await look(PDF, 'application/pdf', async () => 'Win.Test')).toMatchObject({ state: 'refused', reason: 'Win.Test' });
    expect(await look(PDF, 'application/pdf', async () => 'Win.Test')).not.toHaveProperty('sha256');
    expect(await look(EXE, 'application/pdf', () => Promise.reject(new Error('was scanned')))).toMatchObject({ state: 'refused' });
  });

  test('that the scanner could not look at is neither: it comes again', async () => {
    await expect(look(PDF, 'application/pdf', () => Promise.reject(new Error('scanner: HTTP 503')))).rejects.toThrow('503');
  });
});

describe('the built-in check', () => {
  test('finds the industry’s test file, wherever it lies', async () => {
    expect(await builtIn(bytesOf(EICAR))).toBe('EICAR-Test-File');
    expect(await builtIn(bytesOf('%PDF-1.7\n', [0xff, 0xfe], EICAR, '\n%%EOF'))).toBe('EICAR-Test-File');
    expect(await builtIn(bytesOf(EICAR.slice(1)))).toBeUndefined();
  });

  test.each([
    '<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>',
    '<< /S/Launch/F(cmd.exe) >>',
    '<< /Type /EmbeddedFile >>',
    '<< /Names << /EmbeddedFiles 3 0 R >> >>',
    '<< /S /J#61v#61Script >>',
    '<</S/#4c#61unch>>',
  ])('finds a PDF that runs or carries something: %s', async (object) => {
    expect(await builtIn(bytesOf('%PDF-1.7\n1 0 obj ', object, ' endobj'))).toBe('PDF.ActiveContent');
  });

  test.each(['/Launcher', '/JavaScripts', 'JavaScript', '/OpenAction [3 0 R /Fit]', '/JS'])(
    'lets a PDF pass that does not: %s',
    async (object) => {
      expect(await builtIn(bytesOf('%PDF-1.7\n1 0 obj ', object, ' endobj'))).toBeUndefined();
    },
  );

  test('takes no text for a PDF that runs something', async () => {
    expect(await builtIn(bytesOf('How to write /JavaScript in a PDF'))).toBeUndefined();
  });
});

test.each([
  ['one that is awaited', file(1), 'v-1', 'check'],
  ['one that no case knows of', undefined, 'v-1', 'remove'],
  ['the one that was checked, told twice', file(1, { state: 'clean', version: 'v-1' }), 'v-1', 'keep'],
  ['one that was put over it', file(1, { state: 'clean', version: 'v-1' }), 'v-2', 'remove'],
  ['one that was put over what was refused', file(1, { state: 'refused', version: 'v-1' }), 'v-2', 'remove'],
  ['one of a bucket without versions', file(1, { state: 'clean' }), undefined, 'keep'],
  ['one of no known version', file(1, { state: 'clean', version: 'v-1' }), undefined, 'keep'],
] as const)('an upload: %s', (_, known, version, fate) => expect(fateOf(known, version)).toBe(fate));
