import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Crash, idOf, MemoryLog, record, signer } from './audit.fixture.ts';
import { naiveRoot } from './naive.fixture.ts';
import { readCheckpoint } from './note.ts';
import { ed25519 } from './signer.ts';
import { verifyCheckpoint } from './verify.ts';
import { verifyLog } from './verify-log.ts';

let log: MemoryLog;
beforeEach(() => {
  log = new MemoryLog();
});

const records = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => record(from + at));
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => idOf(from + at));

/** Everything that must hold of a log, however it came to be; answers the ids of its entries in order. */
const sound = async ({ read, text, present, indexed, batch, heads }: MemoryLog): Promise<string[]> => {
  const checkpoint = await verifyCheckpoint(text, signer.vkey);
  expect(present).toMatchObject({ size: checkpoint.size, checkpoint: text });
  expect(present?.pending).toBeUndefined();
  expect(batch).toBeUndefined();
  const leaves: Uint8Array[] = [];
  await verifyLog(read, checkpoint, { entry: (leaf) => void leaves.push(leaf) });
  expect(Buffer.from(checkpoint.root)).toEqual(naiveRoot(leaves));
  const found = leaves.map((leaf) => JSON.parse(Buffer.from(leaf).toString()).id as string);
  expect(new Set(found).size).toBe(found.length);
  // The index says the same, and its openings are those of the leaves.
  for (const [index, leaf] of leaves.entries())
    expect(indexed.get(found[index] as string)).toMatchObject({ index, leaf: Buffer.from(leaf).toString() });
  expect(indexed.size).toBe(found.length);
  // No checkpoint contradicts another: each is the beginning of the log.
  for (const head of heads.filter((one) => one.checkpoint !== undefined)) {
    const signed = readCheckpoint(head.checkpoint as string);
    expect(Buffer.from(signed?.root ?? [])).toEqual(naiveRoot(leaves.slice(0, signed?.size)));
  }
  return found;
};

describe('the writer', () => {
  test('appends each record once, under a signed checkpoint', async () => {
    const writer = log.writer();
    await writer.append([record(1), record(2), record(1)]);
    await writer.append([record(2), record(3)]);
    expect(await sound(log)).toEqual([idOf(1), idOf(2), idOf(3)]);
    // Every checkpoint ever signed is kept.
    expect([...log.objects.keys()].filter((path) => path.startsWith('signed/'))).toEqual(['signed/002', 'signed/003']);
  });

  test('writes nothing when all is known', async () => {
    await log.writer().append(records(0, 3));
    const heads = log.heads.length;
    await log.writer().append(records(0, 3));
    expect(log.heads).toHaveLength(heads);
    expect(await sound(log)).toHaveLength(3);
  });

  test('goes on from the files in a fresh container, at every size around a full tile', async () => {
    for (const size of [1, 255, 256, 257, 511, 512, 515]) {
      await log.writer().append(records(log.present?.size ?? 0, size));
      expect(await sound(log)).toEqual(ids(0, size));
    }
  });

  test('keeps the first salt of an entry, whatever comes again', async () => {
    await log.writer().append([record(1)]);
    const opening = structuredClone(log.indexed.get(idOf(1)));
    await log.writer().append([record(1, { ground: 'another' })]);
    expect(log.indexed.get(idOf(1))).toEqual(opening);
    expect(await sound(log)).toEqual([idOf(1)]);
  });

  test('divides what no transaction would take', async () => {
    const detail = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`d${at}`, '审'.repeat(300)]));
    await log.writer().append(Array.from({ length: 300 }, (_, n) => record(n, { detail })));
    expect(log.heads.filter(({ pending }) => pending).map(({ size }) => size).length).toBeGreaterThan(1);
    expect(await sound(log)).toEqual(ids(0, 300));
  });
});

