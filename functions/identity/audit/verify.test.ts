import { build } from 'esbuild';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { MemoryLog, record, signer } from './audit.fixture.ts';
import { toBase64, utf8 } from './bytes.ts';
import { type Checkpoint, checkpointText, readNote, readVerifier } from './note.ts';
import { commitmentOf } from './record.ts';
import { ed25519, signCheckpoint } from './signer.ts';
import { Broken, verifyCheckpoint, verifyNote, verifyOpening } from './verify.ts';
import { verifyLog } from './verify-log.ts';

describe('a signed note', () => {
  // The example of https://c2sp.org/signed-note
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const note =
    'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

  test('is verified as its specification says', async () => {
    expect(await verifyNote(note, vkey)).toBe('This is an example message.\n');
  });

  test.each([
    ['another text', note.replace('an example', 'a sample')],
    ['another name', note.replace('— example.com/foo', '— example.com/bar')],
    ['another signature', note.replace('Uw2QOkn8', 'Uw2QOkn9')],
    ['another key’s id', note.replace('Uw2QOk', 'Aw2QOk')],
    ['no signature', 'This is an example message.\n\n'],
    ['no note', 'This is an example message.\n'],
  ])('is refused: %s', async (_, changed) => {
    await expect(verifyNote(changed, vkey)).rejects.toBeInstanceOf(Broken);
  });

  test('is refused when one of the key’s own signatures does not hold, and not for a stranger’s', async () => {
    const [line = ''] = note.split('\n').slice(-2);
    await expect(verifyNote(`${note}${line.replace('nag', 'nah')}\n`, vkey)).rejects.toBeInstanceOf(Broken);
    expect(await verifyNote(`${note}${line.replace('example.com/foo', 'witness.example')}\n`, vkey)).toBe('This is an example message.\n');
  });

  test('keeps the empty lines of its text', () => {
    expect(readNote(note.replace('message.\n', 'message.\n\nMore.\n'))?.text).toBe('This is an example message.\n\nMore.\n');
  });

  test('is not verified by what is no key', async () => {
    for (const wrong of ['', 'example.com/foo', vkey.replace('530d903a', '530d903b'), vkey.replace('+Ae', '+Be'), vkey.slice(0, -1)])
      await expect(verifyNote(note, wrong), wrong).rejects.toBeInstanceOf(Broken);
    expect(readVerifier(vkey)?.name).toBe('example.com/foo');
  });
});

describe('a checkpoint', () => {
  const head = { size: 20_852_163, root: Uint8Array.from({ length: 32 }, (_, at) => at) };

  test('is signed alike each time, and verified by the signer’s key only', async () => {
    const note = await signCheckpoint(signer, head);
    expect(await signCheckpoint(signer, head)).toBe(note);
    expect(await verifyCheckpoint(note, signer.vkey)).toEqual({ ...head, origin: signer.name });
    await expect(verifyCheckpoint(note, ed25519(signer.name, 'another').vkey)).rejects.toThrow('has not signed');
  });

  test('of another log is refused though the key signed it', async () => {
    const other = await signCheckpoint({ ...signer, name: 'other.example/log' }, head);
    const renamed = other.replace('— other.example/log', `— ${signer.name}`);
    await expect(verifyCheckpoint(renamed, signer.vkey)).rejects.toThrow('its origin is other.example/log');
  });

  test.each<[string, (text: string) => string]>([
    ['a size with a zero before it', (text) => text.replace('\n20', '\n020')],
    ['a root that is too short', (text) => text.replace(/\n[^\n]{44}\n/, '\nAAAA\n')],
    ['no root', (text) => text.split('\n').slice(0, 2).join('\n').concat('\n')],
  ])('is not one with %s', async (_, change) => {
    const text = change(checkpointText({ ...head, origin: signer.name } as Checkpoint));
    const note = `${text}\n— ${signer.name} ${toBase64(await signer.sign(text))}\n`;
    await expect(verifyCheckpoint(note, signer.vkey)).rejects.toThrow('no checkpoint');
  });
});

test('an opening is that of its commitment, and of no other', async () => {
  const salt = new Uint8Array(16).fill(7);
  const value = { b: '二', a: 'one' };
  const commitment = { sha256: commitmentOf(salt, value) };
  expect(await verifyOpening(commitment, toBase64(salt), { a: 'one', b: '二' })).toBe(true);
  expect(await verifyOpening(commitment, toBase64(salt), { a: 'one', b: '三' })).toBe(false);
  expect(await verifyOpening(commitment, toBase64(new Uint8Array(16)), value)).toBe(false);
  expect(await verifyOpening('plain', toBase64(salt), value)).toBe(false);
});