describe('a crash', () => {
  /** The queue's view: a batch comes again until its function ended well. */
  const deliver = async (batches: readonly ReturnType<typeof record>[][]) => {
    for (const batch of batches) {
      for (let tried = 0; ; tried++) {
        try {
          await log.writer().append(batch);
          break;
        } catch (error) {
          if (!(error instanceof Crash) || tried > 50) throw error;
        }
      }
    }
  };

  const crashAt = (moments: ReadonlySet<number>) => {
    let moment = 0;
    log.around = () => {
      if (moments.has(moment++)) throw new Crash();
    };
    return () => moment;
  };

  test('at each single call, before or after its effect, loses and doubles nothing', async () => {
    const batches = [records(0, 3), records(2, 258), records(258, 260)];
    const count = crashAt(new Set());
    await deliver(batches);
    const moments = count();
    expect(moments).toBeGreaterThan(60);
    for (let moment = 0; moment < moments; moment++) {
      log = new MemoryLog();
      crashAt(new Set([moment]));
      await deliver(batches);
      log.around = () => undefined;
      await log.writer().repair();
      expect(await sound(log), `crashed at ${moment}`).toEqual(ids(0, 260));
    }
  }, 60_000);

  test('at many calls, over batches of any size, loses and doubles nothing', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.nat(150), { maxLength: 12 }), async (steps, moments) => {
        log = new MemoryLog();
        crashAt(new Set(moments));
        let from = 0;
        // Each batch brings some of the one before again.
        const batches = steps.map((step) => {
          const batch = records(Math.max(0, from - 2), from + step);
          from += step;
          return batch;
        });
        await deliver(batches);
        log.around = () => undefined;
        await log.writer().repair();
        expect(await sound(log)).toEqual(ids(0, from));
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  test('after the commit is mended by the schedule, though no record comes again', async () => {
    await log.writer().append(records(0, 2));
    log.around = (call, when) => {
      if (call === 'commit' && when === 'after') throw new Crash();
    };
    await expect(log.writer().append(records(2, 5))).rejects.toThrow(Crash);
    log.around = () => undefined;
    expect(log.present?.pending).toEqual({ from: 2, parts: 1 });
    await log.writer().repair();
    expect(await sound(log)).toEqual(ids(0, 5));
  });

  test('keeps what was erased erased when its batch is written again', async () => {
    log.around = (call, when) => {
      if (call === 'put checkpoint' && when === 'before') throw new Crash();
    };
    await expect(log.writer().append(records(0, 2))).rejects.toThrow(Crash);
    log.around = () => undefined;
    const entry = log.indexed.get(idOf(0));
    log.indexed.set(idOf(0), { ...(entry as NonNullable<typeof entry>), openings: {} });
    await log.writer().append(records(0, 3));
    expect(log.indexed.get(idOf(0))?.openings).toEqual({});
    expect(await sound(log)).toEqual(ids(0, 3));
  });
});

describe('the schedule', () => {
  test('signs a log of nothing, so that there is a checkpoint and a key from the beginning', async () => {
    await log.writer().repair();
    expect(await verifyCheckpoint(log.text, signer.vkey)).toMatchObject({ size: 0 });
    await log.writer().append(records(0, 1));
    expect(await sound(log)).toEqual(ids(0, 1));
  });

  test('puts the present checkpoint where a late writer had put an older one', async () => {
    await log.writer().append(records(0, 1));
    const old = log.objects.get('checkpoint') as Uint8Array;
    await log.writer().append(records(1, 2));
    log.objects.set('checkpoint', old);
    await log.writer().repair();
    expect(await sound(log)).toEqual(ids(0, 2));
  });

  test('signs the log again by a new key', async () => {
    await log.writer().append(records(0, 2));
    const other = ed25519(signer.name, 'another secret');
    await log.writer(other).repair();
    expect(await verifyCheckpoint(log.text, other.vkey)).toMatchObject({ size: 2 });
    expect(log.present).toMatchObject({ vkey: other.vkey, checkpoint: log.text });
  });

  test('writes nothing when nothing is to be done', async () => {
    await log.writer().append(records(0, 2));
    const heads = log.heads.length;
    const put = vi.spyOn(log.files, 'put');
    await log.writer().repair();
    expect(log.heads).toHaveLength(heads);
    expect(put).not.toHaveBeenCalled();
  });
});

describe('two writers', () => {
  test('in any order of their calls make one log of all records, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 40 }), async (scheduler, overlap) => {
        log = new MemoryLog();
        log.around = (call, when) => (when === 'before' ? scheduler.schedule(Promise.resolve(), call) : undefined);
        const [a, b] = [log.writer(), log.writer()];
        const both = Promise.all([
          a.append(records(0, 50)).then(() => a.append(records(80, 90))),
          b.append(records(50 - overlap, 80)).then(() => b.append(records(85, 300))),
        ]);
        await scheduler.waitFor(both);
        log.around = () => undefined;
        await log.writer().repair();
        expect([...(await sound(log))].sort()).toEqual(ids(0, 300).sort());
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('files that were changed', () => {
  const change = (path: string) => {
    const bytes = log.objects.get(path) as Uint8Array;
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  };

  test.each(['tile/0/000.p/3', 'tile/entries/000.p/3'])('stop the writer before it signs anything upon them: %s', async (path) => {
    await log.writer().append(records(0, 3));
    const { checkpoint } = log.present ?? {};
    change(path);
    await expect(log.writer().append(records(3, 4))).rejects.toThrow();
    expect(log.present?.checkpoint).toBe(checkpoint);
    expect(log.present?.size).toBe(3);
  });

  test('stop it also above the leaves', async () => {
    await log.writer().append(records(0, 258));
    change('tile/1/000.p/1');
    await expect(log.writer().append(records(258, 259))).rejects.toThrow('another tree');
    expect(log.present?.size).toBe(258);
  });

  test.each(['tile/0/001.p/2', 'tile/1/000.p/1'])('stop it also where a crash had left something pending: %s', async (path) => {
    await log.writer().append(records(0, 258));
    log.around = (call, when) => {
      if (call === 'commit' && when === 'after') throw new Crash();
    };
    await expect(log.writer().append(records(258, 260))).rejects.toThrow(Crash);
    log.around = () => undefined;
    change(path);
    await expect(log.writer().repair()).rejects.toThrow();
    expect([...log.objects.keys()].filter((one) => one.startsWith('signed/'))).toEqual(['signed/258']);
  });
});