describe('the whole log', () => {
  const SIZES = [1, 3, 255, 256, 300, 513, 700];
  const log = new MemoryLog();
  const heads: Checkpoint[] = [];
  let head: Checkpoint;

  beforeAll(async () => {
    let from = 0;
    for (const size of SIZES) {
      await log.writer().append(Array.from({ length: size - from }, (_, at) => record(from + at)));
      heads.push(await verifyCheckpoint(log.text, signer.vkey));
      from = size;
    }
    head = heads.at(-1) as Checkpoint;
  });

  test('holds at every size that it had, and with every checkpoint seen before', async () => {
    for (const at of heads) {
      for (const seen of heads.filter(({ size }) => size <= at.size)) {
        const entries: number[] = [];
        const checked = await verifyLog(log.read, at, { seen, entry: (_, index) => void entries.push(index) });
        expect(checked).toMatchObject({ entries: at.size, bundles: Math.ceil(at.size / 256) });
        expect(entries).toEqual(Array.from({ length: at.size }, (_, index) => index));
      }
    }
    expect(await verifyLog(log.read, head)).toEqual({ entries: 700, bundles: 3, tiles: 4 });
  });

  test('does not hold with any bit of any file changed, and the file is named', async () => {
    const read: string[] = [];
    await verifyLog((path) => {
      read.push(path);
      return log.read(path);
    }, head);
    expect(new Set(read)).toEqual(
      new Set([
        'tile/entries/000',
        'tile/entries/001',
        'tile/entries/002.p/188',
        'tile/0/000',
        'tile/0/001',
        'tile/0/002.p/188',
        'tile/1/000.p/2',
      ]),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...new Set(read)), fc.nat(), fc.integer({ min: 0, max: 7 }), async (path, at, bit) => {
        const changed = async (asked: string) => {
          const bytes = Uint8Array.from(await log.read(asked));
          if (asked === path) bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << bit);
          return bytes;
        };
        const error = await verifyLog(changed, head).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Broken);
        // An entry that was changed shows in the tile above it, at its number.
        const tile = path.replace('entries', '0');
        expect((error as Broken).place.replace(/\[\d+\]$/, '')).toSatisfy((place: string) => place === path || place === tile);
      }),
      { numRuns: 150 },
    );
  });

  test('names the very hash that is wrong', async () => {
    const path = 'tile/0/001';
    const changed = async (asked: string) => {
      const bytes = Uint8Array.from(await log.read(asked));
      if (asked === path) bytes[32 * 17 + 5] = (bytes[32 * 17 + 5] as number) ^ 1;
      return bytes;
    };
    await expect(verifyLog(changed, head)).rejects.toMatchObject({ place: 'tile/0/001[17]' });
  });

  test('does not hold with a file cut short, or longer than it should be', async () => {
    for (const path of ['tile/entries/001', 'tile/0/002.p/188', 'tile/1/000.p/2']) {
      for (const change of [
        (bytes: Uint8Array) => bytes.slice(0, -32),
        (bytes: Uint8Array) => Uint8Array.from([...bytes, ...new Uint8Array(32)]),
      ]) {
        const changed = async (asked: string) => (asked === path ? change(await log.read(asked)) : log.read(asked));
        await expect(verifyLog(changed, head), path).rejects.toBeInstanceOf(Broken);
      }
    }
  });

  test('rewritten as a whole, tiles, root and signature, does not hold with a checkpoint seen before', async () => {
    const rewritten = new MemoryLog();
    const records = Array.from({ length: 700 }, (_, n) => record(n, n === 254 ? { outcome: 'refused' } : {}));
    await rewritten.writer().append(records);
    const other = await verifyCheckpoint(rewritten.text, signer.vkey);
    // By itself nothing is wrong with it.
    await verifyLog(rewritten.read, other);
    for (const seen of heads) {
      const verified = verifyLog(rewritten.read, other, { seen });
      // What lies before the change is as it was.
      if (seen.size <= 254) await verified;
      else await expect(verified, String(seen.size)).rejects.toThrow('history was rewritten');
    }
  });

  test('shorter than a checkpoint seen before does not hold', async () => {
    await expect(verifyLog(log.read, heads[2] as Checkpoint, { seen: head })).rejects.toThrow('had 700 before');
  });

  test('with another root does not hold', async () => {
    await expect(verifyLog(log.read, { size: 700, root: (heads[0] as Checkpoint).root })).rejects.toMatchObject({ place: 'checkpoint' });
  });

  test('of nothing holds', async () => {
    const empty = new MemoryLog();
    await empty.writer().repair();
    const nothing = await verifyCheckpoint(empty.text, signer.vkey);
    expect(await verifyLog(empty.read, nothing)).toEqual({ entries: 0, bundles: 0, tiles: 0 });
    expect(await verifyLog(log.read, head, { seen: nothing })).toMatchObject({ entries: 700 });
    await expect(verifyLog(log.read, head, { seen: { size: 0, root: utf8('another') } })).rejects.toThrow('history');
  });
});

test('verification is for browsers too: nothing of Node is in it', async () => {
  // esbuild knows no `node:` for a browser and would fail.
  const { metafile } = await build({
    stdin: { contents: `export * from './verify.ts'; export * from './verify-log.ts';`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => /runtime|tree\.ts|prove\.ts/.test(path))).toEqual([]);
});
